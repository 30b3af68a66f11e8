//! The program `luyue`. Runs the command line in `luyue::commands`.

fn main() -> std::process::ExitCode {
    luyue::commands::run()
}

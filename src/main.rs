//! The program `luyue`: hands its command line to `luyue::commands`, and does nothing else.

fn main() -> std::process::ExitCode {
    luyue::commands::run()
}

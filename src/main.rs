//! The program `luyue`. Runs the command line in `luyue::commands`.

/// Takes less time for the many small allocations of a request than the system's allocator, and gives memory back.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    luyue::commands::run()
}

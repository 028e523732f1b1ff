//! The window's program; everything it does is in the library beside it.

// No console opens beside the window on Windows.
#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

/// Arrow's many short-lived buffers are freed and reused with less waste than with the system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// As the first argument it makes this program the command line. The `buzz` of the packages for Linux says it, so that
/// what is large in both is installed once.
const COMMAND_LINE: &str = "--command-line";

fn main() -> std::process::ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next().is_some_and(|first| first == COMMAND_LINE) {
        return buzz_cli::run(arguments);
    }
    buzz_csv::run()
}

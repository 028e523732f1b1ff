//! The window's program; everything it does is in the library beside it.

// No console opens beside the window on Windows.
#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

/// Arrow's many short-lived buffers are freed and reused with less waste than with the system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    buzz_csv::run()
}

//! `buzz` as a program of its own.

// The system's allocator keeps freed pages, and the peak resident size is a promise.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    buzz_cli::run(std::env::args_os().skip(1))
}

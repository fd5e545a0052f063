//! The `codex-app-server` binary.

use std::process::ExitCode;

/// Gives back to the system what a burst of spans took: they are made on one thread and freed on another
/// (`docs/adr/012-an-allocator-that-gives-back.md`).
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    codex_app_server::cli::main()
}

//! The `codex-app-server` binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    codex_app_server::cli::main()
}

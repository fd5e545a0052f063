//! `generate-json-schema` and `generate-ts`: the protocol, written for other languages.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use codex_app_server_protocol::{export_json_schema, export_typescript};

use super::CommandError;

/// The arguments of both commands.
#[derive(Clone, Debug, Args)]
pub(crate) struct SchemaArgs {
    /// The folder to write into; made where it is missing.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Accepted for compatibility: experimental methods are always included.
    #[arg(long)]
    experimental: bool,
}

/// Writes the JSON schemas.
pub(crate) fn json_schema(args: &SchemaArgs) -> Result<ExitCode, CommandError> {
    export_json_schema(&args.out)?;
    Ok(ExitCode::SUCCESS)
}

/// Writes the TypeScript types.
pub(crate) fn typescript(args: &SchemaArgs) -> Result<ExitCode, CommandError> {
    export_typescript(&args.out)?;
    Ok(ExitCode::SUCCESS)
}

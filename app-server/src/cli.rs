//! The command line.

use std::{ffi::OsString, io::Write, process::ExitCode};

use clap::{Args, Parser, Subcommand};

use crate::{
    commands::{self, CommandError},
    home::codex_home,
    serve::{self, ServeOptions},
    transport::listen::Listen,
};

/// An app-server for coding agents: JSON-RPC over stdio, websocket and unix sockets, with every turn as one trace.
#[derive(Debug, Parser)]
#[command(name = "codex-app-server", version, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: ServeArgs,
}

#[derive(Debug, Args)]
#[expect(clippy::doc_markdown, reason = "these comments are the help text, where marks would show")]
struct ServeArgs {
    /// Where to listen: stdio:// (the default), ws://IP:PORT (port 0 takes a free one) or unix://PATH. May be given
    /// several times.
    #[arg(long, value_name = "URL")]
    listen: Vec<Listen>,
    /// Overrides a configuration value, for example -c model_provider=demo. May be given several times.
    #[arg(short = 'c', long = "config", value_name = "KEY=VALUE")]
    overrides: Vec<String>,
    /// Sends spans to this OTLP/HTTP endpoint, for example http://127.0.0.1:4318.
    #[arg(long, value_name = "URL")]
    otlp: Option<String>,
    /// Puts trace and span ids on every log line, and logs what happens to each request.
    #[arg(long)]
    debug: bool,
    /// The name of this instance.
    #[arg(long, value_name = "ID")]
    instance_id: Option<String>,
    /// Lets every user and program of this machine connect to the websocket and run commands, without the token of the
    /// server.
    #[arg(long)]
    ws_allow_unauthenticated: bool,
    /// Checks the configuration, says what is wrong with it, and ends.
    #[arg(long)]
    check_config: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs one turn as a traced client and prints the answer.
    Exec(commands::exec::ExecArgs),
    /// Shows a turn over stdio and over websocket, and the trace of each.
    Demo(commands::demo::DemoArgs),
    /// Shows the traces that the file exporter wrote.
    Trace(commands::trace::TraceArgs),
    /// Writes the JSON schema of the protocol.
    GenerateJsonSchema(commands::schema::SchemaArgs),
    /// Writes the TypeScript types of the protocol.
    GenerateTs(commands::schema::SchemaArgs),
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let cli = Cli::parse_from(arguments(std::env::args_os()));
    let done = match cli.command {
        None => return serve(cli.serve),
        Some(Command::Exec(args)) => client(commands::exec::run(args)),
        Some(Command::Demo(args)) => client(commands::demo::run(args)),
        Some(Command::Trace(args)) => commands::trace::run(args),
        Some(Command::GenerateJsonSchema(args)) => commands::schema::json_schema(&args),
        Some(Command::GenerateTs(args)) => commands::schema::typescript(&args),
    };
    done.unwrap_or_else(|error| {
        say(&error);
        ExitCode::FAILURE
    })
}

/// Runs a command that is a client: one thread is enough for it.
fn client(command: impl Future<Output = Result<ExitCode, CommandError>>) -> Result<ExitCode, CommandError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(CommandError::io("start the runtime"))?;
    let done = runtime.block_on(command);
    runtime.shutdown_background();
    done
}

/// Clients made for the reference start `BIN app-server …`, or `BIN --config KEY=VALUE … app-server …`: the word says
/// nothing here and is left out.
fn arguments(arguments: impl Iterator<Item = OsString>) -> impl Iterator<Item = OsString> {
    let (mut leading, mut is_value) = (true, true);
    arguments.filter(move |argument| {
        if !leading || std::mem::take(&mut is_value) {
            return true;
        }
        let text = argument.to_str().unwrap_or_default();
        is_value = text == "-c" || text == "--config";
        leading = is_value || text.starts_with("--config=") || text.starts_with("-c");
        leading || text != "app-server"
    })
}

fn serve(args: ServeArgs) -> ExitCode {
    let overrides = match overrides(&args.overrides) {
        Ok(overrides) => overrides,
        Err(error) => {
            say(&error);
            return ExitCode::from(2);
        }
    };
    let options = ServeOptions {
        listen: args.listen,
        codex_home: codex_home(),
        overrides,
        otlp: args.otlp,
        debug: args.debug,
        instance_id: args.instance_id,
        unauthenticated: args.ws_allow_unauthenticated,
    };
    let served = if args.check_config {
        serve::configure(&options).map(|(config, _)| {
            for warning in config.warnings() {
                say(warning);
            }
            if let Some(trouble) = codex_core::sandbox_unavailable(&config) {
                say(&trouble);
            }
            say(&format_args!("the configuration in {} is valid", options.codex_home.display()));
        })
    } else {
        serve::run(options)
    };
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&error);
            error.exit_code()
        }
    }
}

/// A setting on the command line that is not taken. Its value may be a secret and is not repeated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
enum OverrideError {
    #[error("a setting after `-c` is not KEY=VALUE")]
    NoKey,
    #[error(
        "the setting `{0}` is a secret, and every user of this machine can read command lines: put it into a variable and \
         name that (`env_key`, `env_http_headers`), or into config.toml"
    )]
    Secret(String),
}

/// The settings of the command line, by key.
fn overrides(given: &[String]) -> Result<Vec<(String, String)>, OverrideError> {
    let split = |text: &String| match text.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() => Ok((key.trim().to_owned(), value.trim().to_owned())),
        _ => Err(OverrideError::NoKey),
    };
    let overrides = given.iter().map(split).collect::<Result<Vec<_>, _>>()?;
    match codex_core::secret_on_command_line(&overrides) {
        Some(key) => Err(OverrideError::Secret(key)),
        None => Ok(overrides),
    }
}

/// One line on stderr: stdout carries the protocol.
fn say(what: &dyn std::fmt::Display) {
    // A closed stderr is no reason to fail.
    let _ = writeln!(std::io::stderr(), "codex-app-server: {what}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_app_server_is_left_out_in_front_only() {
        let given = ["bin", "app-server", "--listen", "app-server"].map(OsString::from);
        let kept: Vec<_> = arguments(given.into_iter()).collect();
        assert_eq!(kept, ["bin", "--listen", "app-server"].map(OsString::from));
    }

    #[test]
    fn the_official_sdk_puts_its_settings_in_front_of_that_word() {
        let given = "bin --config a=app-server -cb=1 --config=c=2 app-server -c app-server --listen stdio://";
        let kept: Vec<_> = arguments(given.split(' ').map(OsString::from)).collect();
        let expected = "bin --config a=app-server -cb=1 --config=c=2 -c app-server --listen stdio://";
        assert_eq!(kept, expected.split(' ').map(OsString::from).collect::<Vec<_>>());
    }

    #[test]
    fn settings_are_split_and_secrets_refused() {
        let of = |text: &str| overrides(&[text.to_owned()]);
        assert_eq!(of(" a.b = c=d "), Ok(vec![("a.b".to_owned(), "c=d".to_owned())]));
        for wrong in ["canary", "=canary", ""] {
            assert_eq!(of(wrong), Err(OverrideError::NoKey));
        }
        let error = of("model_providers.p.experimental_bearer_token=canary").unwrap_err().to_string();
        assert!(error.contains("experimental_bearer_token") && !error.contains("canary"), "{error}");
    }

    #[test]
    fn the_command_line_is_consistent() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }
}

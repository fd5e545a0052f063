//! `exec`: one turn as a traced client, its answer on standard output.

use std::{
    env,
    io::{self, Write},
    process::ExitCode,
};

use clap::Args;
use codex_app_server_client::Client;
use codex_core::Config;
use codex_otel::{OtelConfig, OwnedSpan, Status};
use codex_protocol::{Turn, TurnStatus};
use tracing::Instrument;

use crate::home::codex_home;

use super::{
    CommandError, child,
    conversation::{Progress, open, run_turn},
    telemetry::Traced,
    terminal::printable,
    user::User,
};

/// What a shell reports for a command that Ctrl-C ended.
const INTERRUPTED: u8 = 130;

/// The arguments of `exec`.
#[derive(Clone, Debug, Args)]
pub(crate) struct ExecArgs {
    /// Use the server at `ws://HOST:PORT` or `unix://PATH` instead of starting one.
    #[arg(long, value_name = "URL")]
    remote: Option<String>,
    /// The model, instead of the configured one.
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
    /// A setting for the server that is started; may be given several times.
    #[arg(short = 'c', long = "config", value_name = "KEY=VALUE", conflicts_with = "remote")]
    config: Vec<String>,
    /// Send the spans of client and started server to this OTLP/HTTP base URL.
    #[arg(long, value_name = "URL")]
    otlp: Option<String>,
    /// What to ask.
    prompt: String,
}

/// Runs the turn, streams the answer, and prints the trace id on standard error.
pub(crate) async fn run(args: ExecArgs) -> Result<ExitCode, CommandError> {
    let traced =
        Traced::start("codex-exec", args.otlp.clone(), &settings(&args), &|name| env::var(name).ok());
    let root = Traced::command("codex exec", codex_otel::environment().as_ref());
    let trace_id = root.trace_id();
    let mut answer = Answer::default();
    let ended = converse(args, &mut answer).instrument(root.span().clone()).await;
    answer.end();
    let code = report(&ended, root);
    traced.finish().await;
    if let Some(trace_id) = trace_id {
        eprintln!("trace: {trace_id}");
    }
    ended.map(|_| code)
}

async fn converse(args: ExecArgs, answer: &mut Answer) -> Result<Turn, CommandError> {
    let client = match &args.remote {
        Some(url) => Client::connect(url).await?,
        None => Client::spawn(server(&args)?)?,
    };
    let thread_id = open(&client, args.model).await?;
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            // Without a handler Ctrl-C ends the process, as it does by default.
            std::future::pending::<()>().await;
        }
    };
    let show = |progress: Progress<'_>| match progress {
        Progress::Delta(text) => answer.write(text),
        Progress::Retrying(message) => eprintln!("retrying: {}", printable(message)),
        Progress::Command(command, Some(code)) => eprintln!("ran {} (exit code {code})", printable(command)),
        Progress::Command(command, None) => eprintln!("not run: {}", printable(command)),
        Progress::Answered => eprintln!("answered elsewhere"),
    };
    let turn = run_turn(&client, thread_id, args.prompt, interrupt, User::at_terminal(), show).await?;
    client.close().await;
    Ok(turn)
}

/// The settings of tracing that the server has too. A configuration that cannot be read is for the server to refuse.
fn settings(args: &ExecArgs) -> OtelConfig {
    let overrides: Vec<(String, String)> = args
        .config
        .iter()
        .filter_map(|setting| setting.split_once('='))
        .map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned()))
        .collect();
    Config::load(&codex_home(), &overrides).map(|config| config.otel().clone()).unwrap_or_default()
}

fn server(args: &ExecArgs) -> Result<tokio::process::Command, CommandError> {
    let mut arguments = vec!["--listen", "stdio://"];
    for setting in &args.config {
        arguments.extend(["-c", setting]);
    }
    if let Some(url) = &args.otlp {
        arguments.extend(["--otlp", url]);
    }
    child::command(&arguments)
}

/// The answer on standard output, as it comes.
#[derive(Default)]
struct Answer {
    begun: bool,
}

impl Answer {
    fn write(&mut self, text: &str) {
        self.begun = true;
        let mut out = io::stdout().lock();
        // A reader that went away does not end the turn.
        let _ = out.write_all(printable(text).as_bytes()).and_then(|()| out.flush());
    }

    /// Ends the last line, if there is one.
    fn end(&mut self) {
        if self.begun {
            self.write("\n");
        }
    }
}

/// Says what went wrong, ends the root span, and finds the exit code.
fn report(ended: &Result<Turn, CommandError>, root: OwnedSpan) -> ExitCode {
    let (code, failure) = match ended {
        Ok(Turn { status: TurnStatus::Completed | TurnStatus::InProgress, .. }) => (ExitCode::SUCCESS, None),
        Ok(Turn { status: TurnStatus::Interrupted, .. }) => {
            eprintln!("interrupted");
            (ExitCode::from(INTERRUPTED), None)
        }
        Ok(Turn { status: TurnStatus::Failed, error, .. }) => {
            let message = error.as_ref().map_or("the turn failed", |error| &error.message).to_owned();
            eprintln!("error: {}", printable(&message));
            (ExitCode::FAILURE, Some(message))
        }
        // The caller prints it.
        Err(error) => (ExitCode::FAILURE, Some(error.to_string())),
    };
    root.end(failure.map_or(Status::Unset, |message| Status::Error(message.into())));
    code
}

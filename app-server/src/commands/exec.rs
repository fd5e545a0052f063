//! `exec`: one turn as a traced client, its answer on standard output.

use std::{env, io, process::ExitCode};

use clap::Args;
use codex_app_server_client::Client;
use codex_core::Config;
use codex_otel::{OtelConfig, OwnedSpan, Status, attr};
use codex_protocol::{Turn, TurnStatus};
use tracing::Instrument;

use crate::home::codex_home;

use super::{
    CommandError,
    answer::Answer,
    child,
    conversation::{Progress, open, run_turn},
    prompt::prompt,
    telemetry::Traced,
    terminal::printable,
    user::User,
};

/// What a shell reports for a command that Ctrl-C ended.
const INTERRUPTED: u8 = 130;
/// A turn in which something was asked that nobody could answer (`docs/configuration.md`).
const UNANSWERED: u8 = 3;

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
    /// What to ask. - or nothing reads it from standard input; what comes through a pipe beside a prompt is added to it.
    prompt: Option<String>,
}

/// Runs the turn, prints the answer, and on standard error the trace id and what it cost.
pub(crate) async fn run(args: ExecArgs) -> Result<ExitCode, CommandError> {
    let prompt = prompt(args.prompt.as_deref())?;
    let traced =
        Traced::start("codex-exec", args.otlp.clone(), &settings(&args), &|name| env::var(name).ok());
    let root = Traced::command("codex exec", codex_otel::environment().as_ref());
    let trace_id = root.trace_id();
    let mut seen = Seen { answer: Answer::new(), unanswered: false, cost: None };
    let ended = converse(args, prompt, &root, &mut seen).instrument(root.span().clone()).await;
    seen.answer.end();
    let code = report(&ended, root, seen.unanswered);
    traced.finish().await;
    let trace = trace_id.map(|trace_id| format!("trace: {trace_id}"));
    let cost = seen.cost.map(|cost| format!("cost: {cost} USD"));
    let last: Vec<String> = trace.into_iter().chain(cost).collect();
    if !last.is_empty() {
        eprintln!("{}", last.join(", "));
    }
    ended.map(|_| code)
}

/// What was seen of the turn.
struct Seen {
    answer: Answer<io::Stdout>,
    /// Whether something was asked that nobody could answer.
    unanswered: bool,
    /// What the turn cost in US dollars, where that is known.
    cost: Option<f64>,
}

async fn converse(
    args: ExecArgs,
    prompt: String,
    root: &OwnedSpan,
    seen: &mut Seen,
) -> Result<Turn, CommandError> {
    let client = match &args.remote {
        Some(url) => Client::connect(url).await?,
        None => Client::spawn(server(&args)?)?,
    };
    let thread_id = open(&client, args.model).await?;
    root.set(attr::THREAD_ID, thread_id.to_string());
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            // Without a handler Ctrl-C ends the process, as it does by default.
            std::future::pending::<()>().await;
        }
    };
    let show = |progress: Progress<'_>| seen.show(progress);
    let turn = run_turn(&client, thread_id, prompt, interrupt, User::at_terminal(), show).await?;
    root.set(attr::TURN_ID, turn.id.to_string());
    client.close().await;
    Ok(turn)
}

impl Seen {
    fn show(&mut self, progress: Progress<'_>) {
        match progress {
            Progress::Delta(item, text) => self.answer.delta(item, text),
            Progress::Message(item, text) => self.answer.message(item, text),
            Progress::Retrying(message, details) => {
                self.answer.retried();
                match details {
                    Some(details) => eprintln!("retrying: {}: {}", printable(message), printable(details)),
                    None => eprintln!("retrying: {}", printable(message)),
                }
            }
            Progress::Command(command, code) => {
                self.answer.settle();
                match code {
                    Some(code) => eprintln!("ran {} (exit code {code})", printable(command)),
                    None => eprintln!("not run: {}", printable(command)),
                }
            }
            Progress::Answered => eprintln!("answered elsewhere"),
            Progress::Unanswered(what) => {
                self.answer.settle();
                self.unanswered = true;
                eprintln!(
                    "the agent asked for leave, and nobody is here to give it: {}\n\
                     (run `exec` in a terminal to be asked, or set `approval_policy` and `sandbox_mode` so that it need not ask)",
                    printable(what)
                );
            }
            Progress::Cost(cost) => self.cost = Some(cost),
        }
    }
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

/// Says what went wrong, ends the root span, and finds the exit code.
fn report(ended: &Result<Turn, CommandError>, root: OwnedSpan, unanswered: bool) -> ExitCode {
    let status = match ended {
        Ok(turn) => match turn.status {
            TurnStatus::Completed | TurnStatus::InProgress => "completed",
            TurnStatus::Interrupted => "interrupted",
            TurnStatus::Failed => "failed",
        },
        Err(_) => "failed",
    };
    root.set(attr::CODEX_TURN_STATUS, status);
    let (code, failure) = match ended {
        Ok(Turn { status: TurnStatus::Completed | TurnStatus::InProgress, .. }) if unanswered => {
            (ExitCode::from(UNANSWERED), None)
        }
        Ok(Turn { status: TurnStatus::Completed | TurnStatus::InProgress, .. }) => (ExitCode::SUCCESS, None),
        Ok(Turn { status: TurnStatus::Interrupted, .. }) => {
            eprintln!("interrupted");
            (ExitCode::from(INTERRUPTED), None)
        }
        Ok(Turn { status: TurnStatus::Failed, error, .. }) => {
            let message = error.as_ref().map_or("the turn failed", |error| &error.message).to_owned();
            let details = error.as_ref().and_then(|error| error.additional_details.as_deref());
            match details.filter(|details| !message.contains(details)) {
                Some(details) => eprintln!("error: {}: {}", printable(&message), printable(details)),
                None => eprintln!("error: {}", printable(&message)),
            }
            (ExitCode::FAILURE, Some(message))
        }
        // The caller prints it.
        Err(error) => (ExitCode::FAILURE, Some(error.to_string())),
    };
    root.end(failure.map_or(Status::Unset, |message| Status::Error(message.into())));
    code
}

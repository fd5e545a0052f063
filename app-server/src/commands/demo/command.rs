//! `demo`: a turn over stdio and one over websocket, and the trace of each, with nothing but this binary.
//!
//! The servers are children that export to a receiver in this process. What is drawn is what arrived there.

use std::{
    fs,
    io::{self, Write},
    path::Path,
    process::ExitCode,
    time::Duration,
};

use clap::Args;
use codex_app_server_client::Client;
use codex_otel::{
    OtelConfig, Status,
    sink::Sink,
    tree::{self, Style},
};
use tracing::Instrument;

use super::{check, forward::Forward};
use crate::commands::{
    CommandError, child,
    child::Listening,
    conversation::{Progress, open, run_turn},
    telemetry::Traced,
    terminal,
    user::User,
};

const SERVICE: &str = "codex-demo";
const PROMPT: &str = "Hello, show me a trace.";

/// The longest wait for spans that are already on their way: the servers have exported and exited by then.
const ARRIVAL: Duration = Duration::from_secs(10);

/// The arguments of `demo`.
#[derive(Clone, Debug, Args)]
pub(crate) struct DemoArgs {
    /// Also send the spans to this OTLP/HTTP base URL, for example `http://127.0.0.1:4318`.
    #[arg(long, value_name = "URL")]
    otlp: Option<String>,
    /// Columns to draw with.
    #[arg(long, value_name = "N")]
    width: Option<usize>,
}

/// The two transports, in the order of showing.
#[derive(Clone, Copy, Debug)]
enum Transport {
    Stdio,
    Websocket,
}

impl Transport {
    const ALL: [Self; 2] = [Self::Stdio, Self::Websocket];

    const fn name(self) -> &'static str {
        match self {
            Self::Stdio => "stdio",
            Self::Websocket => "websocket",
        }
    }

    const fn span(self) -> &'static str {
        match self {
            Self::Stdio => "codex demo over stdio",
            Self::Websocket => "codex demo over websocket",
        }
    }
}

/// Runs and draws both turns. The exit code is a failure if a server exported anything but what it should.
pub(crate) async fn run(args: DemoArgs) -> Result<ExitCode, CommandError> {
    let forward = Forward::choose(args.otlp);
    let sink = Sink::start_forwarding(forward.as_ref().map(Forward::base))
        .await
        .map_err(CommandError::io("listen on loopback"))?;
    let collector = sink.url();
    let variables =
        [("OTEL_EXPORTER_OTLP_ENDPOINT", &*collector), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json")];
    // The settings of this machine must not lead the spans anywhere else.
    let traced = Traced::start(SERVICE, None, &OtelConfig::default(), &|name| {
        variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
    });
    let home = tempfile::tempdir().map_err(CommandError::io("make a scratch folder"))?;
    let mut stage =
        Stage { traced: &traced, sink: &sink, forward: forward.as_ref(), style: terminal::style(args.width) };

    let mut problems = Vec::new();
    for transport in Transport::ALL {
        let home = home.path().join(transport.name());
        fs::create_dir(&home).map_err(CommandError::io("make a scratch folder"))?;
        problems.extend(stage.show(transport, &home, &variables).await?);
    }
    stage.explain();
    traced.finish().await;
    for problem in &problems {
        eprintln!("error: {problem}");
    }
    Ok(if problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What both turns are shown with.
struct Stage<'a> {
    traced: &'a Traced,
    sink: &'a Sink,
    forward: Option<&'a Forward>,
    style: Style,
}

impl Stage<'_> {
    /// Runs one turn, draws its trace, and returns what is wrong with it.
    async fn show(
        &mut self,
        transport: Transport,
        home: &Path,
        variables: &[(&str, &str)],
    ) -> Result<Vec<String>, CommandError> {
        print(&format!("A turn over {}\n  > {PROMPT}\n  ", transport.name()));
        let root = Traced::command(transport.span(), None);
        let trace_id = root.trace_id().unwrap_or_default();
        converse(transport, home, variables).instrument(root.span().clone()).await?;
        root.end(Status::Unset);
        self.traced.flush().await;

        let whole = |spans: &[codex_otel::SpanRecord]| check::problems(spans, &trace_id).is_empty();
        let arrived = tokio::time::timeout(ARRIVAL, self.sink.wait_for(whole)).await;
        let mut spans = arrived.unwrap_or_else(|_| self.sink.spans());
        spans.retain(|span| span.trace_id == trace_id);
        print(&format!("\n\n{}\n", tree::draw(&spans, self.style)));
        if let Some(forward) = self.forward {
            print(&format!("  in Jaeger: {}\n\n", forward.jaeger(&trace_id)));
        }
        Ok(check::problems(&spans, &trace_id)
            .into_iter()
            .map(|problem| format!("{}: {problem}", transport.name()))
            .collect())
    }

    fn explain(&self) {
        print(
            "Each trace starts in the client (codex-demo) and goes on in the server (codex-app-server): request, dispatch,\n\
             turn, and the call of the model. A request ends when it is answered; its turn goes on under it.\n\
             Next: README.md, \"See a turn in Jaeger\" (demo --otlp http://127.0.0.1:4318) and \"Use a real model\".\n",
        );
        if let Some(error) = self.sink.forward_error() {
            eprintln!("warning: the spans could not be sent on: {error}");
        }
    }
}

/// A whole conversation with a server of its own, which has exported its spans and exited when this returns.
async fn converse(transport: Transport, home: &Path, variables: &[(&str, &str)]) -> Result<(), CommandError> {
    let serve = |listen| {
        let mut command = child::command(&["--listen", listen, "-c", "model_provider=demo"])?;
        child::isolate(&mut command, home, variables);
        Ok::<_, CommandError>(command)
    };
    match transport {
        Transport::Stdio => {
            let client = Client::spawn(serve("stdio://")?)?;
            turn(&client).await?;
            client.close().await;
        }
        Transport::Websocket => {
            let server = Listening::start(serve("ws://127.0.0.1:0")?).await?;
            let client = server.connect().await?;
            turn(&client).await?;
            client.close().await;
            server.stop().await?;
        }
    }
    Ok(())
}

async fn turn(client: &Client) -> Result<(), CommandError> {
    let thread_id = open(client, None).await?;
    let show = |progress: Progress<'_>| match progress {
        Progress::Delta(_, text) => print(text),
        Progress::Retrying(message, _) => eprintln!("retrying: {message}"),
        Progress::Command(..)
        | Progress::Answered
        | Progress::Message(..)
        | Progress::Unanswered(_)
        | Progress::Cost(_) => {}
    };
    run_turn(client, thread_id, PROMPT.to_owned(), std::future::pending(), User::nobody(), show).await?;
    Ok(())
}

/// Prints at once. A reader that went away does not end the demonstration: its exit code still counts.
fn print(text: &str) {
    let mut out = io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

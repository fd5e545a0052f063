//! Every way in which a turn can end, counted at the collector: its span arrives once, with the right status.

use rustix::process::Signal;
use serde_json::json;

use test_kit::{
    Client, Server,
    model::script::{ANSWER, CUT, HOLD, PANIC, REFUSE},
};

use crate::{
    collector::TURN,
    transport::Transport::{self, Stdio, WebSocket},
    world::World,
};

/// What ends the turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cause {
    /// The model does, by what it answers to this prompt.
    Model(&'static str),
    /// `turn/interrupt`.
    Interrupt,
    /// The client hangs up while the turn runs.
    ClientGone,
    /// The server is told to end while the turn runs.
    Signal(Signal),
}

/// What is told of the turn.
struct Told {
    status: &'static str,
    /// `error.type`, where the span has an error status.
    error: Option<&'static str>,
    by: Option<&'static str>,
}

const COMPLETED: Told = Told { status: "completed", error: None, by: None };

const fn failed(error: &'static str) -> Told {
    Told { status: "failed", error: Some(error), by: None }
}

const fn interrupted(by: &'static str) -> Told {
    Told { status: "interrupted", error: None, by: Some(by) }
}

macro_rules! endings {
    ($($name:ident: $transport:ident, $cause:expr => $told:expr;)*) => {
        $(#[tokio::test]
        async fn $name() {
            check($transport, $cause, $told).await;
        })*
    };
}

endings! {
    completed_on_stdio:           Stdio,     Cause::Model(ANSWER)         => COMPLETED;
    completed_on_websocket:       WebSocket, Cause::Model(ANSWER)         => COMPLETED;
    model_error_on_stdio:         Stdio,     Cause::Model(REFUSE)         => failed("500");
    model_error_on_websocket:     WebSocket, Cause::Model(REFUSE)         => failed("500");
    cut_stream_on_stdio:          Stdio,     Cause::Model(CUT)            => failed("stream_cut");
    cut_stream_on_websocket:      WebSocket, Cause::Model(CUT)            => failed("stream_cut");
    panic_in_a_tool_on_stdio:     Stdio,     Cause::Model(PANIC)          => failed("panic");
    panic_in_a_tool_on_websocket: WebSocket, Cause::Model(PANIC)          => failed("panic");
    interrupt_on_stdio:           Stdio,     Cause::Interrupt             => interrupted("client");
    interrupt_on_websocket:       WebSocket, Cause::Interrupt             => interrupted("client");
    client_gone_on_stdio:         Stdio,     Cause::ClientGone            => interrupted("shutdown");
    client_gone_on_websocket:     WebSocket, Cause::ClientGone            => COMPLETED;
    sigterm_on_stdio:             Stdio,     Cause::Signal(Signal::TERM)  => interrupted("shutdown");
    sigterm_on_websocket:         WebSocket, Cause::Signal(Signal::TERM)  => interrupted("shutdown");
    sigint_on_stdio:              Stdio,     Cause::Signal(Signal::INT)   => interrupted("shutdown");
    sigint_on_websocket:          WebSocket, Cause::Signal(Signal::INT)   => interrupted("shutdown");
    sighup_on_stdio:              Stdio,     Cause::Signal(Signal::HUP)   => interrupted("shutdown");
    sighup_on_websocket:          WebSocket, Cause::Signal(Signal::HUP)   => interrupted("shutdown");
    sigquit_on_stdio:             Stdio,     Cause::Signal(Signal::QUIT)  => interrupted("shutdown");
    sigquit_on_websocket:         WebSocket, Cause::Signal(Signal::QUIT)  => interrupted("shutdown");
    sigpipe_on_stdio:             Stdio,     Cause::Signal(Signal::PIPE)  => interrupted("shutdown");
    sigpipe_on_websocket:         WebSocket, Cause::Signal(Signal::PIPE)  => interrupted("shutdown");
}

async fn check(transport: Transport, cause: Cause, told: Told) {
    let world = World::new().await;
    // The tool that panics belongs to the provider of that name.
    let (mut server, client) = world.connect_to(world.launch_as("demo"), transport).await;
    run(&world, &mut server, client, transport, cause, &told).await;

    // The process has ended, so nothing more can arrive.
    let spans = world.collector.spans();
    let turn = spans.one(TURN);
    let attribute = |name: &str| turn.attr_text(name);
    assert_eq!(attribute("codex.turn.status").as_deref(), Some(told.status), "{turn:?}");
    assert_eq!(attribute("error.type").as_deref(), told.error, "{turn:?}");
    assert_eq!(turn.is_error(), told.error.is_some(), "{turn:?}");
    assert_eq!(attribute("codex.turn.interrupted_by").as_deref(), told.by, "{turn:?}");
    let chat = spans.one("chat test-model");
    assert_eq!(chat.parent_span_id.as_ref(), Some(&turn.span_id), "{}", spans.drawn());
    assert_eq!(spans.named("turn/start").len(), 1, "{}", spans.drawn());
    assert_eq!(spans.named("dispatch user_turn").len(), 1, "{}", spans.drawn());
}

/// From the turn's start to the end of the process.
async fn run(
    world: &World,
    server: &mut Server,
    mut client: Client,
    transport: Transport,
    cause: Cause,
    told: &Told,
) {
    let prompt = if let Cause::Model(prompt) = cause { prompt } else { HOLD };
    let thread = client.start_thread().await;
    let turn = client.start_turn(&thread, prompt).await;
    world.model.request(&server.log).await;
    match cause {
        Cause::Model(_) => {}
        Cause::Interrupt => {
            client.request("turn/interrupt", json!({ "threadId": thread, "turnId": turn })).await;
        }
        Cause::ClientGone if transport == WebSocket => {
            drop(client);
            server.log.line("connection closed").await;
            assert!(!world.collector.spans().has(TURN), "a turn goes on without its client");
            world.model.release();
            world.collector.wait("the turn", &server.log, |spans| spans.has(TURN)).await;
            return server.stop().await;
        }
        Cause::ClientGone => client.end_input().await,
        Cause::Signal(signal) => server.signal(signal),
    }
    // Even a client that has closed its side, or a server that is told to end, hears how the turn ended.
    assert_eq!(client.turn_completed().await["status"], told.status);
    if matches!(cause, Cause::Model(_) | Cause::Interrupt) {
        server.signal(Signal::TERM);
    }
    let status = server.exit().await;
    assert_eq!(status.code(), Some(0), "{}", server.log.evidence());
}

#[tokio::test]
async fn a_server_serves_on_after_a_tool_has_panicked() {
    let world = World::new().await;
    let (mut server, mut client) = world.connect_to(world.launch_as("demo"), Stdio).await;
    let thread = client.start_thread().await;
    client.start_turn(&thread, PANIC).await;
    assert_eq!(client.turn_completed().await["status"], "failed");
    let second = client.start_turn(&thread, ANSWER).await;
    let done = client.turn_completed_of(&second).await;
    assert_eq!(done["status"], "completed");
    server.stop().await;
    assert_eq!(world.collector.spans().named(TURN).len(), 2);
}

//! The request span: its name, its parent, its attributes. The one place where they are put together.

use codex_otel::{
    Kind, OwnedSpan, Parent, Status, attr,
    metrics::{Counted, Timer},
};

use super::{
    Call, Outcome, Target,
    parent::{Origin, Parents},
};
use crate::{connection::Client, metrics};

/// The longest foreign method name that a span keeps, in characters.
const LONGEST_METHOD: usize = 64;

/// The method as spans and logs show it: bounded, whatever a client sends.
pub(crate) fn name(target: &Target) -> &'static str {
    match target {
        Target::Request(method) => method.name(),
        Target::Notification(method) => method.name(),
        Target::Unknown(_) | Target::Malformed(_) => "jsonrpc",
    }
}

/// Opens the span of `call`.
pub(crate) fn start(call: &Call, parents: &Parents) -> OwnedSpan {
    let name = name(call.target());
    let span = if call.id().is_some() || matches!(call.target(), Target::Malformed(_)) {
        codex_otel::span!("app_server.request", name = name, kind = Kind::Server)
    } else {
        codex_otel::span!("app_server.notification", name = name, kind = Kind::Server)
    };
    let Origin { parent, environment_link } = parents.origin(call);
    let span = OwnedSpan::start(span, Parent::Carrier(parent.as_deref()));
    if span.is_recording() {
        if let Some(environment) = environment_link {
            span.link(environment);
        }
        if let Some(handshake) = &call.connection().peer().handshake.trace {
            span.link(handshake);
        }
        describe(&span, call);
    }
    span
}

/// The attributes that are known before the call runs (design: request attributes).
fn describe(span: &OwnedSpan, call: &Call) {
    let peer = call.connection().peer();
    describe_system(span);
    span.set(attr::RPC_SERVICE, "codex-app-server");
    match call.target() {
        Target::Request(method) => span.set(attr::RPC_METHOD, method.name()),
        Target::Notification(method) => span.set(attr::RPC_METHOD, method.name()),
        Target::Unknown(sent) => {
            span.set(attr::RPC_METHOD, "_OTHER");
            span.set(attr::RPC_METHOD_ORIGINAL, sent.chars().take(LONGEST_METHOD).collect::<String>());
        }
        Target::Malformed(_) => span.set(attr::RPC_METHOD, "_OTHER"),
    }
    span.set(attr::RPC_TRANSPORT, peer.transport.name());
    if let Some(id) = call.id() {
        describe_id(span, &id.to_string());
    }
    span.set(attr::APP_SERVER_CONNECTION_ID, peer.id.number());
    span.set(attr::APP_SERVER_API_VERSION, "v2");
    span.set(attr::APP_SERVER_HANDSHAKE_REQUEST_ID, peer.handshake.request_id.clone());
    match (peer.client(), &call.peeked().client_info) {
        (Some(client), _) => describe_client(span, client),
        (None, Some(info)) => {
            span.set(attr::APP_SERVER_CLIENT_NAME, info.name.clone());
            span.set(attr::APP_SERVER_CLIENT_VERSION, info.version.clone());
        }
        (None, None) => {}
    }
    if let Some(thread) = call.peeked().thread {
        span.set(attr::THREAD_ID, thread.to_string());
    } else if let Some(thread) = &call.peeked().unreadable_thread {
        span.set(attr::THREAD_ID, thread.to_string());
    }
    if let Some(turn) = &call.peeked().turn_id {
        span.set(attr::TURN_ID, turn.to_string());
    }
}

/// Whose protocol it is.
pub(crate) fn describe_system(span: &OwnedSpan) {
    span.set(attr::RPC_SYSTEM, "jsonrpc");
    span.set(attr::RPC_SYSTEM_NAME, "jsonrpc");
}

/// The request's id, by both of its names.
pub(crate) fn describe_id(span: &OwnedSpan, id: &str) {
    span.set(attr::RPC_REQUEST_ID, id.to_owned());
    span.set(attr::JSONRPC_REQUEST_ID, id.to_owned());
}

/// Who is at the other end.
pub(crate) fn describe_client(span: &OwnedSpan, client: &Client) {
    span.set(attr::APP_SERVER_CLIENT_NAME, client.name.clone());
    span.set(attr::APP_SERVER_CLIENT_VERSION, client.version.clone());
}

/// Which of thread and turn the params named already: each attribute is written once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Named {
    thread: bool,
    turn: bool,
}

impl Named {
    pub(crate) fn by(call: &Call) -> Self {
        let peeked = call.peeked();
        Self {
            thread: peeked.thread.is_some() || peeked.unreadable_thread.is_some(),
            turn: peeked.turn_id.is_some(),
        }
    }
}

/// What the metrics say of a call.
#[derive(Debug)]
pub(crate) struct Measured {
    timer: Timer,
    method: &'static str,
    transport: &'static str,
    _active: Counted,
}

impl Measured {
    /// Starts to measure a request; other messages have no answer that could take long.
    pub(crate) fn start(call: &Call) -> Option<Self> {
        call.id()?;
        let method = match call.target() {
            Target::Request(method) => method.name(),
            Target::Notification(_) | Target::Unknown(_) | Target::Malformed(_) => "_OTHER",
        };
        let transport = call.connection().peer().transport.name();
        Some(Self { timer: Timer::start(), method, transport, _active: metrics::request() })
    }

    /// The request was answered.
    pub(crate) fn end(self, outcome: &Outcome) {
        let code = outcome.error.as_ref().map(|error| error.code.0);
        metrics::rpc_call(self.timer, self.method, self.transport, code);
    }
}

/// Writes what became of the call, and ends its span.
pub(crate) fn end(span: OwnedSpan, outcome: Outcome, named: Named) {
    if span.is_recording() {
        if let (Some(thread), false) = (outcome.subject.thread_id, named.thread) {
            span.set(attr::THREAD_ID, thread.to_string());
        }
        if let (Some(turn), false) = (outcome.subject.turn_id, named.turn) {
            span.set(attr::TURN_ID, turn.to_string());
        }
    }
    match outcome.error {
        None => span.end(Status::Unset),
        Some(error) => {
            let code = error.code.0.to_string();
            span.set(attr::ERROR_TYPE, code.clone());
            span.set(attr::RPC_RESPONSE_STATUS_CODE, code);
            span.end(Status::Error(error.message.into()));
        }
    }
}

//! The request span: its name, its parent, its attributes. The one place where they are put together.

use codex_app_server_protocol::{TraceCarrier, initialize};
use codex_otel::{
    EnvParent, Kind, OwnedSpan, Parent, Status, attr,
    metrics::{Counted, Timer},
};
use codex_protocol::W3cTraceContext;
use serde::Deserialize;
use std::sync::Arc;

use crate::{
    connection::{Client, TransportKind},
    metrics,
    request::call::{Call, Target},
    request::outcome::Outcome,
};

/// The longest foreign method name that a span keeps, in characters.
const LONGEST_METHOD: usize = 64;

/// Where a message without a carrier of its own gets its parent from.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parents {
    /// The valid `TRACEPARENT` of the process.
    pub(crate) environment: Option<Arc<W3cTraceContext>>,
    /// What it is good for, where configuration says so; else it depends on the transport.
    pub(crate) rule: Option<EnvParent>,
}

impl Parents {
    /// On stdio, whoever started the process is its one client; a listener outlives whoever started it.
    fn rule_for(&self, transport: TransportKind) -> EnvParent {
        self.rule.unwrap_or(match transport {
            TransportKind::Stdio => EnvParent::Parent,
            TransportKind::WebSocket | TransportKind::Unix => EnvParent::Link,
        })
    }
}

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
    let own = own_carrier(call);
    let environment = parents.environment.as_deref();
    let rule = parents.rule_for(call.connection().transport());
    let parent = match (&own, rule) {
        (Some(own), _) => Some(own),
        (None, EnvParent::Parent) => environment,
        (None, _) => None,
    };
    let span = OwnedSpan::start(span, Parent::Carrier(parent));
    if span.is_recording() {
        if let (None, EnvParent::Link, Some(environment)) = (parent, rule, environment) {
            span.link(environment);
        }
        if let Some(handshake) = call.connection().handshake_trace() {
            span.link(handshake);
        }
        describe(&span, call);
    }
    span
}

/// The carrier that came with the message itself: on the envelope, else in `_meta`.
fn own_carrier(call: &Call) -> Option<W3cTraceContext> {
    if !codex_otel::propagates() {
        return None;
    }
    let on_envelope = match call.trace() {
        TraceCarrier::Absent => None,
        TraceCarrier::Context(carrier) => usable(carrier, call),
        TraceCarrier::Unusable => {
            ignored(call, &"it is no object with a `traceparent` text");
            None
        }
    };
    on_envelope.or_else(|| {
        #[derive(Deserialize)]
        struct Meta {
            traceparent: Option<String>,
            tracestate: Option<String>,
        }
        let meta: Meta = serde_json::from_str(call.peeked().meta.as_ref()?.get()).ok()?;
        let carrier = W3cTraceContext { traceparent: Some(meta.traceparent?), tracestate: meta.tracestate };
        usable(&carrier, call)
    })
}

fn usable(carrier: &W3cTraceContext, call: &Call) -> Option<W3cTraceContext> {
    // An empty object is how some clients write "none".
    if *carrier == W3cTraceContext::default() {
        return None;
    }
    match codex_otel::check(carrier) {
        Ok(()) => Some(carrier.clone()),
        Err(error) => {
            ignored(call, &error);
            // Of a carrier whose state alone is broken, the parent is kept (W3C Trace Context level 2, section 3.3).
            error
                .keeps_parent()
                .then(|| W3cTraceContext { traceparent: carrier.traceparent.clone(), tracestate: None })
        }
    }
}

fn ignored(call: &Call, error: &dyn std::fmt::Display) {
    tracing::warn!(
        method = name(call.target()),
        request_id = call.id().map(tracing::field::display),
        "trace context ignored: {error}"
    );
}

/// The attributes that are known before the call runs (design: request attributes).
fn describe(span: &OwnedSpan, call: &Call) {
    let connection = call.connection();
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
    span.set(attr::RPC_TRANSPORT, connection.transport().name());
    if let Some(id) = call.id() {
        describe_id(span, &id.to_string());
    }
    span.set(attr::APP_SERVER_CONNECTION_ID, connection.id().number());
    span.set(attr::APP_SERVER_API_VERSION, "v2");
    span.set(attr::APP_SERVER_HANDSHAKE_REQUEST_ID, connection.handshake_request_id().to_owned());
    match (connection.client(), &call.peeked().client_info) {
        (Some(client), _) => describe_client(span, client),
        (None, Some(info)) => {
            if let Ok(info) = serde_json::from_str::<initialize::ClientInfo>(info.get()) {
                span.set(attr::APP_SERVER_CLIENT_NAME, info.name);
                span.set(attr::APP_SERVER_CLIENT_VERSION, info.version);
            }
        }
        (None, None) => {}
    }
    if let Some(thread) = &call.peeked().thread_id {
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
        Self { thread: peeked.thread_id.is_some(), turn: peeked.turn_id.is_some() }
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
        let transport = call.connection().transport().name();
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

//! Where the span of a message gets its parent from.

use std::{borrow::Cow, sync::Arc};

use codex_app_server_protocol::TraceCarrier;
use codex_otel::EnvParent;
use codex_protocol::W3cTraceContext;

use super::{Call, span::name};
use crate::transport::TransportKind;

/// Where a message without a carrier of its own gets its parent from.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parents {
    /// The valid `TRACEPARENT` of the process.
    pub(crate) environment: Option<Arc<W3cTraceContext>>,
    /// What it is good for, where configuration says so; else it depends on the transport.
    pub(crate) rule: Option<EnvParent>,
}

impl Parents {
    /// Where the span of a call hangs.
    pub(super) fn origin<'a>(&'a self, call: &Call) -> Origin<'a> {
        let environment = self.environment.as_deref();
        let rule = self.rule_for(call.connection().peer().transport);
        match (own_carrier(call), rule) {
            (Some(own), _) => Origin { parent: Some(Cow::Owned(own)), environment_link: None },
            (None, EnvParent::Parent) => {
                Origin { parent: environment.map(Cow::Borrowed), environment_link: None }
            }
            (None, EnvParent::Link) => Origin { parent: None, environment_link: environment },
            (None, EnvParent::Ignore) => Origin { parent: None, environment_link: None },
        }
    }

    /// On stdio, whoever started the process is its one client; a listener outlives whoever started it.
    fn rule_for(&self, transport: TransportKind) -> EnvParent {
        self.rule.unwrap_or(match transport {
            TransportKind::Stdio => EnvParent::Parent,
            TransportKind::WebSocket | TransportKind::Unix => EnvParent::Link,
        })
    }
}

/// Where a span hangs.
pub(super) struct Origin<'a> {
    pub(super) parent: Option<Cow<'a, W3cTraceContext>>,
    /// The environment's context, where it is a link and no parent.
    pub(super) environment_link: Option<&'a W3cTraceContext>,
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
    on_envelope.or_else(|| usable(call.peeked().meta.as_ref()?, call))
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

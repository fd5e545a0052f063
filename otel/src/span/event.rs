//! What is added to the span that is current: events (the only way to one, since log events never reach a span) and links.

use opentelemetry::trace::TraceContextExt;
use opentelemetry::{Context, KeyValue};

use codex_protocol::W3cTraceContext;

use crate::{Value, propagation};

/// Adds an event to the span that is current.
pub fn event(name: &'static str, attrs: &[(&'static str, Value)]) {
    Context::map_current(|cx| add(cx, name, attrs));
}

/// Links the span that is current to the span that a carrier names. An invalid carrier links nothing.
pub fn link(carrier: &W3cTraceContext) {
    if let Some(target) = propagation::span_context(carrier) {
        Context::map_current(|cx| cx.span().add_link(target, Vec::new()));
    }
}

/// Adds an event to the span of a context.
pub(super) fn add(cx: &Context, name: &'static str, attrs: &[(&'static str, Value)]) {
    let span = cx.span();
    if span.is_recording() {
        let pair = |(key, value): &(&'static str, Value)| {
            KeyValue::new(*key, opentelemetry::Value::from(value.clone()))
        };
        span.add_event(name, attrs.iter().map(pair).collect());
    }
}

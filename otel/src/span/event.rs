//! Span events: the only way to one, since log events never reach a span.

use opentelemetry::trace::TraceContextExt;
use opentelemetry::{Context, KeyValue};

use crate::Value;

/// Adds an event to the span that is current.
pub fn event(name: &'static str, attrs: &[(&'static str, Value)]) {
    Context::map_current(|cx| add(cx, name, attrs));
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

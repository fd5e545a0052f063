//! Span events: the only way to one, since log events never reach a span.

use opentelemetry::trace::TraceContextExt;
use opentelemetry::{Context, KeyValue};

use crate::Value;

/// Adds an event to the span that is current.
pub fn event(name: &'static str, attrs: &[(&'static str, Value)]) {
    let attributes = attrs
        .iter()
        .map(|(key, value)| KeyValue::new(*key, opentelemetry::Value::from(value.clone())))
        .collect();
    Context::map_current(|cx| cx.span().add_event(name, attributes));
}

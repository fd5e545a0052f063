//! From the SDK's span data to plain records.

use std::time::{SystemTime, UNIX_EPOCH};

use opentelemetry::trace::{SpanId, SpanKind, Status};
use opentelemetry::{Array, KeyValue, Value};
use opentelemetry_sdk::trace::SpanData;
use serde_json::json;

use crate::{RecordedEvent, RecordedKind, RecordedLink, RecordedStatus, SpanRecord};

/// An attribute value as JSON.
fn json_value(value: &Value) -> serde_json::Value {
    match value {
        Value::Bool(truth) => json!(truth),
        Value::I64(number) => json!(number),
        Value::F64(number) => json!(number),
        Value::Array(Array::String(list)) => {
            json!(list.iter().map(opentelemetry::StringValue::as_str).collect::<Vec<_>>())
        }
        Value::Array(Array::Bool(list)) => json!(list),
        Value::Array(Array::I64(list)) => json!(list),
        Value::Array(Array::F64(list)) => json!(list),
        other => json!(other.as_str()),
    }
}

impl From<&SpanKind> for RecordedKind {
    fn from(kind: &SpanKind) -> Self {
        match kind {
            SpanKind::Internal => Self::Internal,
            SpanKind::Server => Self::Server,
            SpanKind::Client => Self::Client,
            SpanKind::Producer => Self::Producer,
            SpanKind::Consumer => Self::Consumer,
        }
    }
}

impl From<&Status> for RecordedStatus {
    fn from(status: &Status) -> Self {
        match status {
            Status::Unset => Self::Unset,
            Status::Ok => Self::Ok,
            Status::Error { description } => Self::Error(description.to_string()),
        }
    }
}

/// A record of span data.
pub(crate) fn record(span: &SpanData, ended: bool) -> SpanRecord {
    SpanRecord {
        name: span.name.to_string(),
        kind: (&span.span_kind).into(),
        trace_id: span.span_context.trace_id().to_string(),
        span_id: span.span_context.span_id().to_string(),
        parent_span_id: (span.parent_span_id != SpanId::INVALID).then(|| span.parent_span_id.to_string()),
        trace_state: span.span_context.trace_state().header(),
        start_unix_nano: unix_nanos(span.start_time),
        end_unix_nano: unix_nanos(span.end_time),
        status: (&span.status).into(),
        attributes: attributes(&span.attributes),
        events: span
            .events
            .iter()
            .map(|event| RecordedEvent {
                name: event.name.to_string(),
                attributes: attributes(&event.attributes),
            })
            .collect(),
        links: span
            .links
            .iter()
            .map(|link| RecordedLink {
                trace_id: link.span_context.trace_id().to_string(),
                span_id: link.span_context.span_id().to_string(),
            })
            .collect(),
        service: None,
        ended,
    }
}

/// Nanoseconds since 1970.
fn unix_nanos(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| u64::try_from(since.as_nanos()).unwrap_or(u64::MAX))
}

fn attributes(list: &[KeyValue]) -> Vec<(String, serde_json::Value)> {
    list.iter().map(|pair| (pair.key.to_string(), json_value(&pair.value))).collect()
}

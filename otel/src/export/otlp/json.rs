//! OTLP as JSON: ids in hex, 64-bit numbers as text, enumerations as numbers (OTLP specification, JSON encoding).

use opentelemetry::trace::{SpanId, Status};
use opentelemetry::{Array, KeyValue, Value};
use opentelemetry_sdk::trace::SpanData;
use serde_json::{Map, Value as Json, json};

use super::unix_nanos;
use crate::settings::Resource;

/// An export request: the members are called alike in all signals.
pub(super) fn request(
    resource: &Resource,
    [of_resource, of_scope, records]: [&str; 3],
    list: impl Iterator<Item = Json>,
) -> Json {
    let list: Vec<Json> = list.collect();
    let attributes: Vec<Json> =
        resource.0.iter().map(|(key, value)| attribute(key, &value.clone().into())).collect();
    let scope = json!({"name": super::SCOPE, "version": env!("CARGO_PKG_VERSION")});
    json!({of_resource: [{
        "resource": {"attributes": attributes},
        of_scope: [{"scope": scope, records: list}],
    }]})
}

/// An `ExportTraceServiceRequest`.
pub(super) fn spans(resource: &Resource, spans: &[SpanData]) -> Json {
    request(resource, ["resourceSpans", "scopeSpans", "spans"], spans.iter().map(span))
}

/// A `Span`. Members that hold their default are left out.
pub(super) fn span(span: &SpanData) -> Json {
    let context = &span.span_context;
    let mut out = Map::new();
    let mut put = |key: &str, value: Json| out.insert(key.to_owned(), value);
    put("traceId", json!(context.trace_id().to_string()));
    put("spanId", json!(context.span_id().to_string()));
    let state = context.trace_state().header();
    if !state.is_empty() {
        put("traceState", json!(state));
    }
    if span.parent_span_id != SpanId::INVALID {
        put("parentSpanId", json!(span.parent_span_id.to_string()));
    }
    put("flags", json!(super::flags(context.trace_flags().to_u8(), span.parent_span_is_remote)));
    put("name", json!(span.name));
    put("kind", json!(super::kind(&span.span_kind)));
    put("startTimeUnixNano", json!(unix_nanos(span.start_time).to_string()));
    put("endTimeUnixNano", json!(unix_nanos(span.end_time).to_string()));
    put("attributes", attributes(&span.attributes));
    if !span.events.is_empty() {
        let events = span.events.iter().map(|event| {
            json!({
                "timeUnixNano": unix_nanos(event.timestamp).to_string(),
                "name": event.name,
                "attributes": attributes(&event.attributes),
            })
        });
        put("events", events.collect());
    }
    if !span.links.is_empty() {
        let links = span.links.iter().map(|link| {
            json!({
                "traceId": link.span_context.trace_id().to_string(),
                "spanId": link.span_context.span_id().to_string(),
                "attributes": attributes(&link.attributes),
            })
        });
        put("links", links.collect());
    }
    for (key, count) in [
        ("droppedAttributesCount", span.dropped_attributes_count),
        ("droppedEventsCount", span.events.dropped_count),
        ("droppedLinksCount", span.links.dropped_count),
    ] {
        if count != 0 {
            put(key, json!(count));
        }
    }
    match &span.status {
        Status::Unset => {}
        Status::Ok => drop(put("status", json!({"code": 1}))),
        Status::Error { description } => drop(put("status", json!({"code": 2, "message": description}))),
    }
    Json::Object(out)
}

fn attributes(list: &[KeyValue]) -> Json {
    list.iter().map(|pair| attribute(pair.key.as_str(), &pair.value)).collect()
}

pub(super) fn attribute(key: &str, value: &Value) -> Json {
    json!({"key": key, "value": any_value(value)})
}

pub(super) fn any_value(value: &Value) -> Json {
    match value {
        Value::Bool(truth) => json!({"boolValue": truth}),
        Value::I64(number) => json!({"intValue": number.to_string()}),
        Value::F64(number) => json!({"doubleValue": number}),
        Value::Array(array) => {
            let values: Vec<Json> = match array {
                Array::Bool(list) => list.iter().map(|truth| json!({"boolValue": truth})).collect(),
                Array::I64(list) => {
                    list.iter().map(|number| json!({"intValue": number.to_string()})).collect()
                }
                Array::F64(list) => list.iter().map(|number| json!({"doubleValue": number})).collect(),
                Array::String(list) => {
                    list.iter().map(|text| json!({"stringValue": text.as_str()})).collect()
                }
                _ => Vec::new(),
            };
            json!({"arrayValue": {"values": values}})
        }
        other => json!({"stringValue": other.as_str()}),
    }
}

//! Reading OTLP/JSON: from the body of a trace export request to plain records.

use std::fmt::Write;

use opentelemetry::trace::{SpanId, TraceId};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value};
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use opentelemetry_proto::tonic::trace::v1::{Span, Status};
use serde_json::{Value, json};

use crate::{RecordedEvent, RecordedKind, RecordedLink, RecordedStatus, SpanRecord};

/// The body is no OTLP/JSON trace export request.
#[derive(Debug, thiserror::Error)]
#[error("not an OTLP/JSON trace export request: {0}")]
pub struct ReadError(#[from] serde_json::Error);

/// Reads the body of a trace export request; one line of the collector's file format is one too.
///
/// Follows the JSON encoding of OTLP: ids in hex of either case, 64-bit numbers as text or number, enumerations as
/// number or name, members that are absent or null taken as their default.
pub fn read(body: &[u8]) -> Result<Vec<SpanRecord>, ReadError> {
    let mut body: Value = serde_json::from_slice(body)?;
    plain(&mut body);
    let request: ExportTraceServiceRequest = serde_json::from_value(body)?;
    let mut spans = Vec::new();
    for resource in request.resource_spans {
        let attributes = resource.resource.map(|resource| pairs(resource.attributes)).unwrap_or_default();
        let service = attributes
            .into_iter()
            .find(|(key, _)| key == "service.name")
            .and_then(|(_, value)| value.as_str().map(str::to_owned));
        for scope in resource.scope_spans {
            spans.extend(scope.spans.into_iter().map(|span| record(span, service.clone())));
        }
    }
    Ok(spans)
}

/// Makes of what protobuf allows in JSON the one form that the message types read: no nulls, enumerations as numbers,
/// ids that every span has.
fn plain(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|_, member| !member.is_null());
            for (key, member) in members.iter_mut() {
                let number = match (key.as_str(), member.as_str()) {
                    ("kind", Some(name)) => SpanKind::from_str_name(name).map(|kind| kind as i32),
                    ("code", Some(name)) => StatusCode::from_str_name(name).map(|code| code as i32),
                    _ => None,
                };
                match number {
                    Some(number) => *member = number.into(),
                    None => plain(member),
                }
            }
        }
        Value::Array(items) => {
            items.retain(|item| !item.is_null());
            items.iter_mut().for_each(plain);
        }
        _ => {}
    }
}

fn record(span: Span, service: Option<String>) -> SpanRecord {
    let parent = hex(&span.parent_span_id);
    SpanRecord {
        kind: match span.kind() {
            SpanKind::Server => RecordedKind::Server,
            SpanKind::Client => RecordedKind::Client,
            SpanKind::Producer => RecordedKind::Producer,
            SpanKind::Consumer => RecordedKind::Consumer,
            SpanKind::Internal | SpanKind::Unspecified => RecordedKind::Internal,
        },
        name: span.name,
        trace_id: hex(&span.trace_id),
        span_id: hex(&span.span_id),
        parent_span_id: (!parent.is_empty()).then_some(parent),
        trace_state: span.trace_state,
        start_unix_nano: span.start_time_unix_nano,
        end_unix_nano: span.end_time_unix_nano,
        status: span.status.map(status).unwrap_or_default(),
        attributes: pairs(span.attributes),
        events: span
            .events
            .into_iter()
            .map(|event| RecordedEvent { name: event.name, attributes: pairs(event.attributes) })
            .collect(),
        links: span
            .links
            .into_iter()
            .map(|link| RecordedLink { trace_id: hex(&link.trace_id), span_id: hex(&link.span_id) })
            .collect(),
        service,
        ended: true,
    }
}

/// An id in lower-case hex.
fn hex(id: &[u8]) -> String {
    match (<[u8; 16]>::try_from(id), <[u8; 8]>::try_from(id)) {
        (Ok(id), _) => TraceId::from_bytes(id).to_string(),
        (_, Ok(id)) => SpanId::from_bytes(id).to_string(),
        _ => id.iter().fold(String::new(), |mut hex, byte| {
            // Writing to a string cannot fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        }),
    }
}

fn status(status: Status) -> RecordedStatus {
    match status.code() {
        StatusCode::Ok => RecordedStatus::Ok,
        StatusCode::Error => RecordedStatus::Error(status.message),
        StatusCode::Unset => RecordedStatus::Unset,
    }
}

fn pairs(attributes: Vec<KeyValue>) -> Vec<(String, Value)> {
    attributes.into_iter().map(|pair| (pair.key, any_value(pair.value))).collect()
}

/// An `AnyValue` as the JSON value that it means.
fn any_value(value: Option<AnyValue>) -> Value {
    match value.and_then(|value| value.value) {
        None => Value::Null,
        Some(any_value::Value::StringValue(text)) => text.into(),
        Some(any_value::Value::BoolValue(truth)) => truth.into(),
        Some(any_value::Value::IntValue(number)) => number.into(),
        Some(any_value::Value::DoubleValue(number)) => json!(number),
        Some(any_value::Value::BytesValue(bytes)) => hex(&bytes).into(),
        Some(any_value::Value::ArrayValue(array)) => {
            array.values.into_iter().map(|item| any_value(Some(item))).collect()
        }
        Some(any_value::Value::KvlistValue(list)) => Value::Object(pairs(list.values).into_iter().collect()),
        // A place in a table of strings, which trace messages have not.
        Some(other) => json!(format!("{other:?}")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_request_of_the_collector_is_read() {
        let body = json!({"resourceSpans": [{
            "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "s"}}]},
            "scopeSpans": [{"scope": null, "spans": [{
                "traceId": "5B8EFFF798038103D269B633813FC60C", "spanId": "EEE19B7EC3C1B174", "parentSpanId": "",
                "name": "n", "kind": "SPAN_KIND_SERVER", "startTimeUnixNano": "10", "endTimeUnixNano": 30,
                "attributes": [
                    {"key": "i", "value": {"intValue": "7"}}, {"key": "j", "value": {"intValue": 8}},
                    {"key": "d", "value": {"doubleValue": 0.5}}, {"key": "b", "value": {"boolValue": true}},
                    {"key": "a", "value": {"arrayValue": {"values": [{"stringValue": "x"}]}}},
                    {"key": "k", "value": {"kvlistValue": {"values": [{"key": "y", "value": null}]}}},
                ],
                "events": null, "links": [{"traceId": "AA", "spanId": "BB"}],
                "status": {"code": 2, "message": "no"}, "somethingNew": {},
            }]}, {"spans": null}],
        }, {}]});
        let spans = read(body.to_string().as_bytes()).unwrap();
        assert_eq!(spans.len(), 1);
        let span = &spans[0];
        assert_eq!(span.trace_id, "5b8efff798038103d269b633813fc60c");
        assert_eq!((span.parent_span_id.as_deref(), span.kind), (None, RecordedKind::Server));
        assert_eq!(span.duration_nanos(), 20);
        assert_eq!(span.status, RecordedStatus::Error("no".to_owned()));
        assert_eq!(span.service.as_deref(), Some("s"));
        assert_eq!(span.links, [RecordedLink { trace_id: "aa".to_owned(), span_id: "bb".to_owned() }]);
        let values: Vec<_> = span.attributes.iter().map(|(_, value)| value.to_string()).collect();
        assert_eq!(values, ["7", "8", "0.5", "true", r#"["x"]"#, r#"{"y":null}"#]);
    }

    #[test]
    fn nothing_is_read_from_nothing() {
        assert_eq!(read(b"{}").unwrap(), []);
        assert_eq!(read(br#"{"resourceSpans":null}"#).unwrap(), []);
    }

    #[test]
    fn other_bodies_are_refused() {
        for body in [&b""[..], b"[1]", b"\x0a\x01", br#"{"resourceSpans":7}"#] {
            assert!(read(body).is_err());
        }
    }
}

//! Reading OTLP/JSON: from the body of a trace export request to plain records.

use serde::Deserialize;
use serde_json::Value;

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
    let request: Request = serde_json::from_slice(body)?;
    let mut spans = Vec::new();
    for resource in list(request.resource_spans) {
        let attributes = pairs(resource.resource.and_then(|resource| resource.attributes));
        let service = attributes
            .into_iter()
            .find(|(key, _)| key == "service.name")
            .and_then(|(_, value)| value.as_str().map(str::to_owned));
        for scope in list(resource.scope_spans) {
            spans.extend(list(scope.spans).into_iter().map(|span| record(span, service.clone())));
        }
    }
    Ok(spans)
}

fn record(span: Span, service: Option<String>) -> SpanRecord {
    let parent = span.parent_span_id.unwrap_or_default().to_lowercase();
    SpanRecord {
        name: span.name.unwrap_or_default(),
        kind: kind(&span.kind),
        trace_id: span.trace_id.unwrap_or_default().to_lowercase(),
        span_id: span.span_id.unwrap_or_default().to_lowercase(),
        parent_span_id: (!parent.is_empty()).then_some(parent),
        trace_state: span.trace_state.unwrap_or_default(),
        start_unix_nano: number(&span.start_time_unix_nano),
        end_unix_nano: number(&span.end_time_unix_nano),
        status: span.status.map(status).unwrap_or_default(),
        attributes: pairs(span.attributes),
        events: list(span.events)
            .into_iter()
            .map(|event| RecordedEvent {
                name: event.name.unwrap_or_default(),
                attributes: pairs(event.attributes),
            })
            .collect(),
        links: list(span.links)
            .into_iter()
            .map(|link| RecordedLink {
                trace_id: link.trace_id.unwrap_or_default().to_lowercase(),
                span_id: link.span_id.unwrap_or_default().to_lowercase(),
            })
            .collect(),
        service,
        ended: true,
    }
}

fn list<T>(items: Option<Vec<T>>) -> Vec<T> {
    items.unwrap_or_default()
}

fn number(value: &Value) -> u64 {
    value.as_u64().or_else(|| value.as_str()?.parse().ok()).unwrap_or(0)
}

fn kind(value: &Value) -> RecordedKind {
    match (value.as_u64(), value.as_str()) {
        (Some(2), _) | (_, Some("SPAN_KIND_SERVER")) => RecordedKind::Server,
        (Some(3), _) | (_, Some("SPAN_KIND_CLIENT")) => RecordedKind::Client,
        (Some(4), _) | (_, Some("SPAN_KIND_PRODUCER")) => RecordedKind::Producer,
        (Some(5), _) | (_, Some("SPAN_KIND_CONSUMER")) => RecordedKind::Consumer,
        _ => RecordedKind::Internal,
    }
}

fn status(status: Status) -> RecordedStatus {
    match (status.code.as_u64(), status.code.as_str()) {
        (Some(1), _) | (_, Some("STATUS_CODE_OK")) => RecordedStatus::Ok,
        (Some(2), _) | (_, Some("STATUS_CODE_ERROR")) => {
            RecordedStatus::Error(status.message.unwrap_or_default())
        }
        _ => RecordedStatus::Unset,
    }
}

fn pairs(attributes: Option<Vec<KeyValue>>) -> Vec<(String, Value)> {
    list(attributes).into_iter().map(|pair| (pair.key.unwrap_or_default(), any_value(pair.value))).collect()
}

/// An `AnyValue` as the JSON value that it means.
fn any_value(value: Option<AnyValue>) -> Value {
    let Some(value) = value else { return Value::Null };
    if let Some(text) = value.string_value.or(value.bytes_value) {
        text.into()
    } else if let Some(truth) = value.bool_value {
        truth.into()
    } else if let Some(number) = value.int_value {
        number.as_i64().or_else(|| number.as_str()?.parse().ok()).map_or(number, Value::from)
    } else if let Some(number) = value.double_value {
        // NaN and the infinities are text in the JSON encoding.
        number
    } else if let Some(array) = value.array_value {
        list(array.values).into_iter().map(|item| any_value(Some(item))).collect()
    } else if let Some(object) = value.kvlist_value {
        Value::Object(pairs(object.values).into_iter().collect())
    } else {
        Value::Null
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    resource_spans: Option<Vec<ResourceSpans>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ResourceSpans {
    resource: Option<Attributes>,
    scope_spans: Option<Vec<ScopeSpans>>,
}

#[derive(Deserialize)]
struct Attributes {
    attributes: Option<Vec<KeyValue>>,
}

#[derive(Deserialize)]
struct ScopeSpans {
    spans: Option<Vec<Span>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the names of the format")]
struct Span {
    trace_id: Option<String>,
    span_id: Option<String>,
    trace_state: Option<String>,
    parent_span_id: Option<String>,
    name: Option<String>,
    #[serde(default)]
    kind: Value,
    #[serde(default)]
    start_time_unix_nano: Value,
    #[serde(default)]
    end_time_unix_nano: Value,
    attributes: Option<Vec<KeyValue>>,
    events: Option<Vec<Event>>,
    links: Option<Vec<Link>>,
    status: Option<Status>,
}

#[derive(Deserialize)]
struct Event {
    name: Option<String>,
    attributes: Option<Vec<KeyValue>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Link {
    trace_id: Option<String>,
    span_id: Option<String>,
}

#[derive(Deserialize)]
struct Status {
    #[serde(default)]
    code: Value,
    message: Option<String>,
}

#[derive(Deserialize)]
struct KeyValue {
    key: Option<String>,
    value: Option<AnyValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the names of the format")]
struct AnyValue {
    string_value: Option<String>,
    bytes_value: Option<String>,
    bool_value: Option<bool>,
    int_value: Option<Value>,
    double_value: Option<Value>,
    array_value: Option<ArrayValue>,
    kvlist_value: Option<KvList>,
}

#[derive(Deserialize)]
struct ArrayValue {
    values: Option<Vec<AnyValue>>,
}

#[derive(Deserialize)]
struct KvList {
    values: Option<Vec<KeyValue>>,
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

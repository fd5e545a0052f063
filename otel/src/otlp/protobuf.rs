//! OTLP as protobuf (`opentelemetry/proto/trace/v1/trace.proto`, version 1.x); numbers in calls are field numbers.

use opentelemetry::trace::{Event, Link, SpanId, Status};
use opentelemetry::{Array, KeyValue, Value};
use opentelemetry_sdk::trace::SpanData;

use super::unix_nanos;
use crate::resource::Resource;

/// Writes an `ExportTraceServiceRequest`.
pub(crate) fn request(resource: &Resource, spans: &[SpanData]) -> Vec<u8> {
    let mut scope_spans = Writer(Vec::with_capacity(spans.len() * 768 + 64));
    scope_spans.message(1, |scope| {
        scope.text(1, super::SCOPE);
        scope.text(2, env!("CARGO_PKG_VERSION"));
    });
    for data in spans {
        scope_spans.message(2, |out| span(out, data));
    }
    let mut head = Writer(Vec::with_capacity(512));
    head.message(1, |out| {
        for (key, value) in &resource.0 {
            attribute(out, 1, key, &value.clone().into());
        }
    });
    // The two outermost messages are wrapped from the front, so that the spans are copied once only.
    let mut scope_head = Writer(Vec::with_capacity(8));
    scope_head.tag(2, LENGTH);
    scope_head.varint(scope_spans.0.len() as u64);
    let mut body = Writer(Vec::with_capacity(head.0.len() + scope_spans.0.len() + 16));
    body.tag(1, LENGTH);
    body.varint((head.0.len() + scope_head.0.len() + scope_spans.0.len()) as u64);
    body.0.extend_from_slice(&head.0);
    body.0.extend_from_slice(&scope_head.0);
    body.0.extend_from_slice(&scope_spans.0);
    body.0
}

fn span(out: &mut Writer, span: &SpanData) {
    let context = &span.span_context;
    out.bytes(1, &context.trace_id().to_bytes());
    out.bytes(2, &context.span_id().to_bytes());
    let state = context.trace_state().header();
    if !state.is_empty() {
        out.text(3, &state);
    }
    if span.parent_span_id != SpanId::INVALID {
        out.bytes(4, &span.parent_span_id.to_bytes());
    }
    out.text(5, &span.name);
    out.number(6, u64::from(super::kind(&span.span_kind)));
    out.fixed64(7, unix_nanos(span.start_time));
    out.fixed64(8, unix_nanos(span.end_time));
    for pair in &span.attributes {
        key_value(out, 9, pair);
    }
    out.number(10, u64::from(span.dropped_attributes_count));
    for item in span.events.iter() {
        out.message(11, |out| event(out, item));
    }
    out.number(12, u64::from(span.events.dropped_count));
    for item in span.links.iter() {
        out.message(13, |out| link(out, item));
    }
    out.number(14, u64::from(span.links.dropped_count));
    match &span.status {
        Status::Unset => {}
        Status::Ok => out.message(15, |out| out.number(3, 1)),
        Status::Error { description } => out.message(15, |out| {
            out.text(2, description);
            out.number(3, 2);
        }),
    }
    out.fixed32(16, super::flags(context.trace_flags().to_u8(), span.parent_span_is_remote));
}

fn event(out: &mut Writer, event: &Event) {
    out.fixed64(1, unix_nanos(event.timestamp));
    out.text(2, &event.name);
    for pair in &event.attributes {
        key_value(out, 3, pair);
    }
    out.number(4, u64::from(event.dropped_attributes_count));
}

fn link(out: &mut Writer, link: &Link) {
    let context = &link.span_context;
    out.bytes(1, &context.trace_id().to_bytes());
    out.bytes(2, &context.span_id().to_bytes());
    let state = context.trace_state().header();
    if !state.is_empty() {
        out.text(3, &state);
    }
    for pair in &link.attributes {
        key_value(out, 4, pair);
    }
    out.number(5, u64::from(link.dropped_attributes_count));
    out.fixed32(6, super::flags(context.trace_flags().to_u8(), context.is_remote()));
}

fn key_value(out: &mut Writer, field: u32, pair: &KeyValue) {
    attribute(out, field, pair.key.as_str(), &pair.value);
}

fn attribute(out: &mut Writer, field: u32, key: &str, value: &Value) {
    out.message(field, |out| {
        out.text(1, key);
        out.message(2, |out| any_value(out, value));
    });
}

/// `AnyValue`: a member of a `oneof` is written even when it is the default.
fn any_value(out: &mut Writer, value: &Value) {
    match value {
        Value::Bool(truth) => out.always(2, u64::from(*truth)),
        Value::I64(number) => out.always(3, number.cast_unsigned()),
        Value::F64(number) => out.fixed64(4, number.to_bits()),
        Value::Array(array) => out.message(5, |out| {
            let mut item = |value: Value| out.message(1, |out| any_value(out, &value));
            match array {
                Array::Bool(list) => list.iter().for_each(|truth| item(Value::Bool(*truth))),
                Array::I64(list) => list.iter().for_each(|number| item(Value::I64(*number))),
                Array::F64(list) => list.iter().for_each(|number| item(Value::F64(*number))),
                Array::String(list) => list.iter().for_each(|text| item(Value::String(text.clone()))),
                _ => {}
            }
        }),
        other => out.text(1, &other.as_str()),
    }
}

const VARINT: u32 = 0;
const FIXED64: u32 = 1;
const LENGTH: u32 = 2;
const FIXED32: u32 = 5;

/// The protobuf wire format.
struct Writer(Vec<u8>);

impl Writer {
    fn tag(&mut self, field: u32, wire: u32) {
        self.varint(u64::from(field << 3 | wire));
    }

    fn varint(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    /// A number; left out when it is zero, the default.
    fn number(&mut self, field: u32, number: u64) {
        if number != 0 {
            self.always(field, number);
        }
    }

    fn always(&mut self, field: u32, number: u64) {
        self.tag(field, VARINT);
        self.varint(number);
    }

    fn fixed64(&mut self, field: u32, number: u64) {
        self.tag(field, FIXED64);
        self.0.extend_from_slice(&number.to_le_bytes());
    }

    fn fixed32(&mut self, field: u32, number: u32) {
        self.tag(field, FIXED32);
        self.0.extend_from_slice(&number.to_le_bytes());
    }

    fn bytes(&mut self, field: u32, bytes: &[u8]) {
        self.tag(field, LENGTH);
        self.varint(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
    }

    fn text(&mut self, field: u32, text: &str) {
        self.bytes(field, text.as_bytes());
    }

    /// A nested message. Its length is known only afterwards: one byte is kept for it, and most need no more.
    fn message(&mut self, field: u32, write: impl FnOnce(&mut Self)) {
        self.tag(field, LENGTH);
        let at = self.0.len();
        self.0.push(0);
        write(self);
        let length = self.0.len() - at - 1;
        if length < 0x80 {
            self.0[at] = length as u8;
            return;
        }
        let mut prefix = Self(Vec::new());
        prefix.varint(length as u64);
        self.0.splice(at..=at, prefix.0);
    }
}

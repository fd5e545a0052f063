//! Spans as protobuf (`opentelemetry/proto/trace/v1/trace.proto`, version 1.x); numbers in calls are field numbers.

use opentelemetry::trace::{Event, Link, SpanId, Status};
use opentelemetry_sdk::trace::SpanData;

use super::unix_nanos;
use super::wire::{self, Writer, key_value};
use crate::settings::Resource;

/// Writes an `ExportTraceServiceRequest`.
pub(super) fn request(resource: &Resource, spans: &[SpanData]) -> Vec<u8> {
    wire::request(resource, spans.len() * 768, |out| {
        for data in spans {
            out.message(2, |out| span(out, data));
        }
    })
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

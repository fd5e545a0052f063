//! OTLP bodies of export requests, written straight from the records.
//!
//! Written here and not taken from a crate because a span is on the budget of a request: the stock path builds a
//! message tree for each batch before it writes the first byte.

mod answer;
mod json;
mod logs;
mod metrics;
mod protobuf;
mod wire;

pub(crate) use answer::{rejected_json, rejected_protobuf};

use std::time::{SystemTime, UNIX_EPOCH};

use opentelemetry_sdk::trace::SpanData;
use serde_json::Value as Json;

use crate::export::Record;
use crate::settings::Resource;

/// Name of the instrumentation scope of all our spans.
pub(crate) const SCOPE: &str = "codex-otel";

impl Record for SpanData {
    const NAME: &'static str = "spans";
    const GRPC_PATH: &'static str = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
    const REJECTED: &'static str = "rejectedSpans";

    fn protobuf(resource: &Resource, batch: &[Self]) -> Vec<u8> {
        protobuf::request(resource, batch)
    }

    fn json(resource: &Resource, batch: &[Self]) -> Json {
        json::spans(resource, batch)
    }

    fn line(&self) -> Json {
        json::span(self)
    }
}

/// `Span.flags`: the trace flags, and whether the parent is known to be remote or local
/// (`SpanFlags` of `opentelemetry/proto/trace/v1/trace.proto`).
fn flags(trace_flags: u8, remote: bool) -> u32 {
    const HAS_IS_REMOTE: u32 = 0x100;
    const IS_REMOTE: u32 = 0x200;
    u32::from(trace_flags) | HAS_IS_REMOTE | if remote { IS_REMOTE } else { 0 }
}

/// `Span.kind` as a number.
fn kind(kind: &opentelemetry::trace::SpanKind) -> u8 {
    use opentelemetry::trace::SpanKind;
    match kind {
        SpanKind::Internal => 1,
        SpanKind::Server => 2,
        SpanKind::Client => 3,
        SpanKind::Producer => 4,
        SpanKind::Consumer => 5,
    }
}

/// Nanoseconds since 1970.
pub(crate) fn unix_nanos(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| u64::try_from(since.as_nanos()).unwrap_or(u64::MAX))
}

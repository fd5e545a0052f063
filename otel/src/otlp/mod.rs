//! OTLP bodies of trace export requests, written straight from span data.
//!
//! Written here and not taken from a crate because a span is on the budget of a request: the stock path builds a
//! message tree for each batch before it writes the first byte.

mod answer;
mod json;
mod protobuf;

pub(crate) use answer::{rejected_json, rejected_protobuf};
pub(crate) use json::{request as json, span as json_span};
pub(crate) use protobuf::request as protobuf;

use std::time::{SystemTime, UNIX_EPOCH};

/// Name of the instrumentation scope of all our spans.
pub(crate) const SCOPE: &str = "codex-otel";

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

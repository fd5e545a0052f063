//! Spans that are made when they are over: what was found worth a span only by how it ended.

use std::borrow::Cow;
use std::time::SystemTime;

use opentelemetry::KeyValue;
use opentelemetry::trace::{Span as _, SpanBuilder, SpanKind, Status as OtelStatus, Tracer as _};

use super::{Kind, OwnedSpan, Status, Value};
use crate::subscriber::tracer;

/// A span that is over.
#[derive(Clone, Debug)]
pub struct PastSpan {
    /// Exported name.
    pub name: Cow<'static, str>,
    /// Side of the call.
    pub kind: Kind,
    /// When it began.
    pub start: SystemTime,
    /// When it ended.
    pub end: SystemTime,
    /// How it ended.
    pub status: Status,
    /// Its attributes.
    pub attributes: Vec<(&'static str, Value)>,
}

impl OwnedSpan {
    /// Exports a span that is over as a child of this one. Nothing happens where this one does not record.
    pub fn past_child(&self, past: PastSpan) {
        if !self.is_recording() {
            return;
        }
        let Some(tracer) = tracer() else { return };
        let kind = match past.kind {
            Kind::Server => SpanKind::Server,
            Kind::Client => SpanKind::Client,
            Kind::Internal => SpanKind::Internal,
        };
        let builder = SpanBuilder::from_name(past.name).with_kind(kind).with_start_time(past.start);
        let mut span = tracer.build_with_context(builder, self.context());
        for (key, value) in past.attributes {
            span.set_attribute(KeyValue::new(key, opentelemetry::Value::from(value)));
        }
        if let Status::Error(description) = past.status {
            span.set_status(OtelStatus::Error { description });
        }
        span.end_with_timestamp(past.end);
    }
}

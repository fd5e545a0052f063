//! The tracer under the span layer: the SDK's, or one that only passes the caller's context through.

use std::borrow::Cow;
use std::time::SystemTime;

use opentelemetry::trace::{Span as _, SpanBuilder, SpanContext, Status, TraceContextExt, TraceFlags};
use opentelemetry::{Array, Context, KeyValue, StringValue, Value};
use opentelemetry_sdk::trace as sdk;

/// The flag of level 2 that says the trace id is random (section 3.2.2.5.2). Ours are.
const RANDOM: TraceFlags = TraceFlags::new(0b10);

/// Makes spans.
#[derive(Clone, Debug)]
pub(crate) enum Tracer {
    /// Tracing is off: a span is its parent, so the caller's context goes through unchanged.
    PassThrough,
    /// Spans are recorded by the SDK, texts cut at so many characters.
    Recording(sdk::SdkTracer, Option<usize>),
}

/// A span of either tracer.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "the context boxes each span as it is")]
pub(crate) enum Span {
    /// Records nothing.
    Silent(SpanContext),
    /// Records, under the context that children see.
    Recording(SpanContext, sdk::Span, Option<usize>),
}

impl opentelemetry::trace::Tracer for Tracer {
    type Span = Span;

    fn build_with_context(&self, builder: SpanBuilder, parent_cx: &Context) -> Span {
        let parent_span = parent_cx.span();
        let parent = parent_span.span_context();
        let Self::Recording(tracer, length) = self else {
            return Span::Silent(parent.clone());
        };
        let span = tracer.build_with_context(builder, parent_cx);
        let made = span.span_context();
        if !made.is_valid() {
            // The SDK was shut down or is suppressed: the caller's context must go on all the same.
            return Span::Silent(parent.clone());
        }
        // The SDK keeps the flags of a sampled parent, knows no random flag for a root, and clears all flags of a span
        // that is not sampled.
        let flags = if parent.is_valid() { parent.trace_flags() } else { RANDOM };
        let context = SpanContext::new(
            made.trace_id(),
            made.span_id(),
            flags.with_sampled(made.is_sampled()),
            false,
            made.trace_state().clone(),
        );
        if span.is_recording() { Span::Recording(context, span, *length) } else { Span::Silent(context) }
    }
}

impl opentelemetry::trace::Span for Span {
    fn add_event_with_timestamp<T>(&mut self, name: T, timestamp: SystemTime, attributes: Vec<KeyValue>)
    where
        T: Into<Cow<'static, str>>,
    {
        if let Self::Recording(_, span, length) = self {
            let attributes = attributes.into_iter().map(|attribute| cut(attribute, *length)).collect();
            span.add_event_with_timestamp(name, timestamp, attributes);
        }
    }

    fn span_context(&self) -> &SpanContext {
        let (Self::Silent(context) | Self::Recording(context, ..)) = self;
        context
    }

    fn is_recording(&self) -> bool {
        matches!(self, Self::Recording(_, span, _) if span.is_recording())
    }

    fn set_attribute(&mut self, attribute: KeyValue) {
        if let Self::Recording(_, span, length) = self {
            span.set_attribute(cut(attribute, *length));
        }
    }

    fn set_status(&mut self, status: Status) {
        if let Self::Recording(_, span, _) = self {
            span.set_status(status);
        }
    }

    fn update_name<T>(&mut self, new_name: T)
    where
        T: Into<Cow<'static, str>>,
    {
        if let Self::Recording(_, span, _) = self {
            span.update_name(new_name);
        }
    }

    fn add_link(&mut self, span_context: SpanContext, attributes: Vec<KeyValue>) {
        if let Self::Recording(_, span, _) = self {
            span.add_link(span_context, attributes);
        }
    }

    fn end_with_timestamp(&mut self, timestamp: SystemTime) {
        if let Self::Recording(_, span, _) = self {
            span.end_with_timestamp(timestamp);
        }
    }
}

/// Cuts texts at so many characters. The SDK knows the limits of count, not this one.
fn cut(mut attribute: KeyValue, length: Option<usize>) -> KeyValue {
    let Some(length) = length else { return attribute };
    let shorten = |text: &StringValue| {
        let (end, _) = text.as_str().char_indices().nth(length)?;
        Some(StringValue::from(text.as_str()[..end].to_owned()))
    };
    match &mut attribute.value {
        Value::String(text) => {
            if let Some(short) = shorten(text) {
                *text = short;
            }
        }
        Value::Array(Array::String(list)) => {
            for text in list {
                if let Some(short) = shorten(text) {
                    *text = short;
                }
            }
        }
        _ => {}
    }
    attribute
}

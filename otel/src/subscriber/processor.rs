//! Further processors of ended spans, handed to [`Builder`](crate::Builder).

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use opentelemetry::trace::Span as _;
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{Span, SpanData};

use crate::{SpanRecord, local_traces};

/// Sees each span when it has ended, on the thread that ended it: be quick, and do not end spans in it.
pub trait SpanProcessor: Debug + Send + Sync {
    /// A span has ended.
    fn ended(&self, span: &SpanRecord);
}

/// Does nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Noop;

impl SpanProcessor for Noop {
    fn ended(&self, _: &SpanRecord) {}
}

/// Keeps every span. Clones see the same spans.
#[derive(Clone, Debug, Default)]
pub struct Memory(Arc<Mutex<Vec<SpanRecord>>>);

impl Memory {
    /// The spans so far, in order of ending.
    pub fn spans(&self) -> Vec<SpanRecord> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl SpanProcessor for Memory {
    fn ended(&self, span: &SpanRecord) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(span.clone());
    }
}

/// Puts configured attributes on every span (`otel.span_attributes`).
#[derive(Debug)]
pub(crate) struct SpanAttributes(Vec<KeyValue>);

impl SpanAttributes {
    pub(crate) fn new(attributes: &BTreeMap<String, String>) -> Self {
        Self(attributes.iter().map(|(key, value)| KeyValue::new(key.clone(), value.clone())).collect())
    }
}

impl opentelemetry_sdk::trace::SpanProcessor for SpanAttributes {
    fn on_start(&self, span: &mut Span, _: &Context) {
        for attribute in &self.0 {
            span.set_attribute(attribute.clone());
        }
    }

    fn on_end(&self, _: SpanData) {}

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

/// A processor as the SDK knows them.
#[derive(Debug)]
pub(crate) struct Adapter(pub(crate) Box<dyn SpanProcessor>);

impl opentelemetry_sdk::trace::SpanProcessor for Adapter {
    fn on_start(&self, _: &mut Span, _: &Context) {}

    fn on_end(&self, span: SpanData) {
        if span.span_context.is_sampled() {
            self.0.ended(&local_traces::record(&span, true));
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

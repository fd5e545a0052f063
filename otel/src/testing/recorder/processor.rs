//! The span processor of the recorder.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use opentelemetry::Context;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{Span, SpanData, SpanProcessor};

use crate::{SpanRecord, local_traces};

/// The spans so far, in order of starting.
#[derive(Debug, Default)]
pub(super) struct Store(Mutex<Vec<SpanRecord>>);

impl Store {
    fn lock(&self) -> MutexGuard<'_, Vec<SpanRecord>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn spans(&self) -> Vec<SpanRecord> {
        self.lock().clone()
    }

    pub(super) fn clear(&self) {
        self.lock().clear();
    }
}

/// Puts spans into a store when they start, and again when they end.
#[derive(Debug)]
pub(super) struct Recording(Arc<Store>);

impl Recording {
    pub(super) fn new(store: Arc<Store>) -> Self {
        Self(store)
    }
}

impl SpanProcessor for Recording {
    fn on_start(&self, span: &mut Span, _: &Context) {
        if let Some(data) = span.exported_data() {
            self.0.lock().push(local_traces::record(&data, false));
        }
    }

    fn on_end(&self, span: SpanData) {
        let ended = local_traces::record(&span, true);
        let mut spans = self.0.lock();
        match spans.iter_mut().find(|started| started.span_id == ended.span_id && !started.ended) {
            Some(started) => *started = ended,
            // Started before a `clear`, or ended twice; the second would be a defect that a test must see.
            None => spans.push(ended),
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

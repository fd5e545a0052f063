//! The running telemetry: flushing it, taking it down, and what it counted.

use std::sync::Arc;
use std::time::Duration;

use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::trace::SpanData;

use crate::Counters;
use crate::export::{self, LogEntry, Queue, Record, Worker};

/// The running telemetry of the process. Clones are handles of the same.
#[derive(Clone, Debug, Default)]
pub struct Telemetry {
    pub(crate) spans: Option<Arc<Export<SpanData>>>,
    pub(crate) logs: Option<Arc<Export<LogEntry>>>,
    pub(crate) metrics: Option<Arc<Export<ResourceMetrics>>>,
}

/// A queue, and the thread that sends what is in it.
#[derive(Debug)]
pub(crate) struct Export<T> {
    pub(crate) queue: Arc<Queue<T>>,
    pub(crate) worker: Worker<T>,
}

/// How a shutdown went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShutdownReport {
    /// Whether everything queued was handled before the deadline.
    pub complete: bool,
    /// The counters of spans at the end.
    pub counters: Counters,
}

impl Telemetry {
    /// Exports what is queued; returns when that is done or at the deadline.
    pub async fn flush(&self, deadline: Duration) {
        tokio::join!(
            flush(self.spans.as_ref(), deadline),
            flush(self.logs.as_ref(), deadline),
            flush(self.metrics.as_ref(), deadline)
        );
    }

    /// Exports what is queued and stops; returns when that is done or at the deadline.
    ///
    /// End open spans first: one that ends later is counted as dropped.
    pub async fn shutdown(self, deadline: Duration) -> ShutdownReport {
        let (spans, logs, metrics) = tokio::join!(
            stop(self.spans.as_ref(), deadline),
            stop(self.logs.as_ref(), deadline),
            stop(self.metrics.as_ref(), deadline)
        );
        ShutdownReport { complete: spans && logs && metrics, counters: self.counters() }
    }

    /// The counters of spans now.
    pub fn counters(&self) -> Counters {
        self.spans.as_ref().map_or_else(
            || Counters { refused_parents: export::refused_parents(), ..Counters::default() },
            |export| export.queue.counters(),
        )
    }

    /// The counters of log records now; `None` where they are not exported.
    pub fn log_counters(&self) -> Option<Counters> {
        self.logs.as_ref().map(|export| export.queue.counters())
    }

    /// The counters of metrics now, each collection counted as one; `None` where they are not exported.
    pub fn metric_counters(&self) -> Option<Counters> {
        self.metrics.as_ref().map(|export| export.queue.counters())
    }

    /// Whether spans are exported.
    pub fn exports_spans(&self) -> bool {
        self.spans.is_some()
    }
}

async fn flush<T: Record>(export: Option<&Arc<Export<T>>>, deadline: Duration) {
    if let Some(export) = export {
        export.worker.flush(deadline).await;
    }
}

async fn stop<T: Record>(export: Option<&Arc<Export<T>>>, deadline: Duration) -> bool {
    match export {
        Some(export) => export.worker.stop(deadline).await,
        None => true,
    }
}

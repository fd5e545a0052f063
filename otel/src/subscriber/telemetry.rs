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
    /// The same as `logs` where both go to one place.
    pub(crate) log_events: Option<Arc<Export<LogEntry>>>,
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
            flush(self.own_log_events(), deadline),
            flush(self.metrics.as_ref(), deadline)
        );
    }

    /// Exports what is queued and stops; returns when that is done or at the deadline.
    ///
    /// End open spans first: one that ends later is counted as dropped.
    pub async fn shutdown(self, deadline: Duration) -> ShutdownReport {
        let (spans, logs, events, metrics) = tokio::join!(
            stop(self.spans.as_ref(), deadline),
            stop(self.logs.as_ref(), deadline),
            stop(self.own_log_events(), deadline),
            stop(self.metrics.as_ref(), deadline)
        );
        let complete = spans && logs && events && metrics;
        self.report_losses();
        ShutdownReport { complete, counters: self.counters() }
    }

    /// Log events where they have a queue of their own.
    fn own_log_events(&self) -> Option<&Arc<Export<LogEntry>>> {
        let events = self.log_events.as_ref()?;
        let shared = self.logs.as_ref().is_some_and(|logs| Arc::ptr_eq(logs, events));
        (!shared).then_some(events)
    }

    /// Says what did not arrive, once, in the log.
    fn report_losses(&self) {
        let counted = [
            ("spans", self.spans.as_ref().map(|export| export.queue.counters())),
            ("log records", self.logs.as_ref().map(|export| export.queue.counters())),
            ("log events", self.own_log_events().map(|export| export.queue.counters())),
            ("collections of metrics", self.metrics.as_ref().map(|export| export.queue.counters())),
        ];
        for (what, counters) in counted {
            let Some(Counters { dropped, failed, last_error, .. }) = counters else { continue };
            if dropped + failed > 0 {
                let why = last_error.map(|error| format!(": {error}")).unwrap_or_default();
                tracing::warn!("{} {what} were not exported{why}", dropped + failed);
            }
        }
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

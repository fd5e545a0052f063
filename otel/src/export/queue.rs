//! The bounded queue between the threads that end spans and the one that sends them.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use opentelemetry::Context;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{Span, SpanData, SpanProcessor};
use tokio::sync::Notify;

use crate::Counters;

/// How much is held, and when it is sent (`OTEL_BSP_*`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    /// The most spans that wait, those being sent included. A burst of 20,000 requests fits three times.
    pub(crate) queue: usize,
    /// The most spans in one batch; as many waiting are sent without delay.
    pub(crate) batch: usize,
    /// The longest a span waits for its batch to fill.
    pub(crate) delay: Duration,
    /// The longest that one send may take.
    pub(crate) timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            queue: 65_536,
            batch: 512,
            delay: Duration::from_millis(500),
            timeout: Duration::from_secs(10),
        }
    }
}

/// The queue and its counters.
#[derive(Debug)]
pub(crate) struct Queue {
    limits: Limits,
    waiting: Mutex<Waiting>,
    /// Wakes the worker: at the first span, and at each full batch.
    pub(crate) wake: Notify,
    exported: AtomicU64,
    dropped: AtomicU64,
    failed: AtomicU64,
    last_error: Mutex<Option<String>>,
}

/// Spans in blocks of one batch, so that taking a batch moves a pointer and holds the lock for an instant.
#[derive(Debug, Default)]
struct Waiting {
    full: VecDeque<Vec<SpanData>>,
    filling: Vec<SpanData>,
    count: usize,
    spare: Option<Vec<SpanData>>,
    closed: bool,
}

impl Queue {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            waiting: Mutex::default(),
            wake: Notify::new(),
            exported: AtomicU64::new(0),
            dropped: AtomicU64::new(0),
            failed: AtomicU64::new(0),
            last_error: Mutex::default(),
        }
    }

    pub(crate) fn limits(&self) -> Limits {
        self.limits
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a span in, or counts it as dropped. Never waits for the worker.
    pub(crate) fn push(&self, span: SpanData) {
        let mut waiting = self.lock();
        if waiting.closed || waiting.count >= self.limits.queue {
            drop(waiting);
            self.dropped.fetch_add(1, Ordering::Relaxed);
            return;
        }
        waiting.filling.push(span);
        waiting.count += 1;
        let first = waiting.filling.len() == 1 && waiting.full.is_empty();
        let full = waiting.filling.len() >= self.limits.batch;
        if full {
            let next = waiting.spare.take().unwrap_or_default();
            let block = std::mem::replace(&mut waiting.filling, next);
            waiting.full.push_back(block);
        }
        drop(waiting);
        if first || full {
            self.wake.notify_one();
        }
    }

    /// The next batch; empty when nothing waits. Its spans keep their places in the queue until it is settled.
    pub(super) fn take(&self) -> Vec<SpanData> {
        let mut waiting = self.lock();
        match waiting.full.pop_front() {
            Some(block) => block,
            None => std::mem::take(&mut waiting.filling),
        }
    }

    /// Ends a batch: `refused` of its spans were not delivered. Its memory is used again.
    pub(super) fn settle(&self, mut block: Vec<SpanData>, refused: u64) {
        let spans = block.len();
        let refused = refused.min(spans as u64);
        self.exported.fetch_add(spans as u64 - refused, Ordering::Relaxed);
        self.failed.fetch_add(refused, Ordering::Relaxed);
        block.clear();
        let mut waiting = self.lock();
        waiting.count -= spans;
        waiting.spare.get_or_insert(block);
    }

    /// Whether a whole batch waits.
    pub(super) fn has_full_batch(&self) -> bool {
        !self.lock().full.is_empty()
    }

    pub(super) fn is_empty(&self) -> bool {
        let waiting = self.lock();
        waiting.filling.is_empty() && waiting.full.is_empty()
    }

    /// Takes nothing more; spans that end from now on are counted as dropped.
    pub(super) fn close(&self) {
        self.lock().closed = true;
    }

    pub(super) fn error(&self, error: String) {
        *self.last_error.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
    }

    /// The counters now.
    pub(crate) fn counters(&self) -> Counters {
        Counters {
            exported: self.exported.load(Ordering::Relaxed),
            dropped: self.dropped.load(Ordering::Relaxed),
            failed: self.failed.load(Ordering::Relaxed),
            queued: self.lock().count as u64,
            refused_parents: crate::counters::refused_parents(),
            last_error: self.last_error.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        }
    }
}

/// Moves ended spans into the queue.
#[derive(Debug)]
pub(crate) struct QueueProcessor(pub(crate) Arc<Queue>);

impl SpanProcessor for QueueProcessor {
    fn on_start(&self, _: &mut Span, _: &Context) {}

    fn on_end(&self, span: SpanData) {
        if span.span_context.is_sampled() {
            self.0.push(span);
        }
    }

    /// Flushing has a deadline and belongs to [`Telemetry::flush`](crate::Telemetry::flush).
    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

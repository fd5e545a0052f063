//! The bounded queue between the threads that make records and the one that sends them.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use crate::Counters;

/// How much is held, and when it is sent (`OTEL_BSP_*`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    /// The most records that wait, those being sent included. A burst of 20,000 requests fits three times.
    pub(crate) queue: usize,
    /// The most records in one batch; as many waiting are sent without delay.
    pub(crate) batch: usize,
    /// The longest a record waits for its batch to fill.
    pub(crate) delay: Duration,
    /// The longest that a batch may take.
    pub(crate) whole: Duration,
    /// The longest that the exporter may take to send a batch, retries included.
    pub(crate) timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            queue: 65_536,
            batch: 512,
            delay: Duration::from_millis(500),
            whole: Duration::from_secs(30),
            timeout: Duration::from_secs(10),
        }
    }
}

/// The queue and its counters.
#[derive(Debug)]
pub(crate) struct Queue<T> {
    limits: Limits,
    waiting: Mutex<Waiting<T>>,
    /// Wakes the worker: at the first record, and at each full batch.
    pub(crate) wake: Notify,
    exported: AtomicU64,
    dropped: AtomicU64,
    failed: AtomicU64,
    last_error: Mutex<Option<String>>,
}

/// Records in blocks of one batch, so that taking a batch moves a pointer and holds the lock for an instant.
#[derive(Debug)]
struct Waiting<T> {
    full: VecDeque<Vec<T>>,
    filling: Vec<T>,
    count: usize,
    closed: bool,
}

impl<T> Queue<T> {
    pub(crate) fn new(limits: Limits) -> Self {
        let waiting = Waiting { full: VecDeque::new(), filling: Vec::new(), count: 0, closed: false };
        Self {
            limits,
            waiting: Mutex::new(waiting),
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

    fn lock(&self) -> MutexGuard<'_, Waiting<T>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a record in, or counts it as dropped. Never waits for the worker.
    pub(crate) fn push(&self, record: T) {
        let mut waiting = self.lock();
        if waiting.closed || waiting.count >= self.limits.queue {
            drop(waiting);
            self.dropped.fetch_add(1, Ordering::Relaxed);
            return;
        }
        waiting.filling.push(record);
        waiting.count += 1;
        let first = waiting.filling.len() == 1 && waiting.full.is_empty();
        let full = waiting.filling.len() >= self.limits.batch;
        if full {
            // Full blocks come in a burst: the next one is made in its whole size.
            let next = Vec::with_capacity(self.limits.batch);
            let block = std::mem::replace(&mut waiting.filling, next);
            waiting.full.push_back(block);
        }
        drop(waiting);
        if first || full {
            self.wake.notify_one();
        }
    }

    /// The next batch; empty when nothing waits. Its records keep their places in the queue until it is settled.
    pub(super) fn take(&self) -> Vec<T> {
        let mut waiting = self.lock();
        if let Some(block) = waiting.full.pop_front() {
            if waiting.full.is_empty() {
                waiting.full = VecDeque::new();
            }
            return block;
        }
        std::mem::take(&mut waiting.filling)
    }

    /// What waits, taken out and settled; `None` when nothing does. For the recorder of tests.
    #[cfg(feature = "test")]
    pub(crate) fn take_some(&self) -> Option<Vec<T>> {
        let batch = self.take();
        self.settle(batch.len(), 0);
        (!batch.is_empty()).then_some(batch)
    }

    /// Ends a batch of so many records, of which `refused` were not delivered.
    pub(super) fn settle(&self, records: usize, refused: u64) {
        self.account(records as u64, refused);
        self.lock().count -= records;
    }

    /// Counts records that were sent, `refused` of them in vain.
    pub(super) fn account(&self, records: u64, refused: u64) {
        let refused = refused.min(records);
        self.exported.fetch_add(records - refused, Ordering::Relaxed);
        self.failed.fetch_add(refused, Ordering::Relaxed);
    }

    /// Whether a whole batch waits.
    pub(super) fn has_full_batch(&self) -> bool {
        !self.lock().full.is_empty()
    }

    pub(super) fn is_empty(&self) -> bool {
        let waiting = self.lock();
        waiting.filling.is_empty() && waiting.full.is_empty()
    }

    /// Takes nothing more; records that come from now on are counted as dropped.
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
            refused_parents: super::refused_parents(),
            last_error: self.last_error.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        }
    }
}

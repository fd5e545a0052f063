//! A thread in memory.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use codex_protocol::ThreadId;

use super::{
    super::{HistorySnapshot, OpenError, Record, ThreadMeta},
    memory_source::MemorySource,
};

/// The threads of a store.
pub(super) type Threads = Arc<Mutex<BTreeMap<ThreadId, Arc<MemoryThread>>>>;

/// A thread in memory.
#[derive(Debug)]
pub(super) struct MemoryThread {
    pub(super) meta: ThreadMeta,
    inner: Mutex<Inner>,
}

/// What changes about it.
#[derive(Debug, Default)]
pub(super) struct Inner {
    pub(super) records: Vec<Stamped>,
    pub(super) leased: bool,
    pub(super) archived: bool,
}

/// A record, and when it was written in Unix milliseconds.
#[derive(Clone, Debug)]
pub(super) struct Stamped {
    pub(super) at: i64,
    pub(super) record: Arc<Record>,
}

impl MemoryThread {
    pub(super) fn new(meta: ThreadMeta) -> Self {
        Self { meta, inner: Mutex::default() }
    }

    pub(super) fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn snapshot(&self) -> HistorySnapshot {
        let records = self.inner().records.clone();
        HistorySnapshot::new(Arc::new(MemorySource::new(self.meta.clone(), records)), Arc::from("memory"))
    }

    pub(super) fn locked(&self) -> OpenError {
        OpenError::Locked { id: self.meta.id, location: "memory".to_owned() }
    }
}

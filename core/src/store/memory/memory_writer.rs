//! Writing a thread in memory.

use std::{
    io,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use codex_protocol::{TurnId, now_ms};

use super::{
    super::{CutError, HistorySnapshot, Record, StoreError, ThreadState, ThreadWriter, WriteStats},
    memory_thread::{MemoryThread, Stamped, Threads},
};

/// The lease of a thread in memory.
#[derive(Debug)]
pub(super) struct MemoryWriter {
    thread: Arc<MemoryThread>,
    /// Where the thread is taken out of when the lease ends, if it ends with it.
    store: Option<Threads>,
    released: AtomicBool,
    stats: Mutex<WriteStats>,
}

impl MemoryWriter {
    /// The lease of a thread; with the threads that it is taken out of when the lease ends, if it ends with it.
    pub(super) fn new(thread: Arc<MemoryThread>, store: Option<Threads>) -> Self {
        Self { thread, store, released: AtomicBool::new(false), stats: Mutex::default() }
    }
}

impl ThreadWriter for MemoryWriter {
    fn append(&self, records: &[Record]) -> Result<(), StoreError> {
        let begun = Instant::now();
        if self.released.load(Ordering::Acquire) {
            return Err(StoreError::write("memory", io::Error::other("the thread is closed")));
        }
        let at = now_ms();
        let mut inner = self.thread.inner();
        inner.records.extend(records.iter().map(|record| Stamped { at, record: Arc::new(record.clone()) }));
        let mut stats = self.stats.lock().unwrap_or_else(PoisonError::into_inner);
        stats.records += records.len() as u64;
        stats.duration += begun.elapsed();
        Ok(())
    }

    fn sync(&self) {}

    fn snapshot(&self) -> HistorySnapshot {
        self.thread.snapshot()
    }

    fn revert(&self, before: TurnId, state: &ThreadState) -> Result<(), CutError> {
        let snapshot = self.thread.snapshot();
        let found = snapshot.source().find_turn(before).map_err(|error| StoreError::read("memory", error))?;
        let start = found.ok_or(CutError::NoSuchTurn { turn: before })?.start;
        self.thread.inner().records.truncate(start.0 as usize);
        Ok(self.append(&[Record::State(state.clone())])?)
    }

    fn is_kept(&self) -> bool {
        !self.thread.inner().records.is_empty()
    }

    fn is_ephemeral(&self) -> bool {
        self.store.is_some()
    }

    fn location(&self) -> Option<&str> {
        None
    }

    fn write_stats(&self) -> WriteStats {
        *self.stats.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn release(&self) {
        // Once: after it somebody else may have the lease.
        if self.released.swap(true, Ordering::AcqRel) {
            return;
        }
        self.thread.inner().leased = false;
        if let Some(store) = &self.store {
            store.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.thread.meta.id);
        }
    }
}

impl Drop for MemoryWriter {
    fn drop(&mut self) {
        self.release();
    }
}

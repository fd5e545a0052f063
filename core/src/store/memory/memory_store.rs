//! The store of threads in memory.

use std::{
    collections::BTreeMap,
    io,
    sync::{Arc, MutexGuard, PoisonError},
};

use codex_protocol::ThreadId;

use super::{
    super::{
        HistorySnapshot, ListError, ListQuery, OpenError, OpenThread, Page, Record, Scope, SortKey,
        StoreError, StoredThread, ThreadMeta, ThreadRef, ThreadState, ThreadStore, ThreadWriter,
        query::ThreadCursor, search::SearchTerm,
    },
    memory_thread::{MemoryThread, Threads},
    memory_writer::MemoryWriter,
};

/// Threads in memory.
#[derive(Debug, Default)]
pub(crate) struct MemoryStore {
    threads: Threads,
    lifetime: Lifetime,
}

/// How long a thread is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Lifetime {
    /// As long as the store.
    #[default]
    Store,
    /// As long as its lease.
    Lease,
}

impl MemoryStore {
    /// A store of threads that end with their lease.
    pub(crate) fn ephemeral() -> Self {
        Self { threads: Arc::default(), lifetime: Lifetime::Lease }
    }

    fn threads(&self) -> MutexGuard<'_, BTreeMap<ThreadId, Arc<MemoryThread>>> {
        self.threads.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find(&self, thread: &ThreadRef) -> Result<Arc<MemoryThread>, OpenError> {
        match thread {
            ThreadRef::Id(id) => self.threads().get(id).cloned().ok_or(OpenError::NotFound { id: *id }),
            ThreadRef::Location(path) => Err(OpenError::Store(StoreError::write(
                &path.display().to_string(),
                io::Error::new(io::ErrorKind::NotFound, "threads in memory have no location"),
            ))),
        }
    }

    /// A thread that nobody has leased, which is not archived or is, as `archived` says.
    fn unleased(&self, id: ThreadId, archived: bool) -> Result<Arc<MemoryThread>, OpenError> {
        let thread = self.find(&ThreadRef::Id(id))?;
        let (leased, is_archived) = {
            let inner = thread.inner();
            (inner.leased, inner.archived)
        };
        if is_archived != archived {
            return Err(OpenError::NotFound { id });
        }
        if leased { Err(thread.locked()) } else { Ok(thread) }
    }

    fn lease(&self, thread: Arc<MemoryThread>) -> Arc<dyn ThreadWriter> {
        thread.inner().leased = true;
        let ends_with = (self.lifetime == Lifetime::Lease).then(|| Arc::clone(&self.threads));
        Arc::new(MemoryWriter::new(thread, ends_with))
    }

    /// The threads that a query asks for, in its order, with the time sorted by.
    fn matching(
        &self,
        query: &ListQuery,
    ) -> Result<Vec<(ThreadCursor, Arc<MemoryThread>, StoredThread)>, ListError> {
        let after = query.after()?;
        let threads: Vec<_> = self.threads().values().cloned().collect();
        let mut rows: Vec<_> = threads
            .into_iter()
            .filter(|thread| thread.inner().archived == query.archived)
            .filter_map(|thread| {
                let loaded = thread.snapshot().load().ok()?;
                let time = match query.sort_key {
                    SortKey::CreatedAt => loaded.meta.created_at_ms,
                    SortKey::UpdatedAt => loaded.updated_at_ms,
                };
                let cursor = ThreadCursor { time, id: loaded.meta.id };
                let stored = StoredThread::of(loaded, None);
                let listed = !stored.thread.preview.is_empty() && query.matches(&stored.thread);
                let wanted = listed && after.is_none_or(|after| query.is_after(cursor, after));
                wanted.then_some((cursor, thread, stored))
            })
            .collect();
        rows.sort_by_key(|(cursor, ..)| *cursor);
        if !query.ascending {
            rows.reverse();
        }
        Ok(rows)
    }
}

impl ThreadStore for MemoryStore {
    fn create(&self, meta: ThreadMeta) -> Arc<dyn ThreadWriter> {
        let id = meta.id;
        let thread = Arc::new(MemoryThread::new(meta));
        self.threads().insert(id, Arc::clone(&thread));
        self.lease(thread)
    }

    fn fork(
        &self,
        source: &HistorySnapshot,
        meta: ThreadMeta,
        state: &ThreadState,
    ) -> Result<Arc<dyn ThreadWriter>, StoreError> {
        let mut records = Vec::new();
        source.each_record(|record| records.push(record))?;
        records.push(Record::State(state.clone()));
        let writer = self.create(meta);
        writer.append(&records)?;
        Ok(writer)
    }

    fn open(&self, thread: &ThreadRef) -> Result<OpenThread, OpenError> {
        let thread = self.find(thread)?;
        let thread = self.unleased(thread.meta.id, false)?;
        let loaded = thread.snapshot().load()?;
        Ok(OpenThread { writer: self.lease(thread), loaded })
    }

    fn snapshot(&self, thread: &ThreadRef, scope: Scope) -> Result<HistorySnapshot, OpenError> {
        let thread = self.find(thread)?;
        if scope == Scope::Active && thread.inner().archived {
            return Err(OpenError::NotFound { id: thread.meta.id });
        }
        Ok(thread.snapshot())
    }

    fn read(&self, id: ThreadId) -> Result<StoredThread, OpenError> {
        let loaded = self.find(&ThreadRef::Id(id))?.snapshot().load()?;
        Ok(StoredThread::of(loaded, None))
    }

    fn list(&self, query: &ListQuery) -> Result<Page<StoredThread>, ListError> {
        let rows = self.matching(query)?;
        Ok(query.page(rows.into_iter().map(|(cursor, _, stored)| (cursor, stored)).collect()))
    }

    fn search(&self, query: &ListQuery, words: &str) -> Result<Page<(StoredThread, String)>, ListError> {
        let term = SearchTerm::new(words);
        let found = self.matching(query)?.into_iter().filter_map(|(cursor, thread, stored)| {
            let snippet = term.find_in_thread(&stored.thread).or_else(|| {
                let records = thread.inner().records.clone();
                records.iter().find_map(|stamped| term.find_in_record(&stamped.record))
            })?;
            Some((cursor, (stored, snippet)))
        });
        Ok(query.page(found.collect()))
    }

    fn archive(&self, id: ThreadId) -> Result<(), OpenError> {
        self.unleased(id, false)?.inner().archived = true;
        Ok(())
    }

    fn unarchive(&self, id: ThreadId) -> Result<StoredThread, OpenError> {
        self.unleased(id, true)?.inner().archived = false;
        self.read(id)
    }

    fn delete(&self, id: ThreadId) -> Result<(), OpenError> {
        let thread = self.find(&ThreadRef::Id(id))?;
        if thread.inner().leased {
            return Err(thread.locked());
        }
        self.threads().remove(&id);
        Ok(())
    }
}

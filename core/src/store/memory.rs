//! Threads that live in memory: ephemeral ones, which end with their lease.

use std::{
    collections::BTreeMap,
    fs::File,
    io,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use codex_protocol::{ThreadId, TurnId, now_ms};

use super::{
    CutError, HistorySnapshot, ListError, ListQuery, OpenError, OpenThread, Page, Record, Scope, SortKey,
    StoreError, StoredThread, ThreadMeta, ThreadRef, ThreadState, ThreadStore, ThreadWriter, WriteStats,
    assembly::Assembly,
    files::write_lines,
    query::ThreadCursor,
    search::SearchTerm,
    turn_source::{Position, StoredTurn, Summary, TurnSource},
};

/// Threads in memory.
#[derive(Debug, Default)]
pub(crate) struct MemoryStore {
    threads: Arc<Mutex<BTreeMap<ThreadId, Arc<MemoryThread>>>>,
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

#[derive(Debug)]
struct MemoryThread {
    meta: ThreadMeta,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    records: Vec<Stamped>,
    leased: bool,
    archived: bool,
}

/// A record, and when it was written in Unix milliseconds.
#[derive(Clone, Debug)]
struct Stamped {
    at: i64,
    record: Arc<Record>,
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
        Arc::new(MemoryWriter {
            thread,
            store: (self.lifetime == Lifetime::Lease).then(|| Arc::clone(&self.threads)),
            released: AtomicBool::new(false),
            stats: Mutex::default(),
        })
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
        let thread = Arc::new(MemoryThread { meta, inner: Mutex::default() });
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

impl MemoryThread {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn snapshot(&self) -> HistorySnapshot {
        let records = self.inner().records.clone();
        HistorySnapshot::new(Arc::new(MemorySource::new(self.meta.clone(), records)), Arc::from("memory"))
    }

    fn locked(&self) -> OpenError {
        OpenError::Locked { id: self.meta.id, location: "memory".to_owned() }
    }
}

/// The lease of a thread in memory.
#[derive(Debug)]
struct MemoryWriter {
    thread: Arc<MemoryThread>,
    /// Where the thread is taken out of when the lease ends, if it ends with it.
    store: Option<Arc<Mutex<BTreeMap<ThreadId, Arc<MemoryThread>>>>>,
    released: AtomicBool,
    stats: Mutex<WriteStats>,
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

/// The records of a thread in memory, at one moment. A position is a record's index.
#[derive(Debug)]
struct MemorySource {
    meta: ThreadMeta,
    records: Vec<Stamped>,
    turns: OnceLock<Vec<StoredTurn>>,
}

/// The records of a thread that has none.
pub(super) fn empty_source(meta: ThreadMeta) -> Arc<dyn TurnSource> {
    Arc::new(MemorySource::new(meta, Vec::new()))
}

impl MemorySource {
    fn new(meta: ThreadMeta, records: Vec<Stamped>) -> Self {
        Self { meta, records, turns: OnceLock::new() }
    }

    fn turns(&self) -> &[StoredTurn] {
        self.turns.get_or_init(|| {
            let mut assembly = Assembly::default();
            for (index, stamped) in self.records.iter().enumerate() {
                assembly.add(Position(index as u64), (*stamped.record).clone());
            }
            assembly.finish()
        })
    }
}

impl TurnSource for MemorySource {
    fn end(&self) -> Position {
        Position(self.records.len() as u64)
    }

    fn has_position(&self, at: Position) -> bool {
        at <= self.end()
    }

    fn turns_from(&self, from: Position, count: usize) -> io::Result<Vec<StoredTurn>> {
        Ok(self.turns().iter().filter(|stored| stored.at >= from).take(count).cloned().collect())
    }

    fn turns_before(&self, before: Position, count: usize) -> io::Result<Vec<StoredTurn>> {
        Ok(self.turns().iter().rev().filter(|stored| stored.at < before).take(count).cloned().collect())
    }

    fn until(&self, end: Position) -> Arc<dyn TurnSource> {
        let records = self.records[..self.records.len().min(end.0 as usize)].to_vec();
        Arc::new(Self::new(self.meta.clone(), records))
    }

    fn each_record(&self, each: &mut dyn FnMut(Record)) -> io::Result<()> {
        self.records.iter().for_each(|stamped| each((*stamped.record).clone()));
        Ok(())
    }

    fn summary(&self) -> io::Result<Summary> {
        let mut summary = Summary::default();
        summary.take_forwards(Record::Thread(self.meta.clone()));
        for stamped in &self.records {
            if summary.take_forwards((*stamped.record).clone()) {
                break;
            }
        }
        for stamped in self.records.iter().rev() {
            if summary.take_backwards(Some(stamped.at), (*stamped.record).clone()) {
                break;
            }
        }
        Ok(summary)
    }

    fn write_rollout(&self, file: &File) -> io::Result<()> {
        let records: Vec<_> = self.records.iter().map(|stamped| (*stamped.record).clone()).collect();
        write_lines(file, &records)
    }
}

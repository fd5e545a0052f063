//! The port: what a store of threads can do.

use std::{fmt, path::PathBuf, sync::Arc};

use codex_protocol::{ThreadId, TokenUsage, Turn, TurnId};

use super::{
    CutError, HistorySnapshot, ListError, ListQuery, OpenError, Page, Record, StoreError, StoredThread,
    ThreadMeta, ThreadState, WriteStats,
};

/// Where threads are kept. Everything here blocks.
pub(crate) trait ThreadStore: Send + Sync + fmt::Debug {
    /// A new thread, leased to the caller. It need not be kept before its first record is written.
    fn create(&self, meta: ThreadMeta) -> Arc<dyn ThreadWriter>;

    /// A new thread that begins with what another one (of this store or of another) says, leased to the caller. What is
    /// known of it and its state are its own.
    fn fork(
        &self,
        source: &HistorySnapshot,
        meta: ThreadMeta,
        state: &ThreadState,
    ) -> Result<Arc<dyn ThreadWriter>, StoreError>;

    /// Leases a thread that is not archived, with what has to be known to go on with it.
    fn open(&self, thread: &ThreadRef) -> Result<OpenThread, OpenError>;

    /// The turns of a thread as they stand.
    fn snapshot(&self, thread: &ThreadRef, scope: Scope) -> Result<HistorySnapshot, OpenError>;

    /// A thread without its turns, archived or not.
    fn read(&self, id: ThreadId) -> Result<StoredThread, OpenError>;

    /// A page of the threads.
    fn list(&self, query: &ListQuery) -> Result<Page<StoredThread>, ListError>;

    /// A page of the threads that have these words, each with the text around them.
    fn search(&self, query: &ListQuery, words: &str) -> Result<Page<(StoredThread, String)>, ListError>;

    /// Moves a thread that nobody has leased to the archive.
    fn archive(&self, id: ThreadId) -> Result<(), OpenError>;

    /// Brings a thread back from the archive. `NotFound` where it is not in there.
    fn unarchive(&self, id: ThreadId) -> Result<StoredThread, OpenError>;

    /// Deletes a thread that nobody has leased, archived or not.
    fn delete(&self, id: ThreadId) -> Result<(), OpenError>;

    /// Whether [`refresh`](Self::refresh) should be called. True for one caller only.
    fn needs_refresh(&self) -> bool {
        false
    }

    /// Takes in what other processes changed.
    fn refresh(&self) {}
}

/// The lease of a thread: whoever has it alone writes the thread. It is given back when it is dropped.
pub(crate) trait ThreadWriter: Send + Sync + fmt::Debug {
    /// Writes records. When this returns a crash of this process loses none of them.
    fn append(&self, records: &[Record]) -> Result<(), StoreError>;

    /// Begins to make what was written safe from a power cut, and does not wait for it.
    fn sync(&self);

    /// What has been written so far. Cheap, and does not block: reading it does.
    fn snapshot(&self) -> HistorySnapshot;

    /// Takes a turn and all after it out, and writes the state that holds from then on. Blocks.
    fn revert(&self, before: TurnId, state: &ThreadState) -> Result<(), CutError>;

    /// Whether the thread is kept: false before the first record of a thread that leaves nothing behind without one.
    fn is_kept(&self) -> bool;

    /// Whether the thread ends with its lease.
    fn is_ephemeral(&self) -> bool;

    /// Where clients are told that the thread is.
    fn location(&self) -> Option<&str>;

    /// What has been written with this lease.
    fn write_stats(&self) -> WriteStats;

    /// Gives the lease back before the drop. Nothing can be written afterwards.
    fn release(&self);
}

/// A thread to be found.
#[derive(Clone, Debug)]
pub enum ThreadRef {
    /// By its id.
    Id(ThreadId),
    /// By the location that a client was told.
    Location(PathBuf),
}

/// Where a thread is looked for by its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Among those that are not archived.
    Active,
    /// In the archive too.
    All,
}

/// A leased thread.
#[derive(Debug)]
pub(crate) struct OpenThread {
    pub(crate) writer: Arc<dyn ThreadWriter>,
    pub(crate) loaded: LoadedThread,
}

/// What has to be known of a thread to go on with it.
#[derive(Clone, Debug)]
pub(crate) struct LoadedThread {
    pub(crate) meta: ThreadMeta,
    pub(crate) state: ThreadState,
    /// The tokens so far, where any were counted.
    pub(crate) usage: Option<StoredUsage>,
    /// The last turn, if its end was never written: it was cut off with its process.
    pub(crate) unfinished: Option<Turn>,
    pub(crate) updated_at_ms: i64,
}

/// The tokens of a thread.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct StoredUsage {
    pub(crate) total: TokenUsage,
    /// Those of the last model call.
    pub(crate) last: TokenUsage,
    /// The turn that they were last counted in.
    pub(crate) turn: Option<TurnId>,
}

/// Which turns a copy has: all up to `last`, and only those before `before`.
#[derive(Clone, Debug, Default)]
pub(crate) struct HistoryCut {
    pub(crate) last: Option<TurnId>,
    pub(crate) before: Option<TurnId>,
}

//! Where threads are kept: the port ([`ThreadStore`]) and its two implementations, files and memory.
//!
//! Nothing outside of this room knows how a thread is kept: no path and no offset leaves it, apart from the location that
//! clients are shown. A thread is written by whoever holds its lease (a [`ThreadWriter`]) and read by anybody, as it stood
//! at one moment (a [`HistorySnapshot`]).
//!
//! What blocks: everything of a [`ThreadStore`], and reading a [`HistorySnapshot`]; both are called through [`blocking`].
//! [`ThreadWriter::append`] is called where the event is told, since what is told must be written before: see
//! `docs/store.md` for how long that takes.

mod assembly;
mod blocking;
mod error;
mod files;
mod history;
mod history_query;
mod io_stats;
mod memory;
mod metadata;
mod query;
mod record;
mod search;
mod thread_store;
mod turn_source;
mod write_stats;

#[cfg(test)]
mod tests;

pub(crate) use assembly::preview_of_input;
pub(crate) use blocking::blocking;
pub(crate) use error::CutError;
pub use error::{ListError, OpenError, ReadError, StoreError};
pub(crate) use files::FileStore;
pub(crate) use history::HistorySnapshot;
pub use history_query::{HistoryEnds, HistoryQuery, ItemEntry};
pub(crate) use memory::MemoryStore;
pub(crate) use metadata::{CurrentState, StoredThread, ThreadMeta};
pub use query::{ListQuery, Page, SortKey};
pub(crate) use record::{ReadMark, Record, StoredSettings, ThreadState};
pub use thread_store::ThreadRef;
pub(crate) use thread_store::{
    HistoryCut, LoadedThread, OpenThread, Scope, StoredUsage, ThreadStore, ThreadWriter,
};
pub(crate) use write_stats::WriteStats;

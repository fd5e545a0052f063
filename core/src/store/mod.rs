//! Conversations on disk: one append-only rollout a thread, and the lists made from them.
//!
//! A rollout is a file of JSON lines under `sessions/YYYY/MM/DD/`. Each line stands for itself: one that is torn or
//! spoilt costs what it says, never the thread. One process at a time writes a rollout, by a lock on the file; anybody
//! reads it. Turns are read from the end that is asked for, so that a page costs as much as the page.

mod foreign;
mod head;
mod index;
mod line;
mod meta;
mod page;
mod paths;
mod query;
mod reader;
mod record;
mod replay;
mod rollout;
mod scan;
mod sync;
mod words;
mod work;
mod written;

pub(crate) use head::{StoredThread, head, modified_ms};
pub(crate) use index::Index;
pub(crate) use meta::{Living, ThreadMeta};
pub(crate) use page::{History as StoredHistory, Source};
pub use page::{HistoryQuery, ItemEntry};
pub(crate) use paths::{archived_path, find, find_archived, new_path, unarchived_path};
pub use query::{ListError, ListQuery, Page, ReadError, SortKey};
pub(crate) use reader::{Reader, Tail};
pub(crate) use record::{ReadMark, Record, StoredSettings, ThreadState};
pub(crate) use replay::{StoredTurn, preview_of};
pub(crate) use rollout::{OpenError, Rollout, copy_rollout};
pub(crate) use work::blocking;
pub(crate) use written::Written;

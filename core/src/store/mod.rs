//! Conversations on disk: one append-only rollout a thread, and the lists made from them.
//!
//! A rollout is a file of JSON lines under `sessions/YYYY/MM/DD/`. Each line stands for itself: one that is torn or
//! spoilt costs what it says, never the thread. The index for searching and sorting belongs beside `list` when it comes.

mod list;
mod meta;
mod paths;
mod query;
mod record;
mod replay;
mod rollout;

pub(crate) use list::{list, modified_ms};
pub(crate) use meta::{Living, ThreadMeta, now_ms};
pub(crate) use paths::{find, new_path};
pub use query::{ListError, ListQuery, Page, ReadError, SortKey};
pub(crate) use record::Record;
pub(crate) use replay::{Replay, preview_of, read};
pub(crate) use rollout::Rollout;

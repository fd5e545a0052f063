//! Conversations on disk: one append-only rollout a thread, and the lists made from them.

mod query;

pub use query::{ListError, ListQuery, Page, ReadError, SortKey};

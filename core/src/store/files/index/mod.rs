//! The index of rollouts: a `SQLite` file that lists and searches are answered from.
//!
//! The rollouts are the truth. The index holds nothing that they do not, so one that is missing, of another version or
//! damaged is made again from them.

mod folders;
mod progress;
mod refresh;
mod schema;
mod select;
mod thread_index;

pub(super) use thread_index::Index;

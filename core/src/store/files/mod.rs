//! Threads as files: one append-only rollout a thread, and the index made from them.
//!
//! A rollout is a file of JSON lines under `sessions/YYYY/MM/DD/`. Each line stands for itself: one that is torn or
//! spoilt costs what it says, never the thread. One process at a time writes a rollout, by a lock on the file; anybody
//! reads it. Turns are read from the end that is asked for, so that a page costs as much as the page.

mod codex_rollout;
mod file_store;
mod index;
mod line;
mod paths;
mod reader;
mod rollout_file;
mod scan;
mod sync;
mod writer;

pub(crate) use file_store::FileStore;
pub(super) use rollout_file::write_lines;

//! Threads that live in memory: ephemeral ones, which end with their lease.

mod memory_source;
mod memory_store;
mod memory_thread;
mod memory_writer;

pub(super) use memory_source::empty_source;
pub(crate) use memory_store::MemoryStore;

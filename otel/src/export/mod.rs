//! Exporting: a bounded queue that ended spans are moved into, and a thread of its own that sends them.

mod client;
mod queue;
mod target;
#[cfg(all(test, feature = "sink", feature = "test"))]
mod tests;
#[cfg(all(test, feature = "sink", feature = "test"))]
mod tls_tests;
mod worker;

pub(crate) use client::{Destination, Protocol};
pub(crate) use queue::{Limits, Queue, QueueProcessor};
pub(crate) use target::Target;
pub(crate) use worker::Worker;

//! Exporting: for each signal a bounded queue, and a thread of its own that sends what is in it.

mod client;
mod counters;
mod file;
pub(crate) mod otlp;
mod queue;
mod record;
#[cfg(all(test, feature = "sink", feature = "test"))]
mod signal_tests;
mod target;
#[cfg(all(test, feature = "sink", feature = "test"))]
mod tests;
#[cfg(all(test, feature = "sink", feature = "test"))]
mod tls_tests;
#[cfg(all(test, feature = "sink", feature = "test"))]
mod trouble_tests;
mod worker;

pub(crate) use client::{Destination, Protocol};
pub use counters::Counters;
pub(crate) use counters::{parent_refused, refused_parents};
pub(crate) use file::{FileTarget, rotated};
pub(crate) use queue::{Limits, Queue, QueueProcessor};
pub(crate) use record::Record;
pub(crate) use target::Target;
pub(crate) use worker::Worker;

//! Exporting: for each signal a bounded queue of ours, and a thread of its own that hands batches to the stock exporter.

mod counters;
mod destination;
mod file;
mod http;
mod otlp;
mod partial;
mod processor;
mod queue;
#[cfg(test)]
mod queue_model;
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

pub use counters::Counters;
pub(crate) use counters::{parent_refused, refused_parents};
pub(crate) use destination::{Destination, Identity, Protocol};
pub(crate) use file::{FileTarget, rotated};
pub(crate) use partial::partial_success_layer;
pub(crate) use processor::{LogEntry, QueueLogs, QueueProcessor};
pub(crate) use queue::{Limits, Queue};
pub(crate) use record::Record;
pub(crate) use target::Target;
pub(crate) use worker::Worker;

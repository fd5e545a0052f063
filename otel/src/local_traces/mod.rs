//! Spans as plain data, and reading, summing up and drawing those that the file exporter wrote.

mod convert;
pub mod files;
pub mod otlp_json;
mod record;
pub mod summary;
pub mod tree;

pub(crate) use convert::record;
pub use record::{RecordedEvent, RecordedKind, RecordedLink, RecordedStatus, SpanRecord};

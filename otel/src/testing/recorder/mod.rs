//! The in-memory recorder for tests (feature `test`).

mod keeper;
mod processor;
#[expect(clippy::module_inception, reason = "the type of the room")]
mod recorder;
mod render;

pub use crate::SpanRecord as RecordedSpan;
pub use keeper::keep_callsites_open;
pub use recorder::{Recorder, check_spans};

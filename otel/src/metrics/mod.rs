//! Metrics: the meter of the process, and typed instruments over it. Without an exporter each is a look at one word of
//! memory.
//!
//! What is measured stands beside what does it: the instruments of a crate are statics of that crate. The meter belongs
//! to the process, as the subscriber does: it is there once [`init`](crate::init) has run with an exporter of metrics.

mod exporting;
mod instrument;
mod meter;
mod timer;

pub(crate) use exporting::observe;
pub use instrument::{Counted, Counter, Histogram, UpDownCounter};
pub(crate) use meter::{Meters, install};
pub use timer::Timer;

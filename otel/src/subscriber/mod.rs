//! The subscriber of the process: its layers, and installing it with the export threads behind it.

mod install;
mod layer;
mod log_events;
mod logs;
mod processor;
mod sampler;
mod telemetry;

pub use install::{Builder, builder, init};
#[cfg(test)]
pub(crate) use install::{Built, build};
pub(crate) use layer::tracer;
#[cfg(feature = "test")]
pub(crate) use layer::{span_layer, tracer_layer};
pub use log_events::LogEvents;
#[cfg(feature = "test")]
pub(crate) use log_events::log_events_layer;
pub use processor::{Memory, Noop, SpanProcessor};
pub use telemetry::{ShutdownReport, Telemetry};

//! Settings: what flags, variables and the file come to.

mod config;
mod endpoint;
mod log;
mod process;
mod read;
mod resolve;
mod resolved;
mod resource;
mod secret;
mod signal;
#[cfg(test)]
mod table_tests;
mod target;
#[cfg(test)]
mod tests;
mod variables;

pub use config::{
    Compression, ExporterConfig, FileConfig, HttpProtocol, OtelConfig, OtlpGrpc, OtlpHttp, Tls,
    ToolResultConfig,
};
pub(crate) use log::LogSettings;
pub(crate) use process::{capture, isolate};
pub use process::{captures_content, propagates};
pub use resolved::{EnvParent, EventSettings, Flags, Settings, SpanSettings, TurnParent};
pub(crate) use resolved::{MetricSettings, Pipeline, State};
pub use secret::Secret;
pub(crate) use signal::Signal;
pub(crate) use variables::Sampling;

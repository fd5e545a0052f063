//! Tracing for the app-server: where spans come from, how they are joined, how they end, and where they go.
//!
//! This is the only crate of the workspace that names `opentelemetry*`. The others open spans with [`span!`], hand them
//! to an [`OwnedSpan`], and move trace context with [`W3cTraceContext`](codex_protocol::W3cTraceContext) carriers.
//! `docs/tracing.md` is the guide: span tree, attributes, propagation, sampling, privacy.

pub mod attr;
mod carrier;
mod config;
mod content;
mod context;
mod convert;
mod counters;
mod event;
mod export;
pub mod files;
mod headers;
mod install;
mod layer;
mod log_record;
mod logs;
pub mod metrics;
mod otlp;
pub mod otlp_json;
mod owned;
mod processor;
mod propagation;
mod record;
#[cfg(feature = "test")]
pub mod recorder;
mod resource;
mod settings;
#[cfg(feature = "sink")]
pub mod sink;
mod span;
mod span_limits;
mod spawn;
pub mod summary;
mod telemetry;
mod traceparent;
mod tracer;
mod tracestate;
pub mod tree;
mod value;

pub use carrier::{CarrierError, check};
pub use config::{
    Compression, ExporterConfig, FileConfig, HttpProtocol, OtelConfig, OtlpGrpc, OtlpHttp, Tls,
};
pub use content::captures_content;
pub use context::{current, current_trace_id, environment};
pub use counters::Counters;
pub use event::event;
pub use headers::{from_headers, into_headers};
pub use install::{Builder, builder, init};
pub use owned::{OwnedSpan, Parent, Status};
pub use processor::{Memory, Noop, SpanProcessor};
pub use propagation::propagates;
pub use record::{RecordedEvent, RecordedKind, RecordedLink, RecordedStatus, SpanRecord};
#[cfg(feature = "test")]
pub use recorder::{RecordedSpan, Recorder, check_spans, keep_callsites_open};
pub use settings::{EnvParent, Flags, Settings};
#[cfg(feature = "sink")]
pub use sink::Sink;
pub use span::{Kind, TARGET};
pub use spawn::{spawn, spawn_detached};
pub use telemetry::{ShutdownReport, Telemetry};
pub use value::Value;

/// What the macros of this crate expand to; no part of the interface.
#[doc(hidden)]
pub mod __private {
    pub use tracing;
}

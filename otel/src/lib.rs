//! Tracing for the app-server: where spans come from, how they are joined, how they end, and where they go.
//!
//! This is the only crate of the workspace that names `opentelemetry*`. The others open spans with [`span!`], hand them
//! to an [`OwnedSpan`], and move trace context with [`W3cTraceContext`](codex_protocol::W3cTraceContext) carriers.
//! `docs/tracing.md` is the guide: span tree, attributes, propagation, sampling, privacy.

mod export;
mod local_traces;
pub mod metrics;
mod propagation;
mod settings;
mod span;
mod subscriber;
mod testing;

pub use export::Counters;
pub use local_traces::{
    RecordedEvent, RecordedKind, RecordedLink, RecordedStatus, SpanRecord, files, otlp_json, summary, tree,
};
pub use propagation::{
    CarrierError, caller, check, current, current_trace_id, environment, from_headers, into_headers,
};
pub use settings::{
    Compression, EnvParent, EventSettings, ExporterConfig, FileConfig, Flags, HttpProtocol, OtelConfig,
    OtlpGrpc, OtlpHttp, Secret, Settings, SpanSettings, Tls, ToolResultConfig, TurnParent, captures_content,
    propagates,
};
pub use span::{
    Kind, OwnedSpan, Parent, PastSpan, Status, TARGET, Value, attr, event, link, spawn, spawn_detached,
};
pub use subscriber::{
    Builder, LogEvents, Memory, Noop, ShutdownReport, SpanProcessor, Telemetry, builder, init,
};
#[cfg(feature = "test")]
pub use testing::recorder::{self, RecordedSpan, Recorder, check_spans, keep_callsites_open};
#[cfg(feature = "sink")]
pub use testing::sink::{self, Sink};

/// What the macros of this crate expand to; no part of the interface.
#[doc(hidden)]
pub mod __private {
    pub use tracing;
}

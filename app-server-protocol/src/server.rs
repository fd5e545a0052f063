//! `server/…`: the server itself.

use codex_protocol::{ThreadId, TurnId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Nothing needs to be said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ServerDiagnosticsParams")]
pub struct DiagnosticsParams {}

/// What the server is doing. `turns` and `telemetry` are ours; a client of the reference server does not look at them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ServerDiagnosticsResponse")]
pub struct DiagnosticsResponse {
    /// Counts and depths, by name.
    pub gauges: Vec<ServerDiagnosticsGauge>,
    /// The process.
    pub process: ServerDiagnosticsProcess,
    /// The turns that are running.
    pub turns: Vec<ServerDiagnosticsTurn>,
    /// What became of the telemetry.
    pub telemetry: ServerDiagnosticsTelemetry,
}

/// A count, or the depth of a queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct ServerDiagnosticsGauge {
    /// Its name.
    pub name: String,
    /// Its value now.
    #[ts(type = "number")]
    pub value: u64,
}

/// The process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct ServerDiagnosticsProcess {
    /// Its id.
    pub id: u32,
    /// What of it is in memory, where the system tells.
    #[ts(type = "number | null")]
    pub resident_memory_bytes: Option<u64>,
    /// Its footprint, as macOS counts it; null on other systems.
    #[ts(type = "number | null")]
    pub physical_footprint_bytes: Option<u64>,
}

/// A turn that is running.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct ServerDiagnosticsTurn {
    /// Its thread.
    pub thread_id: ThreadId,
    /// The turn.
    pub turn_id: TurnId,
    /// The trace that it is in, 32 hex digits; null with tracing off.
    pub trace_id: Option<String>,
    /// Its start, in Unix milliseconds.
    #[ts(type = "number")]
    pub started_at_ms: i64,
}

/// What became of the telemetry; null for a signal that is not exported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct ServerDiagnosticsTelemetry {
    /// Spans.
    pub spans: Option<ServerDiagnosticsExport>,
    /// Log records.
    pub logs: Option<ServerDiagnosticsExport>,
    /// Metrics; each collection counts as one.
    pub metrics: Option<ServerDiagnosticsExport>,
    /// Parents of spans that could not be set: a defect if there are any.
    #[ts(type = "number")]
    pub refused_parents: u64,
}

/// What became of one signal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct ServerDiagnosticsExport {
    /// Records that the far side took.
    #[ts(type = "number")]
    pub exported: u64,
    /// Records that found the queue full.
    #[ts(type = "number")]
    pub dropped: u64,
    /// Records that could not be delivered.
    #[ts(type = "number")]
    pub failed: u64,
    /// Records that wait now.
    #[ts(type = "number")]
    pub queued: u64,
    /// The last error, without credentials.
    pub last_error: Option<String>,
}

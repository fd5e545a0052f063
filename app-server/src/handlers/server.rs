//! `server/diagnostics`.

use codex_app_server_protocol::{
    RpcError, methods,
    server::{
        DiagnosticsParams, DiagnosticsResponse, ServerDiagnosticsExport, ServerDiagnosticsGauge,
        ServerDiagnosticsProcess, ServerDiagnosticsTelemetry, ServerDiagnosticsTurn,
    },
};
use codex_core::ActiveTurnInfo;
use codex_otel::Counters;

use crate::{
    app::App,
    router::{Handle, RequestCx},
};

impl Handle<methods::ServerDiagnostics> for App {
    type Error = RpcError;

    async fn handle(
        &self,
        _: &mut RequestCx,
        DiagnosticsParams {}: DiagnosticsParams,
    ) -> Result<DiagnosticsResponse, RpcError> {
        let core = self.threads().diagnostics();
        let (outgoing_messages, outgoing_bytes) = self.connections().waiting();
        let gauges = [
            ("connections", self.connections().count()),
            ("requestsInFlight", self.in_flight().count()),
            ("threadsLoaded", core.threads),
            ("turnsActive", core.turns.len()),
            ("submissionsQueued", core.queued_submissions),
            ("serverRequestsOpen", self.server_requests().count()),
            ("outgoingMessagesQueued", outgoing_messages),
            ("outgoingBytesQueued", outgoing_bytes),
        ];
        Ok(DiagnosticsResponse {
            gauges: gauges.map(|(name, value)| gauge(name, value)).into(),
            process: process(),
            turns: core.turns.into_iter().map(turn).collect(),
            telemetry: self.telemetry_counters(),
        })
    }
}

impl App {
    fn telemetry_counters(&self) -> ServerDiagnosticsTelemetry {
        let telemetry = self.telemetry();
        let spans = telemetry.counters();
        ServerDiagnosticsTelemetry {
            refused_parents: spans.refused_parents,
            spans: telemetry.exports_spans().then(|| export(spans)),
            logs: telemetry.log_counters().map(export),
            metrics: telemetry.metric_counters().map(export),
        }
    }
}

fn gauge(name: &str, value: usize) -> ServerDiagnosticsGauge {
    ServerDiagnosticsGauge { name: name.to_owned(), value: value as u64 }
}

fn turn(active: ActiveTurnInfo) -> ServerDiagnosticsTurn {
    let ActiveTurnInfo { thread_id, turn_id, trace_id, started_at_ms } = active;
    ServerDiagnosticsTurn { thread_id, turn_id, trace_id, started_at_ms }
}

fn export(counters: Counters) -> ServerDiagnosticsExport {
    let Counters { exported, dropped, failed, queued, last_error, .. } = counters;
    ServerDiagnosticsExport { exported, dropped, failed, queued, last_error }
}

fn process() -> ServerDiagnosticsProcess {
    let statm = std::fs::read_to_string("/proc/self/statm").ok();
    // The second number counts resident pages.
    let pages = statm.and_then(|text| text.split_whitespace().nth(1)?.parse::<u64>().ok());
    ServerDiagnosticsProcess {
        id: std::process::id(),
        resident_memory_bytes: pages.map(|pages| pages * rustix::param::page_size() as u64),
        physical_footprint_bytes: None,
    }
}

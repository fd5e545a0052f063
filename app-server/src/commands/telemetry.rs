//! Tracing of the client side of a command.

use std::time::Duration;

use codex_otel::{Flags, Kind, OtelConfig, OwnedSpan, Parent, Settings, Telemetry, span};
use codex_protocol::W3cTraceContext;

/// How long the last spans of a command may take to leave.
const FLUSH: Duration = Duration::from_secs(5);

/// The running tracing of a command.
pub(super) struct Traced {
    telemetry: Telemetry,
}

impl Traced {
    /// Starts tracing as `service`, unless the variables say otherwise, by the settings of the server: flag, variable,
    /// file. Without an exporter spans have ids all the same, so that the server's trace can be found.
    pub(super) fn start(
        service: &'static str,
        otlp: Option<String>,
        file: &OtelConfig,
        variables: &dyn Fn(&str) -> Option<String>,
    ) -> Self {
        // Standard output is for the answer.
        let flags = Flags { otlp, stdio_protocol: true, ..Flags::default() };
        let file = OtelConfig { enabled: file.enabled.or(Some(true)), ..file.clone() };
        let named = |name: &str| {
            variables(name).or_else(|| (name == "OTEL_SERVICE_NAME").then(|| service.to_owned()))
        };
        let (settings, warnings) = Settings::resolve(&flags, &named, &file);
        let telemetry = codex_otel::init(settings);
        for warning in warnings {
            tracing::warn!("{warning}");
        }
        Self { telemetry }
    }

    /// A span for one command: a root, or under the caller's context if there is one.
    pub(super) fn command(name: &'static str, caller: Option<&W3cTraceContext>) -> OwnedSpan {
        OwnedSpan::start(span!("client.command", name = name, kind = Kind::Internal), Parent::Carrier(caller))
    }

    /// Sends what has ended so far.
    pub(super) async fn flush(&self) {
        self.telemetry.flush(FLUSH).await;
    }

    /// Sends what is left.
    pub(super) async fn finish(self) {
        self.telemetry.shutdown(FLUSH).await;
    }
}

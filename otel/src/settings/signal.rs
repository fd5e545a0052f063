//! The three signals, and what their settings are called.

/// A signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    Traces,
    Metrics,
    /// Log lines.
    Logs,
    /// Log events: the same signal, with an exporter of its own in the file.
    LogEvents,
}

impl Signal {
    /// The word in the names of variables.
    pub(super) const fn variable(self) -> &'static str {
        match self {
            Self::Traces => "TRACES",
            Self::Metrics => "METRICS",
            Self::Logs | Self::LogEvents => "LOGS",
        }
    }

    /// The last part of the path of OTLP/HTTP, and the name of the file.
    pub(super) const fn path(self) -> &'static str {
        match self {
            Self::Traces => "traces",
            Self::Metrics => "metrics",
            Self::Logs | Self::LogEvents => "logs",
        }
    }

    /// What warnings call its records.
    pub(super) const fn records(self) -> &'static str {
        match self {
            Self::Traces => "spans",
            Self::Metrics => "metrics",
            Self::Logs => "log records",
            Self::LogEvents => "log events",
        }
    }
}

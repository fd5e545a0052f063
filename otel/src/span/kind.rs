//! How a span of ours is made: one target, one level, name and kind fixed at creation, no tracing parent.

/// The trace target of our spans. Only spans of this target are exported, whatever `RUST_LOG` says.
pub const TARGET: &str = "codex.trace";

/// Name of the instrumentation scope of all that is ours.
pub(crate) const SCOPE: &str = "codex-otel";

/// What side of a call a span is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// We serve a call.
    Server,
    /// We make a call.
    Client,
    /// Work inside the process.
    Internal,
}

impl Kind {
    /// The word that the span layer takes in `otel.kind`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Client => "client",
            Self::Internal => "internal",
        }
    }
}

/// Makes a tracing span of ours: `span!("app_server.request", name = method, kind = Kind::Server)`.
///
/// The first text is the tracing name (a literal), `name` the exported one (a `&str`), `kind` a [`Kind`]. The span has
/// no tracing parent: a tracing parent is kept open by its children, so spans are joined by their OpenTelemetry
/// context alone, in [`OwnedSpan::start`](crate::OwnedSpan::start).
#[macro_export]
macro_rules! span {
    ($tracing_name:literal, name = $name:expr, kind = $kind:expr $(,)?) => {
        $crate::__private::tracing::span!(
            target: $crate::TARGET,
            parent: $crate::__private::tracing::Span::none(),
            $crate::__private::tracing::Level::INFO,
            $tracing_name,
            otel.name = $name,
            otel.kind = $crate::Kind::as_str($kind),
        )
    };
}

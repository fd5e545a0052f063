//! What a connection runs over, and what its handshake told.

use codex_protocol::W3cTraceContext;

/// What a connection runs over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TransportKind {
    Stdio,
    WebSocket,
    Unix,
}

impl TransportKind {
    /// The name in spans, logs and the audit.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Stdio => "stdio",
            Self::WebSocket => "websocket",
            Self::Unix => "unix",
        }
    }
}

/// What the handshake of a connection told.
#[derive(Clone, Debug)]
pub(crate) struct Handshake {
    /// `X-Request-ID`, or one made here (a `UUIDv7`).
    pub(crate) request_id: String,
    /// A valid `traceparent` of the handshake: a link on the spans of the connection.
    pub(crate) trace: Option<W3cTraceContext>,
}

impl Handshake {
    /// The handshake of a transport that has none.
    pub(crate) fn none() -> Self {
        Self { request_id: uuid::Uuid::now_v7().to_string(), trace: None }
    }
}

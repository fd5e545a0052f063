//! The span of one request, from the caller's side.

use codex_app_server_protocol::RpcError;
use codex_otel::{Kind, OwnedSpan, Parent, Status, attr, span};
use codex_protocol::W3cTraceContext;

/// A `client.request` span. Dropped without an answer, as when the caller gives up, it ends without a status.
pub(crate) struct RequestSpan(OwnedSpan);

impl RequestSpan {
    /// Starts the span under the caller's current one.
    pub(crate) fn start(method: &'static str, id: i64) -> Self {
        let span =
            OwnedSpan::start(span!("client.request", name = method, kind = Kind::Client), Parent::Current);
        span.set(attr::RPC_SYSTEM, "jsonrpc");
        span.set(attr::RPC_SYSTEM_NAME, "jsonrpc");
        span.set(attr::RPC_METHOD, method);
        span.set(attr::JSONRPC_REQUEST_ID, id.to_string());
        span.span().in_scope(|| tracing::info!(method, request_id = id, "request sent"));
        Self(span)
    }

    /// What the envelope's `trace` is to be.
    pub(crate) fn carrier(&self) -> Option<W3cTraceContext> {
        self.0.carrier().filter(|_| codex_otel::propagates())
    }

    /// The answer was read, and is a result.
    pub(crate) fn succeeded(self) {
        self.0.span().in_scope(|| tracing::info!("answered"));
        self.0.end(Status::Unset);
    }

    /// The answer was read, and is an error.
    pub(crate) fn refused(self, error: &RpcError) {
        self.0.span().in_scope(|| tracing::info!(code = error.code.0, "refused"));
        self.0.set(attr::RPC_RESPONSE_STATUS_CODE, error.code.to_string());
        self.0.set(attr::ERROR_TYPE, error.code.to_string());
        self.0.end(Status::Error(error.message.clone().into()));
    }

    /// There was no answer, or none that could be read.
    pub(crate) fn failed(self, error_type: &'static str, description: String) {
        self.0.set(attr::ERROR_TYPE, error_type);
        self.0.end(Status::Error(description.into()));
    }
}

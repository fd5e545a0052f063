//! What a call comes to.

use codex_app_server_protocol::{RpcError, Subject};

/// What a handler's work comes to where it does not fail, on its way back through the stack.
#[derive(Debug, Default)]
pub(crate) struct Reply {
    /// The whole response message; empty for a notification.
    pub(crate) message: Vec<u8>,
    /// The thread and turn that the typed response named.
    pub(crate) subject: Subject,
}

/// What became of a call, once it is answered: all that its span wants to know.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// The error that was sent.
    pub(crate) error: Option<RpcError>,
    /// The thread and turn that the response named.
    pub(crate) subject: Subject,
}

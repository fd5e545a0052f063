//! What a handler's work comes to, on its way back through the stack.

use codex_app_server_protocol::RpcError;

use crate::request::subject::Subject;

/// What runs once the answer is queued: whatever it sends comes after the answer.
pub(crate) type After = Box<dyn FnOnce() + Send>;

/// The reply to one call, before it is an answer.
pub(crate) struct Reply {
    /// The whole response message, or the error; nothing for a notification.
    pub(crate) result: Result<Vec<u8>, RpcError>,
    /// The thread and turn that the typed response named.
    pub(crate) subject: Subject,
    /// What waits for the answer.
    pub(crate) after: Option<After>,
}

impl Reply {
    /// A refusal.
    pub(crate) fn error(error: RpcError) -> Self {
        Self { result: Err(error), subject: Subject::default(), after: None }
    }

    /// The reply to a notification: nothing.
    pub(crate) fn none() -> Self {
        Self { result: Ok(Vec::new()), subject: Subject::default(), after: None }
    }
}

/// What became of a call, once it is answered: all that its span wants to know.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// The error that was sent.
    pub(crate) error: Option<RpcError>,
    /// The thread and turn that the response named.
    pub(crate) subject: Subject,
}

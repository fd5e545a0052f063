//! What a kind of question needs to be asked of clients.

use codex_app_server_protocol::ServerRequest;
use codex_protocol::{Ask, ThreadId, TurnId};

/// A kind of question that clients are asked.
pub(crate) trait ClientQuestion: Ask {
    /// The request that asks it.
    type Request: ServerRequest;

    /// The request's params.
    fn params(&self, context: QuestionContext) -> <Self::Request as ServerRequest>::Params;

    /// What a client answered.
    fn read(
        &self,
        response: <Self::Request as ServerRequest>::Response,
    ) -> Result<Self::Answer, InvalidResponse>;

    /// The word for an answer, as spans and logs show it. Never the user's own.
    fn outcome(answer: &Self::Answer) -> &'static str;
}

/// Where a question came up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct QuestionContext {
    pub(crate) thread_id: ThreadId,
    pub(crate) turn_id: TurnId,
    /// Since when the turn waits, in Unix milliseconds.
    pub(crate) started_at_ms: i64,
}

/// A response that has the right shape and says what cannot be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidResponse {
    /// Permissions for what is no path.
    #[error("only paths can be given permissions for, not patterns or places by their role")]
    NotAPath,
}

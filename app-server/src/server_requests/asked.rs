//! A question as clients are asked it, whatever its kind.

use codex_app_server_protocol::{RequestId, ServerRequest, ServerRequestId};
use codex_protocol::{Answer, QuestionRequest, W3cTraceContext};
use serde_json::value::RawValue;

use crate::{
    connection::Connection,
    wire::question::{ClientQuestion, QuestionContext},
};

/// A question as clients are asked it, whatever its kind.
pub(super) trait Asked {
    /// The request that asks it.
    fn method(&self) -> ServerRequestId;

    /// Sends the request to a connection.
    fn send(
        &self,
        connection: &Connection,
        id: &RequestId,
        context: QuestionContext,
        trace: Option<&W3cTraceContext>,
    );

    /// What a client answered, and the word for it; or why that is no answer.
    fn read(&self, result: &RawValue) -> Result<(Answer, &'static str), String>;
}

/// A question by its kind: the one place that knows them all.
pub(super) fn asked(request: &QuestionRequest) -> &dyn Asked {
    match request {
        QuestionRequest::Command(command) => command,
        QuestionRequest::Patch(patch) => patch,
        QuestionRequest::Permissions(permissions) => permissions,
        QuestionRequest::UserInput(questions) => questions,
        QuestionRequest::ToolCall(call) => call,
        QuestionRequest::Elicitation(elicitation) => elicitation,
    }
}

impl<Q: ClientQuestion> Asked for Q {
    fn method(&self) -> ServerRequestId {
        Q::Request::ID
    }

    fn send(
        &self,
        connection: &Connection,
        id: &RequestId,
        context: QuestionContext,
        trace: Option<&W3cTraceContext>,
    ) {
        connection.request_of::<Q::Request>(context.thread_id, id, &self.params(context), trace);
    }

    fn read(&self, result: &RawValue) -> Result<(Answer, &'static str), String> {
        // Without the reason, which may quote what the user wrote.
        let unfit = |_| format!("it does not fit `{}`", Q::Request::ID);
        let response = serde_json::from_str(result.get()).map_err(unfit)?;
        let answer = ClientQuestion::read(self, response).map_err(|error| error.to_string())?;
        let outcome = Q::outcome(&answer);
        Ok((answer.into(), outcome))
    }
}

//! What an MCP server wants to know of the user.

use codex_app_server_protocol::{
    elicitation::{Action, Elicitation, RequestParams, RequestResponse},
    server_requests,
};
use codex_protocol::{ElicitationAction, ElicitationAnswer, ElicitationMode, ElicitationRequest};

use super::{ClientQuestion, InvalidResponse, QuestionContext};

impl ClientQuestion for ElicitationRequest {
    type Request = server_requests::McpServerElicitationRequest;

    fn params(&self, context: QuestionContext) -> RequestParams {
        let QuestionContext { thread_id, turn_id, started_at_ms: _ } = context;
        let Self { server_name, message, mode, meta } = self.clone();
        let request = match mode {
            ElicitationMode::Form { requested_schema } => {
                Elicitation::Form { meta, message, requested_schema }
            }
            ElicitationMode::Url { elicitation_id, url } => {
                Elicitation::Url { meta, message, url, elicitation_id }
            }
        };
        RequestParams { thread_id, turn_id: Some(turn_id), server_name, request }
    }

    fn read(&self, response: RequestResponse) -> Result<ElicitationAnswer, InvalidResponse> {
        let RequestResponse { action, content, meta } = response;
        let action = match action {
            Action::Accept => ElicitationAction::Accept,
            Action::Decline => ElicitationAction::Decline,
            Action::Cancel => ElicitationAction::Cancel,
        };
        Ok(ElicitationAnswer { action, content, meta })
    }

    fn outcome(answer: &ElicitationAnswer) -> &'static str {
        match answer.action {
            ElicitationAction::Accept => "accept",
            ElicitationAction::Decline => "decline",
            ElicitationAction::Cancel => "cancel",
        }
    }
}

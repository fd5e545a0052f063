//! What the agent wants to know of the user, and calls of tools that clients have.

use codex_app_server_protocol::{
    server_requests,
    tool::{self, CallParams, CallResponse, RequestUserInputParams, RequestUserInputResponse},
};
use codex_protocol::{
    DynamicToolCall, DynamicToolResult, UserInputAnswers, UserInputOption, UserInputQuestion,
    UserInputRequest,
};

use super::{ClientQuestion, InvalidResponse, QuestionContext};

impl ClientQuestion for UserInputRequest {
    type Request = server_requests::ItemToolRequestUserInput;

    fn params(&self, context: QuestionContext) -> RequestUserInputParams {
        let QuestionContext { thread_id, turn_id, started_at_ms: _ } = context;
        let Self { item_id, questions, is_blocking } = self.clone();
        RequestUserInputParams {
            thread_id,
            turn_id,
            item_id,
            questions: questions.into_iter().map(question).collect(),
            is_blocking,
            auto_resolution_ms: None,
        }
    }

    fn read(&self, response: RequestUserInputResponse) -> Result<UserInputAnswers, InvalidResponse> {
        let RequestUserInputResponse { answers } = response;
        Ok(UserInputAnswers(answers.into_iter().map(|(id, answer)| (id, answer.answers)).collect()))
    }

    fn outcome(_: &UserInputAnswers) -> &'static str {
        "answer"
    }
}

fn question(question: UserInputQuestion) -> tool::UserInputQuestion {
    let UserInputQuestion { id, header, question, options, is_other, is_secret } = question;
    let option = |UserInputOption { label, description }| tool::UserInputOption { label, description };
    let options = options.map(|options| options.into_iter().map(option).collect());
    tool::UserInputQuestion { id, header, question, is_other, is_secret, options }
}

impl ClientQuestion for DynamicToolCall {
    type Request = server_requests::ItemToolCall;

    fn params(&self, context: QuestionContext) -> CallParams {
        let QuestionContext { thread_id, turn_id, started_at_ms: _ } = context;
        let Self { call_id, namespace, tool, arguments } = self.clone();
        CallParams { thread_id, turn_id, call_id, namespace, tool, arguments }
    }

    fn read(&self, response: CallResponse) -> Result<DynamicToolResult, InvalidResponse> {
        let CallResponse { content_items, success } = response;
        Ok(DynamicToolResult { content: content_items, success })
    }

    fn outcome(answer: &DynamicToolResult) -> &'static str {
        if answer.success { "success" } else { "failure" }
    }
}

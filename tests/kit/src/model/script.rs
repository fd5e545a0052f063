//! A model whose answer is the first word of the prompt.

use serde_json::json;

use super::{
    Model, Reply, Request,
    responses::{completed, created, function_call, message_begun, message_done},
};

/// Answers in one message.
pub const ANSWER: &str = "answer";
/// Begins an answer and waits for [`Model::release`] before it ends it.
pub const HOLD: &str = "hold";
/// Answers with status 500.
pub const REFUSE: &str = "refuse";
/// Begins an answer and breaks the connection.
pub const CUT: &str = "cut";
/// Calls the tool that panics.
pub const PANIC: &str = "panic";
/// Answers with status 401 and repeats the `authorization` header.
pub const ECHO_KEY: &str = "echo";

impl Model {
    /// A model that does what the first word of the prompt says: one of the words of [`script`](super::script).
    pub async fn by_word() -> Self {
        Self::scripted(|request, _| answer(request)).await
    }
}

fn answer(request: &Request) -> Reply {
    let word = request.prompt().and_then(|prompt| prompt.split_whitespace().next());
    let end = || message_done("msg_1", "Done.") + &completed();
    let begin = || created() + &message_begun("msg_1", "Done.");
    match word {
        Some(REFUSE) => refusal(500, "the script says so"),
        Some(ECHO_KEY) => {
            let key = request.header("authorization").unwrap_or_default();
            refusal(401, &format!("wrong key {key}"))
        }
        Some(CUT) => Reply::cut(created()),
        Some(PANIC) => {
            Reply::stream(created() + &function_call("call_1", "demo_panic", &json!({})) + &completed())
        }
        Some(HOLD) => Reply::held(begin(), end()),
        _ => Reply::stream(begin() + &end()),
    }
}

fn refusal(status: u16, message: &str) -> Reply {
    let body = json!({ "error": { "message": message } });
    Reply::status(status, "content-type: application/json\r\n", body.to_string())
}

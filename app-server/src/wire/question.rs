//! Questions of core, as requests to clients, and clients' answers, as core takes them.

use codex_app_server_protocol::{ServerRequest, approval, server_requests};
use codex_protocol::{CommandApproval, CommandDecision, ItemId, Question, ThreadId};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::LOCAL;

/// The request that asks whether a command may run.
pub(crate) type CommandRequest = server_requests::ItemCommandExecutionRequestApproval;

/// The request's params. `item_id` is the command's.
pub(crate) fn command_params(
    thread_id: ThreadId,
    question: &Question,
    item_id: ItemId,
    asked: &CommandApproval,
) -> approval::CommandApprovalParams {
    let CommandApproval { command, cwd, actions, reason, decisions } = asked.clone();
    approval::CommandApprovalParams {
        kind: approval::CommandApprovalKind::Command,
        thread_id,
        turn_id: question.turn_id,
        item_id,
        started_at_ms: question.started_at_ms,
        environment_id: Some(LOCAL.to_owned()),
        reason,
        command: Some(command),
        cwd: Some(cwd),
        command_actions: Some(actions),
        available_decisions: Some(decisions),
    }
}

/// What a client decided.
pub(crate) fn command_decision(result: &RawValue) -> Result<CommandDecision, serde_json::Error> {
    let response: <CommandRequest as ServerRequest>::Response = serde_json::from_str(result.get())?;
    Ok(response.decision)
}

/// The code of a client's error. Its message is the client's own and may hold anything.
pub(crate) fn error_code(error: &RawValue) -> i64 {
    #[derive(Deserialize)]
    struct Failure {
        #[serde(default)]
        code: i64,
    }
    serde_json::from_str(error.get()).map_or(0, |failure: Failure| failure.code)
}

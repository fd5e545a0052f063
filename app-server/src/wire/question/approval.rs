//! Whether a command may run, and whether files may be changed.

use codex_app_server_protocol::{
    approval::{
        CommandApprovalKind, CommandApprovalParams, CommandApprovalResponse, FileChangeApprovalParams,
        FileChangeApprovalResponse, FileChangeDecision,
    },
    server_requests,
};
use codex_protocol::{CommandApproval, CommandDecision, PatchApproval, PatchDecision};

use super::{ClientQuestion, InvalidResponse, QuestionContext};
use crate::wire::LOCAL;

impl ClientQuestion for CommandApproval {
    type Request = server_requests::ItemCommandExecutionRequestApproval;

    fn params(&self, context: QuestionContext) -> CommandApprovalParams {
        let QuestionContext { thread_id, turn_id, started_at_ms } = context;
        let Self { item_id, command, cwd, actions, reason, decisions } = self.clone();
        CommandApprovalParams {
            kind: CommandApprovalKind::Command,
            thread_id,
            turn_id,
            item_id,
            started_at_ms,
            environment_id: Some(LOCAL.to_owned()),
            reason,
            command: Some(command),
            cwd: Some(cwd),
            command_actions: Some(actions),
            available_decisions: Some(decisions),
        }
    }

    fn read(&self, response: CommandApprovalResponse) -> Result<CommandDecision, InvalidResponse> {
        let CommandApprovalResponse { decision } = response;
        Ok(decision)
    }

    fn outcome(answer: &CommandDecision) -> &'static str {
        answer.name()
    }
}

impl ClientQuestion for PatchApproval {
    type Request = server_requests::ItemFileChangeRequestApproval;

    fn params(&self, context: QuestionContext) -> FileChangeApprovalParams {
        let QuestionContext { thread_id, turn_id, started_at_ms } = context;
        let Self { item_id, reason, grant_root } = self.clone();
        FileChangeApprovalParams { thread_id, turn_id, item_id, started_at_ms, reason, grant_root }
    }

    fn read(&self, response: FileChangeApprovalResponse) -> Result<PatchDecision, InvalidResponse> {
        let FileChangeApprovalResponse { decision } = response;
        Ok(match decision {
            FileChangeDecision::Accept => PatchDecision::Accept,
            FileChangeDecision::AcceptForSession => PatchDecision::AcceptForSession,
            FileChangeDecision::Decline => PatchDecision::Decline,
            FileChangeDecision::Cancel => PatchDecision::Cancel,
        })
    }

    fn outcome(answer: &PatchDecision) -> &'static str {
        match answer {
            PatchDecision::Accept => "accept",
            PatchDecision::AcceptForSession => "acceptForSession",
            PatchDecision::Decline => "decline",
            PatchDecision::Cancel => "cancel",
        }
    }
}

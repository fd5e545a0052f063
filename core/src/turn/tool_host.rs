//! What the tools of a turn can use of it.

use std::sync::Arc;

use codex_protocol::{CommandApproval, CommandDecision, Event, EventMsg, QuestionId, ThreadItem, TurnId};

use super::sink::TurnSink;
use crate::{
    approval::Grant,
    conversation::{ItemSink, Seen},
    thread::ThreadSettings,
    tools::{Approver, CallSettings, CommandQuestion, DecisionFuture, ToolContext, ToolFailure},
};

/// What the tools of a turn can use of it.
pub(super) struct ToolHost {
    sink: TurnSink,
}

impl ToolHost {
    pub(super) fn new(sink: TurnSink) -> Self {
        Self { sink }
    }

    /// What one call can use.
    pub(super) fn context<'a>(&'a self, call_id: &'a str, settings: &'a ThreadSettings) -> ToolContext<'a> {
        let shared = &self.sink.shared;
        let settings = CallSettings {
            cwd: &settings.cwd,
            approval_policy: settings.approval_policy,
            sandbox_policy: &settings.sandbox_policy,
            login_shell: shared.config.allow_login_shell(),
        };
        ToolContext::new(shared.id, call_id, settings, self, self, &shared.services.executor)
    }
}

impl ItemSink for ToolHost {
    type Error = ToolFailure;

    fn turn_id(&self) -> TurnId {
        self.sink.turn_id
    }

    fn write(&self, item: &ThreadItem, seen: Seen<'_>) -> Result<(), ToolFailure> {
        self.sink.write(item, seen).map_err(|failed| ToolFailure::Store { reason: failed.reason })
    }

    /// With the context of the tool's own span.
    fn emit(&self, msg: EventMsg) {
        let trace = codex_otel::current().map(Arc::new);
        self.sink.shared.emit(&Event { id: self.sink.submission, msg, trace });
    }
}

impl Approver for ToolHost {
    fn ask<'a>(&'a self, question: CommandQuestion<'a>) -> DecisionFuture<'a> {
        let shared = &self.sink.shared;
        let asked = Asked { host: self, id: shared.services.next_question() };
        let mut waiting = shared.questions.open(asked.id);
        self.emit(EventMsg::ApprovalRequested(Box::new(CommandApproval {
            id: asked.id,
            turn_id: self.sink.turn_id,
            item_id: question.item_id.clone(),
            started_at_ms: question.started_at_ms,
            command: question.command.to_owned(),
            cwd: question.cwd.to_owned(),
            actions: question.actions.to_vec(),
            reason: question.reason,
            decisions: vec![
                CommandDecision::Accept,
                CommandDecision::AcceptForSession,
                CommandDecision::Decline,
                CommandDecision::Cancel,
            ],
        })));
        Box::pin(async move {
            let _asked = asked;
            waiting.answered().await
        })
    }

    fn set_waiting(&self, waiting: bool) {
        self.sink.shared.tell_waiting(waiting);
    }

    fn is_granted(&self, grant: &Grant) -> bool {
        self.sink.shared.questions.is_granted(grant)
    }

    fn covers(&self, commands: &[Vec<String>]) -> bool {
        self.sink.shared.questions.covers(commands)
    }

    fn grant(&self, decision: &CommandDecision, grant: Grant) {
        self.sink.shared.questions.grant(decision, grant);
    }
}

/// A question that was put: however the wait for its answer ends, those who were asked are told.
struct Asked<'a> {
    host: &'a ToolHost,
    id: QuestionId,
}

impl Drop for Asked<'_> {
    fn drop(&mut self) {
        self.host.emit(EventMsg::QuestionResolved(self.id));
    }
}

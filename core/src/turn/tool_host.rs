//! What the tools of a turn can use of it.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex},
};

use codex_protocol::{
    CommandDecision, Event, EventMsg, QuestionRequest, ThreadActiveFlag, ThreadItem, ThreadSettings, TurnId,
};

use super::{ThreadResources, TurnInbox, clock::TimePart, guard::TurnGuard, sink::TurnSink};
use crate::{
    approval::{Asker, Followers, Grant},
    conversation::{ItemSink, ModelView},
    patch::TurnDiff,
    tools::{AnswerFuture, Approver, CallSettings, ToolContext, ToolFailure, WaitingFuture},
};

/// What the tools of a turn can use of it.
pub(super) struct ToolHost {
    sink: TurnSink,
    resources: Arc<ThreadResources>,
    settings: Arc<ThreadSettings>,
    inbox: TurnInbox,
    turn_diff: Mutex<TurnDiff>,
}

impl ToolHost {
    pub(super) fn new(guard: &TurnGuard) -> Self {
        Self {
            sink: guard.sink(),
            resources: Arc::clone(&guard.resources),
            settings: Arc::clone(&guard.settings),
            inbox: guard.inbox.clone(),
            turn_diff: Mutex::default(),
        }
    }

    /// What one call can use.
    pub(super) fn context<'a>(&'a self, call_id: &'a str) -> ToolContext<'a> {
        let settings = CallSettings {
            cwd: &self.settings.cwd,
            codex_home: self.resources.config.codex_home(),
            approval_policy: self.settings.approval_policy,
            sandbox_policy: &self.settings.sandbox_policy,
            login_shell: self.resources.config.allow_login_shell(),
        };
        let executor = &self.resources.services.executor;
        ToolContext::new(self.resources.id, call_id, settings, self, self, executor, &self.turn_diff)
    }

    fn asker(&self) -> Asker<'_> {
        Asker {
            turn_id: self.sink.turn_id,
            ids: &self.resources.services.questions,
            send: self.inbox.questions(),
            followers: self,
        }
    }
}

impl ItemSink for ToolHost {
    type Error = ToolFailure;

    fn turn_id(&self) -> TurnId {
        self.sink.turn_id
    }

    fn write(&self, item: &ThreadItem, view: ModelView<'_>) -> Result<(), ToolFailure> {
        self.sink.write(item, view).map_err(|error| ToolFailure::Store { reason: error.to_string() })
    }

    /// With the context of the tool's own span.
    fn emit(&self, msg: EventMsg) {
        let trace = codex_otel::current().map(Arc::new);
        self.sink.journal.emit(&Event { id: self.sink.submission, msg, trace });
    }
}

impl Followers for ToolHost {
    fn emit(&self, msg: EventMsg) {
        ItemSink::emit(self, msg);
    }
}

impl Approver for ToolHost {
    fn ask(&self, started_at_ms: i64, request: QuestionRequest) -> AnswerFuture<'_> {
        Box::pin(async move {
            let waits_for_a_human = request.waits_for().is_some();
            let _waiting = waits_for_a_human.then(|| self.sink.clock.enter(TimePart::Approval));
            self.asker().ask(started_at_ms, request).await
        })
    }

    fn set_waiting(&self, waiting: Option<ThreadActiveFlag>) -> WaitingFuture<'_> {
        Box::pin(async move { self.asker().set_waiting(waiting).await })
    }

    fn is_granted(&self, grant: &Grant) -> bool {
        self.resources.grants.is_granted(grant)
    }

    fn covers(&self, commands: &[Vec<String>]) -> bool {
        self.resources.grants.covers(commands)
    }

    fn are_files_granted(&self, paths: &[PathBuf]) -> bool {
        self.resources.grants.are_files_granted(paths)
    }

    fn grant_files(&self, paths: Vec<PathBuf>) {
        self.resources.grants.grant_files(&paths);
    }

    fn grant(&self, decision: &CommandDecision, grant: Grant) {
        self.resources.grants.grant(decision, &grant);
    }
}

//! What a call can use of its turn: narrow things only, never the thread.

use std::{
    future::Future,
    path::{Path, PathBuf},
    pin::Pin,
    sync::Mutex,
};

use codex_otel::Value;
use codex_protocol::{
    Answer, ApprovalPolicy, Ask, CommandDecision, EventMsg, QuestionRequest, SandboxPolicy, ThreadActiveFlag,
    ThreadId, ThreadItem, TurnId,
};

use super::{ToolFailure, call_span::CallSpan};
use crate::{
    approval::Grant,
    conversation::{ItemSink, ModelView},
    exec::Executor,
    patch::TurnDiff,
};

/// What a call can use of its turn. It is also where the items of the call go.
#[derive(Clone, Copy)]
pub(crate) struct ToolContext<'a> {
    /// The thread.
    pub(crate) thread_id: ThreadId,
    /// The model's id of the call.
    pub(crate) call_id: &'a str,
    /// The span of the call, once it has one.
    span: Option<&'a CallSpan>,
    /// How the turn works: fixed when it began.
    pub(crate) settings: CallSettings<'a>,
    /// Where items go.
    pub(crate) items: &'a (dyn ItemSink<Error = ToolFailure> + Sync),
    /// Who can be asked.
    pub(crate) approver: &'a dyn Approver,
    /// What runs commands.
    pub(crate) executor: &'a Executor,
    /// What the turn's patches have changed so far.
    pub(crate) turn_diff: &'a Mutex<TurnDiff>,
}

/// How the turn of a call works.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CallSettings<'a> {
    /// The working directory.
    pub(crate) cwd: &'a Path,
    /// When the user is asked.
    pub(crate) approval_policy: ApprovalPolicy,
    /// The folder of configuration and conversations, which commands do not write.
    pub(crate) codex_home: &'a Path,
    /// The sandbox.
    pub(crate) sandbox_policy: &'a SandboxPolicy,
    /// Whether commands may run in a login shell.
    pub(crate) login_shell: bool,
}

/// Whoever answers questions, and what they allowed before.
pub(crate) trait Approver: Send + Sync {
    /// Puts a question: for tools, [`ToolContext::ask`].
    fn ask(&self, started_at_ms: i64, request: QuestionRequest) -> AnswerFuture<'_>;

    /// Notes and tells what the turn waits for: [`QuestionRequest::waits_for`] before a question is put, nothing after.
    fn set_waiting(&self, waiting: Option<ThreadActiveFlag>) -> WaitingFuture<'_>;

    /// Whether this very command was allowed for as long as the thread is loaded.
    fn is_granted(&self, grant: &Grant) -> bool;

    /// Whether all commands were allowed that begin as each of these does.
    fn covers(&self, commands: &[Vec<String>]) -> bool;

    /// Whether the user allowed changes of all these files for as long as the thread is loaded.
    fn are_files_granted(&self, paths: &[PathBuf]) -> bool;

    /// Keeps that the user allowed changes of these files.
    fn grant_files(&self, paths: Vec<PathBuf>);

    /// Keeps what the decision allows beyond this once.
    fn grant(&self, decision: &CommandDecision, grant: Grant);
}

/// An answer that is waited for.
pub(crate) type AnswerFuture<'a> = Pin<Box<dyn Future<Output = Option<Answer>> + Send + 'a>>;

/// That the turn waits, being noted.
pub(crate) type WaitingFuture<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

impl<'a> ToolContext<'a> {
    /// What a call can use of its turn.
    pub(crate) fn new(
        thread_id: ThreadId,
        call_id: &'a str,
        settings: CallSettings<'a>,
        items: &'a (dyn ItemSink<Error = ToolFailure> + Sync),
        approver: &'a dyn Approver,
        executor: &'a Executor,
        turn_diff: &'a Mutex<TurnDiff>,
    ) -> Self {
        Self { thread_id, call_id, span: None, settings, items, approver, executor, turn_diff }
    }

    /// The same, inside its span.
    pub(super) fn within(self, span: &'a CallSpan) -> Self {
        Self { span: Some(span), ..self }
    }

    /// Puts a question of any kind to the clients that follow the thread. None where nobody can answer. Dropping the future
    /// takes the question back. `started_at_ms` is when the question came up, in Unix milliseconds.
    pub(crate) async fn ask<Q: Ask>(&self, started_at_ms: i64, question: Q) -> Option<Q::Answer> {
        Q::answer(self.approver.ask(started_at_ms, question.into()).await?)
    }

    /// Says something on the call's span. Each key once.
    pub(super) fn describe(&self, key: &'static str, value: impl Into<Value>) {
        if let Some(span) = self.span {
            span.set(key, value);
        }
    }
}

impl ItemSink for ToolContext<'_> {
    type Error = ToolFailure;

    fn turn_id(&self) -> TurnId {
        self.items.turn_id()
    }

    fn write(&self, item: &ThreadItem, view: ModelView<'_>) -> Result<(), ToolFailure> {
        self.items.write(item, view)
    }

    fn emit(&self, msg: EventMsg) {
        self.items.emit(msg);
    }
}

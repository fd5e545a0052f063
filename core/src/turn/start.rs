//! Starting a turn: its span, its guard, its task.

use std::{panic::AssertUnwindSafe, sync::Arc};

use codex_otel::{Kind, OwnedSpan, Parent, Status, TurnParent, attr, span};
use codex_protocol::{
    SubmissionId, ThreadSettings, ThreadTokenUsage, TurnId, TurnKind, W3cTraceContext, now_ms,
};
use futures_util::FutureExt;
use tokio::sync::mpsc;
use tracing::Instrument;

use super::{
    EndedTurn, RunningTurn, ThreadResources, TurnMessage, TurnTask,
    clock::{TimePart, TurnClock},
    control::{SpanOfTurn, pair},
    guard::{TurnGuard, TurnParts},
    outcome::Outcome,
};
use crate::{
    conversation::History,
    exec::sandbox,
    git,
    store::{Record, ThreadState},
};

/// What a turn begins with.
pub(crate) struct NewTurn {
    pub(crate) submission: SubmissionId,
    pub(crate) resources: Arc<ThreadResources>,
    /// Fixed when the turn begins: changes hold for the next one.
    pub(crate) settings: ThreadSettings,
    /// What the rollout keeps of the thread, as it stands.
    pub(crate) state: ThreadState,
    /// The conversation, lent to the turn until it ends.
    pub(crate) history: History,
    pub(crate) usage: ThreadTokenUsage,
    pub(crate) task: Box<dyn TurnTask>,
    /// The span that dispatched the turn.
    pub(crate) dispatch: Option<W3cTraceContext>,
    pub(crate) starter: Starter,
    /// The way to the thread.
    pub(crate) thread: mpsc::UnboundedSender<TurnMessage>,
}

/// Whoever starts a turn.
#[derive(Debug, Default)]
pub(crate) struct Starter {
    /// The name of the client, where there is one.
    pub(crate) client_name: Option<String>,
    /// The span in the caller's process that asks for it.
    pub(crate) caller: Option<W3cTraceContext>,
}

/// Starts a turn. Only the thread's loop calls this, and only when no turn is running.
pub(crate) fn start(new: NewTurn) -> RunningTurn {
    let NewTurn { submission, resources, settings, state, history, usage, task, dispatch, starter, thread } =
        new;
    let (id, started_at_ms) = (TurnId::from(submission), now_ms());
    let clock = TurnClock::start();
    let spans = resources.config.spans();
    let caller = starter.caller.as_ref().filter(|_| spans.turn_parent == TurnParent::Caller);
    let owned = turn_span(&resources, id, task.kind(), &settings, caller.or(dispatch.as_ref()));
    if let (Some(_), Some(dispatch)) = (caller, &dispatch) {
        owned.link(dispatch);
    }
    if let Some(name) = &starter.client_name {
        owned.set(attr::APP_SERVER_CLIENT_NAME, name.clone());
    }
    if spans.turn_started_marker {
        mark_start(&resources, id, &settings, dispatch.as_ref());
    }
    let span_of_turn = SpanOfTurn { trace_id: owned.trace_id(), carrier: owned.carrier() };
    let (running, inbox) = pair(id, span_of_turn, started_at_ms, thread);
    let mut guard = TurnGuard::new(TurnParts {
        stored: resources.journal.writer().snapshot(),
        resources,
        submission,
        kind: task.kind(),
        span: owned,
        clock,
        inbox: inbox.clone(),
        settings,
        history,
        usage,
        started_at_ms,
    });
    // Here and not in the task: no other state of the thread can be written in between.
    guard.unwritten =
        guard.sink().append(&[Record::TurnStarted { turn: guard.begun() }, Record::State(state)]).err();
    let queued = guard.clock.enter(TimePart::Queue);
    let span = guard.span();
    let run = async move {
        drop(queued);
        guard.announce();
        // Beside the turn, which does not wait for it.
        let cwd = guard.settings.cwd.clone();
        let repository = guard.is_recording().then(|| tokio::task::spawn_blocking(move || git::info(&cwd)));
        let outcome =
            AssertUnwindSafe(task.run(&mut guard)).catch_unwind().await.unwrap_or(Outcome::Panicked);
        if let Some(repository) = repository
            && let Ok(Some(info)) = repository.await
        {
            guard.describe_repository(info);
        }
        guard.queued = Some(guard.clock.enter(TimePart::Queue));
        // Where the thread is gone the message is dropped, and the guard in it ends the turn.
        let _: Result<(), _> =
            inbox.thread().send(TurnMessage::Ended(Box::new(EndedTurn { guard, outcome })));
    };
    codex_otel::spawn_detached(run.instrument(span));
    running
}

/// Shows a turn that still runs: beside it and not below it, since what it hangs under must have been exported.
fn mark_start(
    resources: &ThreadResources,
    id: TurnId,
    settings: &ThreadSettings,
    dispatch: Option<&W3cTraceContext>,
) {
    let marker = span!("turn_started", name = "turn started", kind = Kind::Internal);
    let marker = OwnedSpan::start(marker, Parent::Carrier(dispatch));
    marker.set(attr::THREAD_ID, resources.id.to_string());
    marker.set(attr::TURN_ID, id.to_string());
    marker.set(attr::GEN_AI_PROVIDER_NAME, settings.model_provider.clone());
    marker.set(attr::GEN_AI_REQUEST_MODEL, settings.model.clone());
    marker.end(Status::Unset);
}

fn turn_span(
    resources: &ThreadResources,
    id: TurnId,
    kind: TurnKind,
    settings: &ThreadSettings,
    parent: Option<&W3cTraceContext>,
) -> OwnedSpan {
    let name = format!("turn {}", kind.name());
    let owned =
        OwnedSpan::start(span!("turn", name = name.as_str(), kind = Kind::Internal), Parent::Carrier(parent));
    owned.set(attr::THREAD_ID, resources.id.to_string());
    owned.set(attr::TURN_ID, id.to_string());
    owned.set(attr::CODEX_TURN_KIND, kind.name());
    owned.set(attr::GEN_AI_OPERATION_NAME, "invoke_agent");
    owned.set(attr::GEN_AI_AGENT_NAME, "codex");
    owned.set(attr::GEN_AI_CONVERSATION_ID, resources.id.to_string());
    owned.set(attr::GEN_AI_PROVIDER_NAME, settings.model_provider.clone());
    owned.set(attr::GEN_AI_REQUEST_MODEL, settings.model.clone());
    owned.set(attr::CODEX_APPROVAL_POLICY, settings.approval_policy.name());
    owned.set(attr::CODEX_SANDBOX_POLICY, sandbox::name(&settings.sandbox_policy));
    owned
}

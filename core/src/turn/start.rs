//! Starting a turn: its span, its guard, its task.

use std::{panic::AssertUnwindSafe, sync::Arc};

use codex_otel::{Kind, OwnedSpan, Parent, attr, span};
use codex_protocol::{SubmissionId, TurnId, TurnKind, UserInput, UserTurn, now_ms};
use futures_util::FutureExt;
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use super::{
    TurnControl,
    guard::TurnGuard,
    outcome::Outcome,
    run::{Plan, run},
};
use crate::thread::{ActiveTurn, Held, Shared, ThreadSettings};

/// What a turn begins with.
pub(crate) struct Beginning {
    pub(crate) input: Vec<UserInput>,
    pub(crate) client_id: Option<String>,
    pub(crate) output_schema: Option<Value>,
    /// What to wait for before anything shows.
    pub(crate) held: Option<Held>,
}

/// The thread's settings with a turn's changes.
pub(crate) fn settings_after(shared: &Shared, turn: &UserTurn) -> ThreadSettings {
    let mut settings = shared.state().settings.clone();
    if let Some(cwd) = &turn.cwd {
        // A folder that cannot be made absolute (the process's own is gone) stays as it is.
        settings.cwd = std::path::absolute(cwd).unwrap_or_else(|_| cwd.clone());
    }
    if let Some(model) = &turn.model {
        settings.model.clone_from(model);
    }
    if turn.effort.is_some() {
        settings.effort.clone_from(&turn.effort);
    }
    if let Some(policy) = turn.approval_policy {
        settings.approval_policy = policy;
    }
    if let Some(policy) = &turn.sandbox_policy {
        settings.sandbox_policy = policy.clone();
    }
    settings
}

/// Starts a turn under the dispatch span. Only the thread's loop calls this, and only when no turn is running.
pub(crate) fn start(
    shared: &Arc<Shared>,
    submission: SubmissionId,
    beginning: Beginning,
    dispatch: &OwnedSpan,
) -> TurnId {
    let id = TurnId::from(submission);
    let Beginning { input, client_id, output_schema, held } = beginning;
    let settings = shared.state().settings.clone();
    let owned = turn_span(shared, id, &settings, dispatch);
    let control = Arc::new(TurnControl::default());
    let (done, started_at_ms) = (CancellationToken::new(), now_ms());
    let active = ActiveTurn {
        id,
        control: Arc::clone(&control),
        trace_id: owned.trace_id(),
        started_at_ms,
        done: done.clone(),
    };
    let mut guard = TurnGuard::new(Arc::clone(shared), submission, owned, control, started_at_ms, done);
    shared.state().active = Some(active);
    let span = guard.span();
    let task = async move {
        if let Some(held) = held {
            held.released(&guard.shared.closing).await;
        }
        guard.announce();
        let plan = Plan { input, client_id, output_schema, settings };
        let outcome =
            AssertUnwindSafe(run(&mut guard, plan)).catch_unwind().await.unwrap_or(Outcome::Panicked);
        guard.control.answered(&guard.shared.closing).await;
        guard.end(&outcome);
    };
    codex_otel::spawn_detached(task.instrument(span));
    id
}

fn turn_span(shared: &Shared, id: TurnId, settings: &ThreadSettings, dispatch: &OwnedSpan) -> OwnedSpan {
    let kind = TurnKind::User;
    let name = format!("turn {}", kind.name());
    let owned = OwnedSpan::start(
        span!("turn", name = name.as_str(), kind = Kind::Internal),
        Parent::Carrier(dispatch.carrier().as_ref()),
    );
    owned.set(attr::THREAD_ID, shared.id.to_string());
    owned.set(attr::TURN_ID, id.to_string());
    owned.set(attr::CODEX_TURN_KIND, kind.name());
    owned.set(attr::GEN_AI_OPERATION_NAME, "invoke_agent");
    owned.set(attr::GEN_AI_AGENT_NAME, "codex");
    owned.set(attr::GEN_AI_CONVERSATION_ID, shared.id.to_string());
    owned.set(attr::GEN_AI_PROVIDER_NAME, settings.model_provider.clone());
    owned.set(attr::GEN_AI_REQUEST_MODEL, settings.model.clone());
    owned
}

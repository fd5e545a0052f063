//! What a thread's handle, its loop and its turns share.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use codex_protocol::{Event, Thread, ThreadId, ThreadStatus, ThreadTokenUsage, TurnId};
use tokio_util::sync::CancellationToken;

use super::{Subscribers, ThreadSettings};
use crate::{
    Config,
    manager::Services,
    store::{Living, Rollout, ThreadMeta},
    tools::Registry,
    turn::{History, TurnControl},
};

/// What a thread's handle, its loop and its turns share.
pub(crate) struct Shared {
    pub(crate) id: ThreadId,
    pub(crate) services: Arc<Services>,
    pub(crate) config: Config,
    /// The base instructions.
    pub(crate) instructions: String,
    pub(crate) tools: Registry,
    pub(crate) rollout: Rollout,
    pub(crate) subscribers: Subscribers,
    pub(crate) history: Mutex<History>,
    /// Never locked while an event is emitted.
    pub(crate) state: Mutex<State>,
    /// Set to end the loop.
    pub(crate) closing: CancellationToken,
    /// Set when the loop has ended.
    pub(crate) closed: CancellationToken,
}

/// What changes while a thread lives.
pub(crate) struct State {
    pub(crate) meta: ThreadMeta,
    pub(crate) settings: ThreadSettings,
    pub(crate) status: ThreadStatus,
    pub(crate) preview: String,
    pub(crate) updated_at_ms: i64,
    pub(crate) usage: ThreadTokenUsage,
    pub(crate) active: Option<ActiveTurn>,
}

/// The turn that is running, or has ended and is telling so.
#[derive(Clone)]
pub(crate) struct ActiveTurn {
    pub(crate) id: TurnId,
    pub(crate) control: Arc<TurnControl>,
    pub(crate) trace_id: Option<String>,
    pub(crate) started_at_ms: i64,
    /// Set when its last event has been emitted.
    pub(crate) done: CancellationToken,
}

impl Shared {
    /// The state.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The model's view of the conversation.
    pub(crate) fn history(&self) -> MutexGuard<'_, History> {
        self.history.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells the subscribers.
    pub(crate) fn emit(&self, event: &Event) {
        self.subscribers.emit(self.id, event);
    }

    /// The thread as clients see it, without its turns.
    pub(crate) fn info(&self) -> Thread {
        let state = self.state();
        state.meta.thread(Living {
            preview: &state.preview,
            updated_at_ms: state.updated_at_ms,
            status: state.status.clone(),
            path: self.rollout.path(),
            loaded: true,
        })
    }
}

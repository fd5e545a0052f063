//! What a typed response tells of the thread and the turn that it is about.

use std::any::Any;

use codex_app_server_protocol::{thread, turn};
use codex_protocol::{ThreadId, TurnId};

/// The thread and turn of a call, as far as its response names them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Subject {
    pub(crate) thread_id: Option<ThreadId>,
    pub(crate) turn_id: Option<TurnId>,
}

impl Subject {
    /// Reads the subject of a response. Only responses that name something which the params could not name are here.
    pub(crate) fn of<R: Any>(response: &R) -> Self {
        let response = response as &dyn Any;
        if let Some(started) = response.downcast_ref::<thread::StartResponse>() {
            return Self { thread_id: Some(started.thread.id), turn_id: None };
        }
        if let Some(started) = response.downcast_ref::<turn::StartResponse>() {
            return Self { thread_id: None, turn_id: Some(started.turn.id) };
        }
        Self::default()
    }
}

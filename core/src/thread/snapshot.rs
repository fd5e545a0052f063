//! A thread as its loop last published it: what can be read without asking the loop.

use std::sync::Arc;

use codex_protocol::{EventMsg, Thread, ThreadId, ThreadSettings, TurnId};

use crate::{
    conversation::ConversationItem,
    store::{ReadMark, ThreadMeta, ThreadState},
};

/// A thread as its loop last published it.
#[derive(Clone, Debug)]
pub struct ThreadSnapshot {
    /// The thread as clients see it, without its turns.
    pub thread: Thread,
    /// How the thread works.
    pub settings: ThreadSettings,
    /// The running turn.
    pub active: Option<ActiveTurnInfo>,
    pub(crate) meta: Arc<ThreadMeta>,
    pub(crate) stored: ThreadState,
    /// What the model is to be shown first, as long as that is not written.
    pub(crate) beginning: Arc<[ConversationItem]>,
}

/// A turn that is running.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActiveTurnInfo {
    /// Its thread.
    pub thread_id: ThreadId,
    /// The turn.
    pub turn_id: TurnId,
    /// The trace it is in, 32 hex digits, when tracing is on or the caller sent one.
    pub trace_id: Option<String>,
    /// Its start, in Unix milliseconds.
    pub started_at_ms: i64,
}

/// What the user has read of a thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadView {
    /// The first turn that is unread; none where all is read.
    pub first_unread: Option<TurnId>,
    /// Unread from the beginning on.
    pub from_start: bool,
    /// Changes with each change.
    pub revision: String,
}

impl ReadView {
    pub(crate) fn of(mark: &ReadMark, id: ThreadId) -> Self {
        Self {
            first_unread: mark.first_unread,
            from_start: mark.from_start,
            // The reference server's word for a thread whose read state never changed.
            revision: mark.revision.clone().unwrap_or_else(|| format!("initial:{id}")),
        }
    }

    /// The event that tells it.
    pub(crate) fn event(self) -> EventMsg {
        let Self { first_unread, from_start, revision } = self;
        EventMsg::ReadStateChanged { first_unread, from_start, revision }
    }
}

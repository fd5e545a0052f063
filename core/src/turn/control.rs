//! How others reach a running turn: more input, or its end.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use codex_protocol::{UserInput, W3cTraceContext};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::thread::Held;

/// Input for a turn.
#[derive(Debug)]
pub(crate) struct Steer {
    pub(crate) input: Vec<UserInput>,
    pub(crate) client_id: Option<String>,
    /// What to wait for before the input shows.
    pub(crate) held: Option<Held>,
    /// The span that brought it.
    pub(crate) trace: Option<W3cTraceContext>,
}

/// How others reach a running turn.
#[derive(Debug, Default)]
pub(crate) struct TurnControl {
    cancel: CancellationToken,
    arrived: Notify,
    inbox: Mutex<Inbox>,
}

#[derive(Debug, Default)]
struct Inbox {
    steers: Vec<Steer>,
    interruption: Option<Interruption>,
    /// Spans that told the turn something: it is linked to them.
    links: Vec<W3cTraceContext>,
    /// Nothing is taken any more.
    closed: bool,
}

/// Who ended the turn early.
#[derive(Debug)]
pub(super) struct Interruption {
    pub(super) by: &'static str,
    held: Option<Held>,
}

impl TurnControl {
    /// Adds input; gives it back when the turn takes none any more.
    pub(crate) fn steer(&self, mut steer: Steer) -> Result<(), Box<Steer>> {
        let mut inbox = self.inbox();
        if inbox.closed {
            return Err(Box::new(steer));
        }
        inbox.links.extend(steer.trace.take());
        inbox.steers.push(steer);
        drop(inbox);
        self.arrived.notify_one();
        Ok(())
    }

    /// Ends the turn; false when it is ending already.
    pub(crate) fn interrupt(
        self: &Arc<Self>,
        by: &'static str,
        held: Option<Held>,
        trace: Option<W3cTraceContext>,
    ) -> bool {
        let mut inbox = self.inbox();
        if inbox.closed {
            return false;
        }
        inbox.closed = true;
        // Nobody will read it any more.
        inbox.steers.clear();
        inbox.links.extend(trace);
        inbox.interruption = Some(Interruption { by, held });
        drop(inbox);
        self.cancel.cancel();
        true
    }

    /// Whether the turn takes nothing any more.
    pub(crate) fn is_closed(&self) -> bool {
        self.inbox().closed
    }

    /// Waits until somebody ends the turn.
    pub(super) async fn interrupted(&self) {
        self.cancel.cancelled().await;
    }

    /// As [`interrupted`](Self::interrupted), and until whoever did it has had the answer: what follows shows to clients.
    pub(super) async fn interrupted_and_answered(&self, closing: &CancellationToken) {
        self.interrupted().await;
        self.answered(closing).await;
    }

    /// Whether somebody has ended the turn.
    pub(super) fn is_interrupted(&self) -> bool {
        self.cancel.is_cancelled()
    }

    /// Waits until there is input.
    pub(super) async fn steered(&self) {
        // A permit may be left of input that was taken meanwhile.
        while self.inbox().steers.is_empty() {
            self.arrived.notified().await;
        }
    }

    /// Takes the input that has arrived.
    pub(super) fn take(&self) -> Vec<Steer> {
        std::mem::take(&mut self.inbox().steers)
    }

    /// Closes the turn for input, unless there is some: then gives that.
    pub(super) fn take_or_close(&self) -> Vec<Steer> {
        let mut inbox = self.inbox();
        let steers = std::mem::take(&mut inbox.steers);
        inbox.closed |= steers.is_empty();
        steers
    }

    /// Closes the turn, whatever has arrived. What is dropped here is input that nobody will read.
    pub(super) fn close(&self) -> (Option<&'static str>, Vec<W3cTraceContext>) {
        let mut inbox = self.inbox();
        inbox.closed = true;
        inbox.steers.clear();
        (inbox.interruption.as_ref().map(|interruption| interruption.by), std::mem::take(&mut inbox.links))
    }

    /// Waits until whoever ended the turn has had the answer.
    pub(super) async fn answered(&self, closing: &CancellationToken) {
        let held = self.inbox().interruption.as_mut().and_then(|interruption| interruption.held.take());
        if let Some(held) = held {
            held.released(closing).await;
        }
    }

    fn inbox(&self) -> MutexGuard<'_, Inbox> {
        self.inbox.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

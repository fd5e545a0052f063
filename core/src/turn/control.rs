//! How a running turn is reached: more input, or its end. The thread's side of it, and the turn's.

use std::sync::Arc;

use codex_protocol::{TurnId, W3cTraceContext};
use tokio::sync::{mpsc, oneshot, watch};
use tokio_util::sync::CancellationToken;

use super::message::{Steer, Taken, TurnInput, TurnMessage};
use crate::{approval::QuestionMessage, conversation::ConversationItem};

/// Who ended a turn early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InterruptedBy {
    /// A client.
    Client,
    /// The user, in place of an approval.
    Approval,
    /// The server, which stops.
    Shutdown,
    /// Nobody: the turn's task was dropped.
    Abort,
}

impl InterruptedBy {
    /// The word for it, as spans show it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Approval => "approval",
            Self::Shutdown => "shutdown",
            Self::Abort => "abort",
        }
    }
}

/// How much waits for a turn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Waiting {
    steers: usize,
    others: usize,
}

/// The running turn, as its thread has it.
#[derive(Debug)]
pub(crate) struct RunningTurn {
    pub(crate) id: TurnId,
    /// The trace it is in, when tracing is on or the caller sent one.
    pub(crate) trace_id: Option<String>,
    /// Its span.
    pub(crate) trace: Option<W3cTraceContext>,
    /// Its start, in Unix milliseconds.
    pub(crate) started_at_ms: i64,
    cancel: CancellationToken,
    waiting: watch::Sender<Waiting>,
    inputs: Vec<TurnInput>,
    interruption: Option<InterruptedBy>,
    /// The client that interrupted it, where one did and has a name.
    pub(crate) interrupting_client: Option<String>,
    /// Spans that told the turn something: it is linked to them.
    links: Vec<W3cTraceContext>,
    /// Nothing is taken any more.
    closed: bool,
}

/// How the turn itself gets at what waits for it.
#[derive(Clone)]
pub(crate) struct TurnInbox {
    cancel: CancellationToken,
    waiting: watch::Receiver<Waiting>,
    thread: mpsc::UnboundedSender<TurnMessage>,
    questions: Arc<dyn Fn(QuestionMessage) + Send + Sync>,
}

/// What of a turn's span is known to its thread.
#[derive(Debug, Default)]
pub(super) struct SpanOfTurn {
    pub(super) trace_id: Option<String>,
    pub(super) carrier: Option<W3cTraceContext>,
}

/// What remains of a turn that has ended, beside its work.
pub(crate) struct TurnRest {
    /// Who ended it.
    pub(crate) interrupted_by: Option<InterruptedBy>,
    /// The client that did, where one did and has a name.
    pub(crate) interrupting_client: Option<String>,
    /// Spans that told it something.
    pub(crate) links: Vec<W3cTraceContext>,
    /// What it has not taken of what the model is to see.
    pub(crate) items: Vec<ConversationItem>,
}

/// The two sides of a turn.
pub(super) fn pair(
    id: TurnId,
    span: SpanOfTurn,
    started_at_ms: i64,
    thread: mpsc::UnboundedSender<TurnMessage>,
) -> (RunningTurn, TurnInbox) {
    let cancel = CancellationToken::new();
    let (tx, rx) = watch::channel(Waiting::default());
    let running = RunningTurn {
        id,
        trace_id: span.trace_id,
        trace: span.carrier,
        started_at_ms,
        cancel: cancel.clone(),
        waiting: tx,
        inputs: Vec::new(),
        interruption: None,
        interrupting_client: None,
        links: Vec::new(),
        closed: false,
    };
    let questions = {
        let thread = thread.clone();
        // A thread that is gone takes no questions: whoever waits for the answer is told so by the sender's end.
        move |message| drop(thread.send(TurnMessage::Question(message)))
    };
    (running, TurnInbox { cancel, waiting: rx, thread, questions: Arc::new(questions) })
}

// === The thread's side ===

impl RunningTurn {
    /// Adds input; gives it back when the turn takes none any more. `trace` is the span that brought it.
    pub(crate) fn steer(&mut self, steer: Steer, trace: Option<W3cTraceContext>) -> Result<(), Steer> {
        if self.closed {
            return Err(steer);
        }
        self.links.extend(trace);
        self.inputs.push(TurnInput::Steer(steer));
        self.waiting.send_modify(|waiting| waiting.steers += 1);
        Ok(())
    }

    /// Adds items to what the model sees. They come back with the turn's end if it takes nothing any more.
    pub(crate) fn inject(&mut self, items: Vec<ConversationItem>) {
        self.inputs.push(TurnInput::Items(items));
        self.waiting.send_modify(|waiting| waiting.others += 1);
    }

    /// Ends the turn; false when it is ending already.
    pub(crate) fn interrupt(&mut self, by: InterruptedBy, trace: Option<W3cTraceContext>) -> bool {
        if self.closed {
            return false;
        }
        self.closed = true;
        // Nobody will read it any more.
        self.inputs.retain(|input| matches!(input, TurnInput::Items(_)));
        self.links.extend(trace);
        self.interruption = Some(by);
        self.cancel.cancel();
        true
    }

    /// Whether somebody has ended the turn.
    pub(crate) fn is_interrupted(&self) -> bool {
        self.interruption.is_some()
    }

    /// Whether the turn takes nothing any more.
    pub(crate) fn is_closed(&self) -> bool {
        self.closed
    }

    /// What waits. Closes the turn where that is nothing and the turn is `ending`.
    pub(crate) fn take(&mut self, ending: bool) -> Taken {
        if self.interruption.is_some() {
            return Taken::Interrupted;
        }
        self.waiting.send_replace(Waiting::default());
        let inputs = std::mem::take(&mut self.inputs);
        let steered = inputs.iter().any(|input| matches!(input, TurnInput::Steer(_)));
        if ending && !steered {
            // What was only added to the history asks for no answer.
            self.inputs = inputs;
            self.closed = true;
            return Taken::Closed;
        }
        Taken::Input(inputs)
    }

    /// What remains of it.
    pub(crate) fn into_rest(self) -> TurnRest {
        let items = self.inputs.into_iter().flat_map(|input| match input {
            TurnInput::Items(items) => items,
            TurnInput::Steer(_) => Vec::new(),
        });
        TurnRest {
            items: items.collect(),
            interrupted_by: self.interruption,
            interrupting_client: self.interrupting_client,
            links: self.links,
        }
    }
}

// === The turn's side ===

impl TurnInbox {
    /// Waits until somebody ends the turn.
    pub(super) async fn interrupted(&self) {
        self.cancel.cancelled().await;
    }

    /// Waits until the user says more.
    pub(super) async fn steered(&self) {
        let mut waiting = self.waiting.clone();
        if waiting.wait_for(|waiting| waiting.steers > 0).await.is_err() {
            // The thread is gone, and with it everybody who could say something.
            std::future::pending::<()>().await;
        }
    }

    /// What has arrived.
    pub(super) async fn take(&self) -> Taken {
        if *self.waiting.borrow() == Waiting::default() {
            return Taken::Input(Vec::new());
        }
        self.ask(false).await
    }

    /// What has arrived; where that is nothing, the turn is closed.
    pub(super) async fn take_or_close(&self) -> Taken {
        self.ask(true).await
    }

    /// The way to the thread.
    pub(super) fn thread(&self) -> &mpsc::UnboundedSender<TurnMessage> {
        &self.thread
    }

    /// The way to the thread for questions to the user.
    pub(super) fn questions(&self) -> &(dyn Fn(QuestionMessage) + Send + Sync) {
        &*self.questions
    }

    async fn ask(&self, ending: bool) -> Taken {
        let (reply, taken) = oneshot::channel();
        // A thread that is gone answers nothing: the turn ends.
        if self.thread.send(TurnMessage::TakeInput { ending, reply }).is_err() {
            return Taken::Interrupted;
        }
        taken.await.unwrap_or(Taken::Interrupted)
    }
}

#[cfg(test)]
mod tests {
    use codex_protocol::UserInput;

    use super::*;
    use crate::conversation::Role;

    fn running() -> (RunningTurn, TurnInbox) {
        pair(TurnId::generate(), SpanOfTurn::default(), 0, mpsc::unbounded_channel().0)
    }

    fn steer() -> Steer {
        Steer { input: vec![UserInput::text("more")], client_id: None }
    }

    fn items() -> Vec<ConversationItem> {
        vec![ConversationItem::message(Role::User, "seen")]
    }

    #[test]
    fn a_turn_that_ends_takes_what_the_user_said_first() {
        let (mut turn, _) = running();
        turn.steer(steer(), None).unwrap();
        assert!(matches!(turn.take(true), Taken::Input(inputs) if inputs.len() == 1));
        assert!(matches!(turn.take(true), Taken::Closed));
        assert!(turn.steer(steer(), None).is_err(), "it takes nothing any more");
        assert!(!turn.interrupt(InterruptedBy::Client, None));
    }

    #[test]
    fn an_interruption_comes_before_everything_that_waits() {
        let (mut turn, inbox) = running();
        turn.steer(steer(), None).unwrap();
        assert!(turn.interrupt(InterruptedBy::Client, None));
        assert!(inbox.cancel.is_cancelled());
        assert!(matches!(turn.take(true), Taken::Interrupted));
        assert_eq!(turn.into_rest().interrupted_by, Some(InterruptedBy::Client));
    }

    #[test]
    fn injected_items_neither_steer_nor_get_lost() {
        let (mut turn, inbox) = running();
        turn.inject(items());
        assert_eq!(inbox.waiting.borrow().steers, 0);
        assert!(matches!(turn.take(true), Taken::Closed));
        assert_eq!(turn.into_rest().items, items());
    }

    #[tokio::test]
    async fn a_turn_whose_thread_is_gone_ends() {
        let (_turn, inbox) = running();
        assert!(matches!(inbox.take_or_close().await, Taken::Interrupted));
    }
}

//! The handle of a loaded thread: it submits, and reads what the loop publishes.

use std::sync::Arc;

use codex_protocol::{
    Answer, Event, GitChange, Op, QuestionId, ReadChange, SettingsChange, SubmissionId, Thread, ThreadId,
    ThreadSettings, ThreadTokenUsage, Turn, TurnId, UserInput, UserTurn,
};
use tokio::sync::{oneshot, watch};
use tokio_util::sync::CancellationToken;

use super::{
    InjectError, InterruptError, MetadataError, ReadStateError, ReadView, RevertError, SettingsError,
    StartTurnError, SteerError, SubmitError, ThreadSnapshot,
    actor::{Closing, Ending},
    queue::{QueueSender, Reached, Reply},
};
use crate::{
    EventSink, SubscriberId,
    journal::{Journal, Moment},
    store::HistorySnapshot,
};

/// How long a user's text may be, in characters.
const LONGEST_INPUT: usize = 1 << 20;

/// A loaded thread. Its loop ends when the last handle is dropped, or the agent shuts down.
pub struct CodexThread {
    pub(super) id: ThreadId,
    pub(super) journal: Arc<Journal>,
    pub(super) queue: QueueSender,
    pub(super) snapshot: watch::Receiver<Arc<ThreadSnapshot>>,
    /// How the loop is told to end.
    pub(super) closing: Arc<Closing>,
    /// Set when the loop has ended.
    pub(super) closed: CancellationToken,
}

/// A thread at the moment that somebody joined it.
pub struct Joined {
    /// The thread, without its turns.
    pub thread: Thread,
    /// What was told of items that still grow, merged: to be heard before what follows.
    pub catch_up: Vec<Event>,
    /// The tokens of the thread and the turn that they were last counted in, where any were.
    pub usage: Option<(ThreadTokenUsage, TurnId)>,
    pub(crate) history: HistorySnapshot,
}

impl CodexThread {
    /// The thread's id.
    pub fn id(&self) -> ThreadId {
        self.id
    }

    /// The thread as its loop last published it.
    pub fn snapshot(&self) -> Arc<ThreadSnapshot> {
        Arc::clone(&self.snapshot.borrow())
    }

    /// The thread as clients see it, without its turns.
    pub fn info(&self) -> Thread {
        self.snapshot.borrow().thread.clone()
    }

    /// How the thread works now.
    pub fn settings(&self) -> ThreadSettings {
        self.snapshot.borrow().settings.clone()
    }

    /// Gives the thread an order. The caller's trace context goes with it by itself.
    pub fn submit(&self, op: Op) -> Result<SubmissionId, SubmitError> {
        self.queue.submit(op, None)
    }

    /// Starts a turn, or adds the input to the running one: the turn returned tells by its id.
    pub async fn start_turn(&self, turn: UserTurn) -> Result<Turn, StartTurnError> {
        check_length(&turn.input)?;
        let reached = self.ask(Op::UserTurn(Box::new(turn)), Reply::Turn).await??;
        Ok(Turn::in_progress(linked(reached), None))
    }

    /// Adds input to the running turn, if it is the one that the caller expects.
    pub async fn steer(
        &self,
        expected: &str,
        input: Vec<UserInput>,
        client_id: Option<String>,
    ) -> Result<TurnId, SteerError> {
        if expected.is_empty() {
            return Err(SteerError::NoExpectedTurn);
        }
        check_length(&input)?;
        let steer = Op::Steer { expected: expected.to_owned(), input, client_id };
        self.ask(steer, Reply::Steer).await?.map(linked)
    }

    /// Ends the running turn, if it is the one that the caller expects. Its end is told afterwards.
    ///
    /// No expectation (an empty text) ends whatever turn is running, and it is no error when none is.
    pub async fn interrupt(&self, expected: &str) -> Result<(), InterruptError> {
        self.interrupt_for(expected, None).await
    }

    /// As [`interrupt`](Self::interrupt), for the client of that name.
    pub async fn interrupt_for(
        &self,
        expected: &str,
        client_name: Option<String>,
    ) -> Result<(), InterruptError> {
        self.ask(Op::Interrupt { expected: expected.to_owned(), client_name }, Reply::Interrupt).await?
    }

    /// Answers a question that an event of this thread put, or says that those who were asked cannot answer it. False when
    /// it waits for no answer any more: the first one counts.
    pub async fn answer(&self, question: QuestionId, answer: Option<Answer>) -> Result<bool, SubmitError> {
        self.ask(Op::Answer { question, answer }, Reply::Answer).await
    }

    /// Changes the settings from the next turn on. Those who follow the thread are told if anything changed.
    pub async fn change_settings(&self, change: SettingsChange) -> Result<(), SettingsError> {
        self.ask(Op::ChangeSettings(Box::new(change)), Reply::Settings).await?
    }

    /// Adds items to what the model sees.
    pub async fn inject(&self, items: Vec<serde_json::Value>) -> Result<(), InjectError> {
        self.ask(Op::Inject(items), Reply::Inject).await?
    }

    /// Gives the thread a name.
    pub(crate) async fn set_name(&self, name: String) -> Result<(), MetadataError> {
        self.ask(Op::SetName(name), Reply::Metadata).await?
    }

    /// Changes what is known of the thread's repository.
    pub(crate) async fn set_git_info(&self, change: GitChange) -> Result<(), MetadataError> {
        self.ask(Op::SetGitInfo(change), Reply::Metadata).await?
    }

    /// Takes back a turn and all after it.
    pub(crate) async fn revert(&self, before: String) -> Result<(), RevertError> {
        self.ask(Op::Revert { before }, Reply::Revert).await?
    }

    /// Notes what the user has read, if the caller knows what was noted last.
    pub(crate) async fn set_read(
        &self,
        expected: String,
        change: ReadChange,
    ) -> Result<ReadView, ReadStateError> {
        self.ask(Op::SetRead { expected, change }, Reply::Read).await?
    }

    /// Adds a subscriber, or gives the one of that number another sink.
    pub fn subscribe(&self, subscriber: SubscriberId, sink: Arc<dyn EventSink>) {
        self.journal.join(subscriber, sink, drop);
    }

    /// As [`subscribe`](Self::subscribe), with the thread as it stands: what comes after that is told to the sink, nothing
    /// twice. `first` runs before the sink hears anything; it must not block.
    pub fn join(
        &self,
        subscriber: SubscriberId,
        sink: Arc<dyn EventSink>,
        first: impl FnOnce(&Joined),
    ) -> Joined {
        let mut joined = None;
        self.journal.join(subscriber, sink, |moment| {
            let Moment { history, growing, usage } = moment;
            // Published before it is told: what the thread tells of itself is never older than what was told of it.
            let now = Joined { thread: self.info(), catch_up: growing, usage, history };
            first(&now);
            joined = Some(now);
        });
        joined.expect("the journal runs it")
    }

    /// Removes a subscriber; false when there was none of that number.
    pub fn unsubscribe(&self, subscriber: SubscriberId) -> bool {
        self.journal.leave(subscriber)
    }

    /// How many subscribers there are.
    pub fn subscribers(&self) -> usize {
        self.journal.followers()
    }

    /// How many submissions wait.
    pub(crate) fn queued(&self) -> usize {
        self.queue.len()
    }

    /// What is written and emitted of the thread.
    pub(crate) fn journal(&self) -> &Arc<Journal> {
        &self.journal
    }

    /// Has the loop end if nobody uses the thread; false if somebody does after all. Called while nobody can join.
    pub(crate) fn retire(&self) -> bool {
        let unused =
            self.journal.followers() == 0 && self.snapshot.borrow().active.is_none() && self.queue.len() == 0;
        if unused {
            self.closing.ask(Ending::Unloaded);
        }
        unused
    }

    /// Whether the loop is about to end, or has ended.
    pub(crate) fn is_closing(&self) -> bool {
        self.closing.is_asked()
    }

    /// Ends the loop, a running turn first, and waits for it.
    pub(crate) async fn close(&self, ending: Ending) {
        self.closing.ask(ending);
        self.closed().await;
    }

    /// Waits until the loop has ended.
    pub(crate) async fn closed(&self) {
        self.closed.cancelled().await;
    }

    /// Submits an order and waits for its result.
    async fn ask<T>(&self, op: Op, reply: fn(oneshot::Sender<T>) -> Reply) -> Result<T, SubmitError> {
        let (tx, rx) = oneshot::channel();
        self.queue.submit(op, Some(reply(tx)))?;
        rx.await.map_err(|_| SubmitError::Closed)
    }
}

fn check_length(input: &[UserInput]) -> Result<(), SubmitError> {
    let actual_chars = input
        .iter()
        .map(|input| match input {
            UserInput::Text { text, .. } => text.chars().count(),
            _ => 0,
        })
        .sum();
    if actual_chars > LONGEST_INPUT {
        return Err(SubmitError::InputTooLarge { max_chars: LONGEST_INPUT, actual_chars });
    }
    Ok(())
}

/// The turn that input has reached. Where it was running already, the span that brought the input is linked to it.
fn linked(reached: Reached) -> TurnId {
    let Reached { turn_id, running } = reached;
    if let Some(running) = &running {
        codex_otel::link(running);
    }
    turn_id
}

//! The handle of a loaded thread.

use std::sync::Arc;

use codex_protocol::{
    CommandDecision, Op, QuestionId, Submission, SubmissionId, Thread, ThreadId, Turn, TurnId, UserInput,
    UserTurn,
};
use tokio::sync::{mpsc, oneshot};

use super::{
    EventSink, Hold, InterruptError, SteerError, SubmitError, SubscriberId, ThreadSettings,
    dispatch::{self, Queued, Reply, Wait},
    hold::pair,
    shared::{ActiveTurn, Shared},
};

/// How many submissions may wait.
const QUEUE: usize = 256;

/// How long a user's text may be, in characters.
const LONGEST_INPUT: usize = 1 << 20;

/// A loaded thread. Its loop ends when the last handle is dropped, or the agent shuts down.
pub struct CodexThread {
    pub(super) shared: Arc<Shared>,
    queue: mpsc::Sender<Queued>,
}

impl CodexThread {
    /// Starts the loop of a thread.
    pub(crate) fn start(shared: Arc<Shared>) -> Arc<Self> {
        shared.left.notify_one();
        let (queue, rx) = mpsc::channel(QUEUE);
        codex_otel::spawn_detached(dispatch::run(Arc::clone(&shared), rx));
        Arc::new(Self { shared, queue })
    }

    /// The thread's id.
    pub fn id(&self) -> ThreadId {
        self.shared.id
    }

    /// The thread as clients see it, without its turns.
    pub fn info(&self) -> Thread {
        self.shared.info()
    }

    /// How the thread works now.
    pub fn settings(&self) -> ThreadSettings {
        self.shared.state().settings.clone()
    }

    /// Gives the thread an order. The caller's trace context goes with it by itself.
    pub fn submit(&self, op: Op) -> Result<SubmissionId, SubmitError> {
        self.enqueue(op, Wait::Not, None)
    }

    /// As [`submit`](Self::submit); the loop begins with it only when the hold is dropped.
    pub fn submit_held(&self, op: Op) -> Result<(SubmissionId, Hold), SubmitError> {
        let (hold, waiting) = pair();
        Ok((self.enqueue(op, Wait::Before(waiting), None)?, hold))
    }

    /// Starts a turn, or adds the input to the running one: the turn returned tells by its id.
    ///
    /// Nothing is emitted for it until the hold is dropped.
    pub async fn start_turn(&self, turn: UserTurn) -> Result<(Turn, Hold), SubmitError> {
        check_length(&turn.input)?;
        let (hold, waiting) = pair();
        let (tx, rx) = oneshot::channel();
        self.enqueue(Op::UserTurn(Box::new(turn)), Wait::Effects(waiting), Some(Reply::Turn(tx)))?;
        let id = rx.await.map_err(|_| SubmitError::Closed)?;
        Ok((Turn::in_progress(id, None), hold))
    }

    /// Adds input to the running turn, if it is the one that the caller expects.
    pub async fn steer(
        &self,
        expected: &str,
        input: Vec<UserInput>,
        client_id: Option<String>,
    ) -> Result<TurnId, SteerError> {
        self.steer_held(expected, input, client_id).await.map(|(turn, _hold)| turn)
    }

    /// As [`steer`](Self::steer); nothing is emitted for the input until the hold is dropped.
    pub async fn steer_held(
        &self,
        expected: &str,
        input: Vec<UserInput>,
        client_id: Option<String>,
    ) -> Result<(TurnId, Hold), SteerError> {
        if expected.is_empty() {
            return Err(SteerError::NoExpectedTurn);
        }
        check_length(&input)?;
        let Ok(turn_id) = expected.parse() else {
            let active = self.active().ok_or(SteerError::NoActiveTurn)?.id;
            return Err(SteerError::OtherTurn { expected: expected.to_owned(), active });
        };
        let (hold, waiting) = pair();
        let (tx, rx) = oneshot::channel();
        self.enqueue(
            Op::Steer { turn_id, input, client_id },
            Wait::Effects(waiting),
            Some(Reply::Steer(tx)),
        )?;
        let id = rx.await.map_err(|_| SubmitError::Closed)??;
        Ok((id, hold))
    }

    /// Ends the running turn, if it is the one that the caller expects. Returns when the turn has been told.
    pub async fn interrupt(&self, expected: &str) -> Result<(), InterruptError> {
        self.interrupt_held(expected).await.map(drop)
    }

    /// As [`interrupt`](Self::interrupt); the turn's end is emitted only when the hold is dropped.
    ///
    /// No expectation (an empty text) ends whatever turn is running, and it is no error when none is.
    pub async fn interrupt_held(&self, expected: &str) -> Result<Hold, InterruptError> {
        let (hold, waiting) = pair();
        let turn_id = match (expected, self.active()) {
            ("", None) => return Ok(hold),
            ("", Some(active)) => active.id,
            (expected, active) => match (expected.parse(), active) {
                (Ok(id), _) => id,
                (Err(_), None) => return Err(InterruptError::NoActiveTurn),
                (Err(_), Some(active)) => {
                    return Err(InterruptError::OtherTurn {
                        expected: expected.to_owned(),
                        active: active.id,
                    });
                }
            },
        };
        let (tx, rx) = oneshot::channel();
        self.enqueue(Op::Interrupt { turn_id }, Wait::Effects(waiting), Some(Reply::Interrupt(tx)))?;
        rx.await.map_err(|_| SubmitError::Closed)??;
        Ok(hold)
    }

    /// Answers a question that an event of this thread put, or says that those who were asked cannot answer it. False when
    /// it waits for no answer any more: the first one counts.
    pub fn answer(&self, question: QuestionId, decision: Option<CommandDecision>) -> bool {
        self.shared.questions.answer(question, decision)
    }

    /// Adds a subscriber, or gives the one of that number another sink.
    pub fn subscribe(&self, subscriber: SubscriberId, sink: Arc<dyn EventSink>) {
        self.shared.subscribers.insert(subscriber, sink);
    }

    /// Removes a subscriber; false when there was none of that number.
    pub fn unsubscribe(&self, subscriber: SubscriberId) -> bool {
        let removed = self.shared.subscribers.remove(subscriber);
        self.shared.left.notify_one();
        removed
    }

    /// How many subscribers there are.
    pub fn subscribers(&self) -> usize {
        self.shared.subscribers.count()
    }

    /// How many submissions wait.
    pub(crate) fn queued(&self) -> usize {
        self.queue.max_capacity() - self.queue.capacity()
    }

    /// The running turn.
    pub(crate) fn active(&self) -> Option<ActiveTurn> {
        self.shared.state().active.clone()
    }

    /// What the loop and the turns share.
    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// Ends the loop, a running turn first, and waits for it.
    pub(crate) async fn close(&self) {
        self.shared.closing.cancel();
        self.shared.closed.cancelled().await;
    }

    fn enqueue(&self, op: Op, wait: Wait, reply: Option<Reply>) -> Result<SubmissionId, SubmitError> {
        let id = SubmissionId::generate();
        let submission = Submission { id, op, trace: codex_otel::current().map(Arc::new) };
        self.queue.try_send(Queued { submission, wait, reply }).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => SubmitError::Full,
            mpsc::error::TrySendError::Closed(_) => SubmitError::Closed,
        })?;
        Ok(id)
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

#[cfg(test)]
mod tests {
    use codex_otel::{Kind, OwnedSpan, Parent, Recorder, Status, span};
    use codex_protocol::W3cTraceContext;

    use super::*;
    use crate::{Agent, Config, StartThread};

    /// A thread whose loop does not run, and what it would read.
    fn idle() -> (CodexThread, mpsc::Receiver<Queued>) {
        let home = tempfile::tempdir().unwrap();
        let agent = Agent::new(Config::load(home.path(), &[]).unwrap());
        let shared = agent.prepare(StartThread::default(), None).unwrap();
        let (queue, rx) = mpsc::channel(2);
        (CodexThread { shared: Arc::new(shared), queue }, rx)
    }

    fn remote() -> W3cTraceContext {
        W3cTraceContext {
            traceparent: Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".to_owned()),
            tracestate: Some("vendor=value".to_owned()),
        }
    }

    #[test]
    fn submission_trace_is_set_when_submitted_from_a_traced_request() {
        let _recorder = Recorder::install();
        let (thread, mut rx) = idle();
        let request = OwnedSpan::start(
            span!("app_server.request", name = "turn/start", kind = Kind::Server),
            Parent::Carrier(Some(&remote())),
        );
        request.span().in_scope(|| thread.submit(Op::Shutdown).unwrap());
        let trace = rx.try_recv().unwrap().submission.trace.expect("the request is traced");
        assert_eq!(Some((*trace).clone()), request.carrier());
        assert_eq!(trace.tracestate.as_deref(), Some("vendor=value"));
        request.end(Status::Unset);
    }

    #[test]
    fn submission_trace_is_the_callers_own_with_tracing_off() {
        let _recorder = Recorder::install_off();
        let (thread, mut rx) = idle();
        let request = OwnedSpan::start(
            span!("app_server.request", name = "turn/start", kind = Kind::Server),
            Parent::Carrier(Some(&remote())),
        );
        request.span().in_scope(|| thread.submit(Op::Shutdown).unwrap());
        assert_eq!(rx.try_recv().unwrap().submission.trace.as_deref(), Some(&remote()));
    }

    #[test]
    fn submission_trace_is_empty_outside_of_a_request() {
        let _recorder = Recorder::install();
        let (thread, mut rx) = idle();
        thread.submit(Op::Shutdown).unwrap();
        assert_eq!(rx.try_recv().unwrap().submission.trace, None);
    }

    #[test]
    fn a_full_queue_refuses() {
        let (thread, _rx) = idle();
        for _ in 0..2 {
            thread.submit(Op::Shutdown).unwrap();
        }
        assert_eq!(thread.submit(Op::Shutdown), Err(SubmitError::Full));
    }
}

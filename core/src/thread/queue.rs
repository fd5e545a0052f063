//! The queue of a thread: orders, and where their results go.

use std::sync::Arc;

use codex_protocol::{Op, Submission, SubmissionId, TurnId, W3cTraceContext};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

use super::{
    InjectError, InterruptError, MetadataError, ReadStateError, ReadView, RevertError, SettingsError,
    StartTurnError, SteerError, SubmitError,
};

/// How many submissions may wait. What ends something, or lets it go on, gets through all the same.
const QUEUE: usize = 256;

/// A submission that waits.
pub(super) struct Queued {
    pub(super) submission: Submission,
    pub(super) reply: Option<Reply>,
    /// Its place in the queue, free again when it is taken out; none for what needs none.
    pub(super) place: Option<OwnedSemaphorePermit>,
}

/// Where the result of an order goes. Whoever asked may have gone: the order stands.
pub(super) enum Reply {
    Turn(oneshot::Sender<Result<Reached, StartTurnError>>),
    Steer(oneshot::Sender<Result<Reached, SteerError>>),
    Interrupt(oneshot::Sender<Result<(), InterruptError>>),
    Settings(oneshot::Sender<Result<(), SettingsError>>),
    Metadata(oneshot::Sender<Result<(), MetadataError>>),
    Read(oneshot::Sender<Result<ReadView, ReadStateError>>),
    Inject(oneshot::Sender<Result<(), InjectError>>),
    Revert(oneshot::Sender<Result<(), RevertError>>),
    Answer(oneshot::Sender<bool>),
}

/// The turn that input has reached.
pub(super) struct Reached {
    pub(super) turn_id: TurnId,
    /// The span of the turn, where it was running already.
    pub(super) running: Option<W3cTraceContext>,
}

/// The way into a thread's queue.
#[derive(Clone)]
pub(super) struct QueueSender {
    tx: mpsc::UnboundedSender<Queued>,
    places: Arc<Semaphore>,
}

/// A queue: the way in, and the way out.
pub(super) fn queue() -> (QueueSender, mpsc::UnboundedReceiver<Queued>) {
    let (tx, rx) = mpsc::unbounded_channel();
    (QueueSender { tx, places: Arc::new(Semaphore::new(QUEUE)) }, rx)
}

impl QueueSender {
    /// Puts an order in, with the caller's trace context.
    pub(super) fn submit(&self, op: Op, reply: Option<Reply>) -> Result<SubmissionId, SubmitError> {
        let place = if op.is_urgent() {
            None
        } else {
            Some(Arc::clone(&self.places).try_acquire_owned().map_err(|_| SubmitError::Full)?)
        };
        let id = SubmissionId::generate();
        let submission = Submission { id, op, trace: codex_otel::current().map(Arc::new) };
        self.tx.send(Queued { submission, reply, place }).map_err(|_| SubmitError::Closed)?;
        Ok(id)
    }

    /// How many wait.
    pub(super) fn len(&self) -> usize {
        QUEUE - self.places.available_permits()
    }
}

#[cfg(test)]
mod tests {
    use codex_otel::{Kind, OwnedSpan, Parent, Recorder, Status, span};
    use codex_protocol::QuestionId;

    use super::*;

    fn name() -> Op {
        Op::SetName("n".to_owned())
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
        let (sender, mut rx) = queue();
        let request = OwnedSpan::start(
            span!("app_server.request", name = "turn/start", kind = Kind::Server),
            Parent::Carrier(Some(&remote())),
        );
        request.span().in_scope(|| sender.submit(name(), None).unwrap());
        let trace = rx.try_recv().unwrap().submission.trace.expect("the request is traced");
        assert_eq!(Some((*trace).clone()), request.carrier());
        assert_eq!(trace.tracestate.as_deref(), Some("vendor=value"));
        request.end(Status::Unset);
    }

    #[test]
    fn submission_trace_is_the_callers_own_with_tracing_off() {
        let _recorder = Recorder::install_off();
        let (sender, mut rx) = queue();
        let request = OwnedSpan::start(
            span!("app_server.request", name = "turn/start", kind = Kind::Server),
            Parent::Carrier(Some(&remote())),
        );
        request.span().in_scope(|| sender.submit(name(), None).unwrap());
        assert_eq!(rx.try_recv().unwrap().submission.trace.as_deref(), Some(&remote()));
    }

    #[test]
    fn submission_trace_is_empty_outside_of_a_request() {
        let _recorder = Recorder::install();
        let (sender, mut rx) = queue();
        sender.submit(name(), None).unwrap();
        assert_eq!(rx.try_recv().unwrap().submission.trace, None);
    }

    #[test]
    fn a_full_queue_refuses_all_but_what_is_urgent() {
        let (sender, mut rx) = queue();
        for _ in 0..QUEUE {
            sender.submit(name(), None).unwrap();
        }
        assert_eq!(sender.submit(name(), None), Err(SubmitError::Full));
        for urgent in [
            Op::Interrupt { expected: String::new(), client_name: None },
            Op::Answer { question: QuestionId(1), answer: None },
            Op::Shutdown,
        ] {
            sender.submit(urgent, None).unwrap();
        }
        assert_eq!(sender.len(), QUEUE);
        drop(rx.try_recv().unwrap());
        sender.submit(name(), None).unwrap();
    }

    #[test]
    fn a_queue_that_nobody_reads_is_closed() {
        let (sender, rx) = queue();
        drop(rx);
        assert_eq!(sender.submit(name(), None), Err(SubmitError::Closed));
    }
}

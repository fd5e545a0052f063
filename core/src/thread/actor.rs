//! The loop of a thread: one task, which owns the thread's state and takes each order under a span of its own.

use std::{
    borrow::Cow,
    sync::{Arc, OnceLock, Weak},
    time::Duration,
};

use codex_otel::{EnvParent, Kind, OwnedSpan, Parent, Status, attr, span};
use codex_protocol::{
    Event, EventMsg, Op, Submission, SubmissionId, ThreadId, ThreadStatus, W3cTraceContext,
};
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;

use super::{
    CodexThread, ThreadData, ThreadSnapshot,
    queue::{Queued, Reply, queue},
};
use crate::{
    approval::QuestionMessage,
    config::ThreadConfig,
    journal::Journal,
    turn::{EndedTurn, InterruptedBy, Returned, ThreadResources, TurnEnd, TurnMessage, TurnRest},
};

/// Whoever holds the loaded threads.
pub(crate) trait Host: Send + Sync {
    /// Nobody has followed a thread, and it has done nothing, for the configured time. The host alone decides whether it is
    /// to end: somebody may be joining at this moment.
    fn unused(&self, thread: ThreadId);
}

/// A thread that has no loop yet.
pub(crate) struct ThreadParts {
    pub(crate) resources: Arc<ThreadResources>,
    pub(crate) config: ThreadConfig,
    pub(crate) data: ThreadData,
    pub(crate) host: Weak<dyn Host>,
}

/// Why a loop ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// Somebody asked for it, or the last handle is gone.
    Asked,
    /// Nobody needs the thread any more.
    Unloaded,
    /// The thread is archived or deleted: those who follow it hear the end of its turn, and nothing more.
    Removed,
}

/// How a loop is told to end.
#[derive(Debug, Default)]
pub(super) struct Closing {
    ending: OnceLock<Ending>,
    asked: CancellationToken,
}

impl Closing {
    /// Has the loop end. The first reason counts.
    pub(super) fn ask(&self, ending: Ending) {
        let _: Result<(), _> = self.ending.set(ending);
        self.asked.cancel();
    }

    /// Whether the loop ends.
    pub(super) fn is_asked(&self) -> bool {
        self.asked.is_cancelled()
    }

    async fn asked(&self) -> Ending {
        self.asked.cancelled().await;
        self.ending.get().copied().unwrap_or(Ending::Asked)
    }
}

/// The loop's own.
pub(super) struct Actor {
    pub(super) resources: Arc<ThreadResources>,
    config: ThreadConfig,
    pub(super) data: ThreadData,
    pub(super) closing: Arc<Closing>,
    /// What the running turn tells, and the way to it.
    messages: mpsc::UnboundedReceiver<TurnMessage>,
    pub(super) to_thread: mpsc::UnboundedSender<TurnMessage>,
    published: watch::Sender<Arc<ThreadSnapshot>>,
    host: Weak<dyn Host>,
}

impl CodexThread {
    /// Starts the loop of a thread.
    pub(crate) fn start(parts: ThreadParts) -> Arc<Self> {
        let ThreadParts { resources, config, data, host } = parts;
        let (sender, receiver) = queue();
        let (to_thread, messages) = mpsc::unbounded_channel();
        let (published, snapshot) = watch::channel(Arc::new(data.snapshot(&resources.journal)));
        let (closing, closed) = (Arc::<Closing>::default(), CancellationToken::new());
        let handle = Self {
            id: resources.id,
            journal: Arc::clone(&resources.journal),
            queue: sender,
            snapshot,
            closing: Arc::clone(&closing),
            closed: closed.clone(),
        };
        let actor = Actor { resources, config, data, closing, messages, to_thread, published, host };
        codex_otel::spawn_detached(actor.run(receiver, closed));
        Arc::new(handle)
    }
}

impl Actor {
    /// Takes orders until the last handle is gone, or the thread is to close. A running turn is ended first.
    async fn run(mut self, mut queue: mpsc::UnboundedReceiver<Queued>, closed: CancellationToken) {
        // Whoever waits for the end must not wait for ever if this task is dropped.
        let _closed = closed.drop_guard();
        let _measured = crate::metrics::loaded_thread();
        // Whether the host knows that nobody uses the thread: it is told once, until something happens.
        let mut offered = false;
        let ending = loop {
            let (idle, delay) = (self.data.active.is_none(), self.resources.config.thread_unload_delay());
            tokio::select! {
                biased;
                ending = self.closing.asked() => break ending,
                Some(message) = self.messages.recv() => {
                    offered = false;
                    self.serve(message);
                }
                queued = queue.recv() => match queued {
                    Some(queued) => {
                        offered = false;
                        self.take(queued).await;
                    }
                    None => break Ending::Asked,
                },
                () = unused(&self.resources.journal, idle, delay, offered) => {
                    offered = true;
                    if let Some(host) = self.host.upgrade() {
                        host.unused(self.resources.id);
                    }
                }
            }
        };
        queue.close();
        let by = if ending == Ending::Removed { InterruptedBy::Client } else { InterruptedBy::Shutdown };
        if let Some(active) = &mut self.data.active {
            active.interrupt(by, None);
        }
        self.turn_ended().await;
        self.resources.journal.writer().release();
        match ending {
            Ending::Asked => self.emit(EventMsg::Closed, None),
            Ending::Unloaded => {
                self.emit(EventMsg::Unloaded, None);
                self.emit(EventMsg::Closed, None);
            }
            // Why the thread is gone is the agent's to tell.
            Ending::Removed => self.resources.journal.leave_all(),
        }
        // An order that is being sent at this moment would stay inside a queue that is dropped for as long as a sender lives,
        // and whoever waits for its reply holds one. Only when `recv` says that nothing comes any more has everybody been
        // answered.
        while queue.recv().await.is_some() {}
    }

    /// Serves the turns that run until none does.
    pub(super) async fn turn_ended(&mut self) {
        while self.data.active.is_some() {
            let Some(message) = self.messages.recv().await else { return };
            self.serve(message);
        }
    }

    /// Makes what the thread is known to be readable. Before it is told: whoever hears of it and looks sees it.
    pub(super) fn publish(&self) {
        self.published.send_replace(Arc::new(self.data.snapshot(&self.resources.journal)));
    }

    /// Tells those who follow the thread what no turn tells.
    pub(super) fn emit(&self, msg: EventMsg, trace: Option<W3cTraceContext>) {
        let event = Event { id: SubmissionId::generate(), msg, trace: trace.map(Arc::new) };
        self.resources.journal.emit(&event);
    }

    /// Takes over a configuration that was put in force. The running turn keeps the one that it began with.
    pub(super) fn take_config(&mut self) {
        if let Some(config) = self.config.changed() {
            self.resources = Arc::new(ThreadResources { config, ..(*self.resources).clone() });
        }
    }

    /// Does for the running turn what only the thread can do.
    fn serve(&mut self, message: TurnMessage) {
        match message {
            TurnMessage::Question(QuestionMessage::SetWaiting { waiting, done }) => {
                self.data.status = ThreadStatus::Active { active_flags: waiting.into_iter().collect() };
                self.publish();
                // A turn that is interrupted waits for nothing.
                let _: Result<(), ()> = done.send(());
            }
            TurnMessage::Question(QuestionMessage::Opened { id, request, answer }) => {
                self.data.questions.open(id, request, answer);
            }
            TurnMessage::TakeInput { ending, reply } => {
                if let Some(active) = &mut self.data.active
                    && let Err(taken) = reply.send(active.take(ending))
                {
                    tracing::debug!(?taken, "a turn that is gone took input");
                }
            }
            TurnMessage::Ended(ended) => self.end_turn(*ended),
        }
    }

    /// Ends the turn whose work is done. The way is free for the next one then.
    fn end_turn(&mut self, ended: EndedTurn) {
        let EndedTurn { guard, outcome } = ended;
        let Some(active) = self.data.active.take() else { return };
        let TurnRest { interrupted_by, interrupting_client, links, items } = active.into_rest();
        let is_news = guard.is_news(&outcome);
        self.data.note_end(guard.id(), outcome.thread_status(), is_news);
        self.publish();
        let (state, read) = (self.data.stored(), is_news.then(|| self.data.read_view().event()));
        let end = TurnEnd { interrupted_by, interrupting_client, links, state, read };
        let Returned { history, usage } = guard.end(&outcome, end);
        (self.data.history, self.data.usage) = (history, usage);
        self.data.history.inject(items);
    }

    /// Takes an order out of the queue.
    async fn take(&mut self, queued: Queued) {
        let Queued { submission, reply, place } = queued;
        drop(place);
        let Submission { id, op, trace } = submission;
        let op = match op {
            // The span of a question is the one that the server asks under: an answer adds none.
            Op::Answer { question, answer } => {
                let taken = self.data.questions.answer(question, answer);
                if !taken {
                    tracing::debug!(question = question.0, "an answer that nothing waits for");
                }
                if let Some(Reply::Answer(tx)) = reply {
                    // Whoever answered may have gone.
                    let _: Result<(), bool> = tx.send(taken);
                }
                return;
            }
            op => op,
        };
        self.dispatch(id, op, trace.as_deref(), reply).await;
    }

    async fn dispatch(
        &mut self,
        id: SubmissionId,
        op: Op,
        trace: Option<&W3cTraceContext>,
        reply: Option<Reply>,
    ) {
        let environment = match trace {
            None if self.resources.config.spans().env_parent != Some(EnvParent::Ignore) => {
                codex_otel::environment()
            }
            _ => None,
        };
        let name = format!("dispatch {}", op.name());
        let owned = OwnedSpan::start(
            span!("submission_dispatch", name = name.as_str(), kind = Kind::Internal),
            Parent::Carrier(trace.or(environment.as_ref())),
        );
        owned.set(attr::THREAD_ID, self.resources.id.to_string());
        owned.set(attr::CODEX_SUBMISSION_ID, id.to_string());
        owned.set(attr::CODEX_OP, op.name());
        owned.span().in_scope(|| {
            tracing::info!(thread_id = %self.resources.id, op = op.name(), "dispatched");
        });
        match self.apply(id, op, &owned, reply).await {
            Ok(()) => owned.end(Status::Unset),
            Err(reason) => {
                owned.set(attr::ERROR_TYPE, "refused");
                owned.end(Status::Error(Cow::Owned(reason)));
            }
        }
    }
}

/// Resolves when nobody has followed the thread, and it has done nothing, for that long. Where that was told already, only
/// after somebody has followed it meanwhile.
async fn unused(journal: &Journal, idle: bool, delay: Duration, told: bool) {
    if told {
        journal.left().await;
    }
    loop {
        let left = journal.left();
        if idle && journal.followers() == 0 {
            tokio::select! {
                () = tokio::time::sleep(delay) => return,
                () = left => {}
            }
        } else {
            left.await;
        }
    }
}

//! The owner of a turn's span and of its end.

use std::{borrow::Cow, sync::Arc, time::Instant};

use codex_otel::{OwnedSpan, Status, attr};
use codex_protocol::{
    Event, EventMsg, ItemsView, SubmissionId, ThreadSettings, ThreadStatus, ThreadTokenUsage, TokenUsage,
    Turn, TurnId, TurnKind, TurnStatus, W3cTraceContext, now_ms,
};

use super::{
    InterruptedBy, ThreadResources, TurnInbox,
    clock::{InPart, TurnClock},
    describe::describe_times,
    outcome::{Outcome, status_name},
    sink::TurnSink,
    tally::Tally,
};
use crate::{
    conversation::{ConversationItem, History, Role},
    instructions::TURN_ABORTED,
    journal::Journal,
    log_events::ThreadEvents,
    metrics::{self, RunningTurn},
    store::{HistorySnapshot, Record, StoreError, ThreadState, WriteStats},
};

/// The owner of a turn's span and of its end: however the turn ends, it ends here, once. While the turn runs it owns the
/// conversation too.
pub(crate) struct TurnGuard {
    pub(super) resources: Arc<ThreadResources>,
    pub(super) inbox: TurnInbox,
    pub(super) id: TurnId,
    submission: SubmissionId,
    /// How the turn works.
    pub(super) settings: Arc<ThreadSettings>,
    /// What the model is shown.
    pub(super) history: History,
    /// What was stored before the turn.
    pub(super) stored: HistorySnapshot,
    /// Why the turn's beginning could not be written.
    pub(super) unwritten: Option<StoreError>,
    /// The tokens of the whole thread.
    usage: ThreadTokenUsage,
    /// Taken at the end.
    pub(super) span: Option<OwnedSpan>,
    trace: Option<Arc<W3cTraceContext>>,
    started: Instant,
    /// Where the time goes.
    pub(super) clock: TurnClock,
    /// That the turn waits for its thread.
    pub(super) queued: Option<InPart>,
    measured: RunningTurn,
    started_at_ms: i64,
    /// What had been written on the rollout when the turn began.
    pub(super) written: WriteStats,
    pub(super) tally: Tally,
    /// Where log events go, if anywhere.
    pub(super) events: Option<ThreadEvents>,
}

/// What a guard is made of.
pub(super) struct TurnParts {
    pub(super) resources: Arc<ThreadResources>,
    pub(super) submission: SubmissionId,
    pub(super) kind: TurnKind,
    pub(super) span: OwnedSpan,
    pub(super) clock: TurnClock,
    pub(super) inbox: TurnInbox,
    pub(super) settings: ThreadSettings,
    pub(super) history: History,
    pub(super) stored: HistorySnapshot,
    pub(super) usage: ThreadTokenUsage,
    pub(super) started_at_ms: i64,
}

/// What the thread adds to the end of its turn.
pub(crate) struct TurnEnd {
    /// Who ended it from outside.
    pub(crate) interrupted_by: Option<InterruptedBy>,
    /// The client that did, where one did and has a name.
    pub(crate) interrupting_client: Option<String>,
    /// Spans that told the turn something.
    pub(crate) links: Vec<W3cTraceContext>,
    /// What the rollout keeps of the thread from here on.
    pub(crate) state: ThreadState,
    /// That the turn is news to the user.
    pub(crate) read: Option<EventMsg>,
}

/// What was lent to a turn.
pub(crate) struct Returned {
    pub(crate) history: History,
    pub(crate) usage: ThreadTokenUsage,
}

impl TurnGuard {
    /// Takes the span over.
    pub(super) fn new(parts: TurnParts) -> Self {
        let TurnParts {
            resources,
            submission,
            kind,
            span,
            clock,
            inbox,
            settings,
            history,
            stored,
            usage,
            started_at_ms,
        } = parts;
        Self {
            written: resources.journal.write_stats(),
            events: ThreadEvents::current(resources.id.to_string(), &settings.model, None),
            resources,
            inbox,
            id: submission.into(),
            submission,
            settings: Arc::new(settings),
            history,
            stored,
            unwritten: None,
            usage,
            trace: span.carrier().map(Arc::new),
            span: Some(span),
            started: Instant::now(),
            clock,
            queued: None,
            measured: metrics::running_turn(kind.name()),
            started_at_ms,
            tally: Tally::default(),
        }
    }

    /// The turn's id.
    pub(crate) fn id(&self) -> TurnId {
        self.id
    }

    /// Whether anybody reads what the span says.
    pub(super) fn is_recording(&self) -> bool {
        self.span.as_ref().is_some_and(OwnedSpan::is_recording)
    }

    /// The tracing span that the turn runs in.
    pub(super) fn span(&self) -> tracing::Span {
        self.span.as_ref().map_or_else(tracing::Span::none, |span| span.span().clone())
    }

    /// Where everything of the thread is written and emitted.
    pub(super) fn journal(&self) -> &Arc<Journal> {
        &self.resources.journal
    }

    /// Where the turn's items go.
    pub(super) fn sink(&self) -> TurnSink {
        TurnSink {
            journal: Arc::clone(self.journal()),
            turn_id: self.id,
            submission: self.submission,
            trace: self.trace.clone(),
            clock: self.clock.clone(),
        }
    }

    /// Tells those who follow the thread.
    pub(super) fn emit(&self, msg: EventMsg) {
        self.journal().emit(&Event { id: self.submission, msg, trace: self.trace.clone() });
    }

    /// Notes when the first text of the model arrived.
    pub(super) fn first_token(&mut self) {
        if self.tally.first_token.is_none() {
            let after = self.started.elapsed();
            self.tally.first_token = Some(after);
            if let Some(events) = &self.events {
                events.first_token(after);
            }
        }
    }

    /// Counts the tokens of a model call, and tells the new totals.
    pub(super) fn count(&mut self, usage: TokenUsage) {
        self.tally.usage += usage;
        self.usage.total += usage;
        self.usage.last = usage;
        // What this call costs is added to the tally when it ends.
        let price = self.resources.config.model_price(&self.settings.model);
        let call = price.map(|price| price.of(&usage));
        let cost_usd = call.map(|call| self.tally.cost.unwrap_or_default() + call);
        self.emit(EventMsg::TokenUsage { turn_id: self.id, usage: self.usage, cost_usd });
    }

    /// The turn as it begins.
    pub(super) fn begun(&self) -> Turn {
        Turn::in_progress(self.id, Some(self.started_at_ms / 1000))
    }

    /// Tells that the turn has begun.
    pub(super) fn announce(&self) {
        tracing::info!(thread_id = %self.resources.id, turn_id = %self.id, "turn started");
        self.emit(EventMsg::StatusChanged(ThreadStatus::Active { active_flags: Vec::new() }));
        self.emit(EventMsg::TurnStarted(self.begun()));
    }

    /// Ends the turn, and gives back what was lent to it.
    pub(crate) fn end(mut self, outcome: &Outcome, end: TurnEnd) -> Returned {
        self.finish(outcome, Some(end));
        Returned { history: std::mem::take(&mut self.history), usage: self.usage }
    }

    /// The one way out: rollout, span, events, in this order, so that what is told is written and its span is ended.
    fn finish(&mut self, outcome: &Outcome, end: Option<TurnEnd>) {
        let Some(span) = self.span.take() else { return };
        self.queued = None;
        let (by, client, links, state, read) = match end {
            Some(TurnEnd { interrupted_by, interrupting_client, links, state, read }) => {
                (interrupted_by, interrupting_client, links, Some(state), read)
            }
            None => (None, None, Vec::new(), None, None),
        };
        let error = outcome.error();
        let turn = Turn {
            status: outcome.status(),
            error: error.as_ref().map(|(error, _)| error.clone()),
            completed_at: Some(now_ms() / 1000),
            duration_ms: Some(self.started.elapsed().as_millis() as i64),
            ..self.begun()
        };
        self.record(&turn, state);
        for link in &links {
            span.link(link);
        }
        let by = outcome.interrupted_by(by);
        if let Some(by) = by {
            let by = (attr::CODEX_TURN_INTERRUPTED_BY, by.name().into());
            let client = client.map(|name| (attr::APP_SERVER_CLIENT_NAME, name.into()));
            span.event(
                "codex.turn.interrupted",
                &[Some(by), client].into_iter().flatten().collect::<Vec<_>>(),
            );
        }
        self.describe(&span, turn.status, by);
        span.span().in_scope(|| {
            tracing::info!(
                thread_id = %self.resources.id,
                turn_id = %self.id,
                status = status_name(turn.status),
                error = error.as_ref().map(|(_, kind)| &**kind),
                duration_ms = turn.duration_ms,
                "turn ended"
            );
        });
        let status = match &error {
            None => Status::Unset,
            Some((error, kind)) => {
                span.set(attr::ERROR_TYPE, kind.clone());
                Status::Error(Cow::Owned(error.message.clone()))
            }
        };
        // Last of all: the parts are to add up to the span.
        let times = self.clock.times();
        describe_times(&span, &times);
        span.end(status);
        self.measured.end(status_name(turn.status), times.by_name());
        self.tell(turn, outcome.thread_status(), read);
    }

    /// Whether the end is news to the user: an answer, or a failure. What they interrupted themselves is not.
    pub(crate) fn is_news(&self, outcome: &Outcome) -> bool {
        let told = match outcome.status() {
            TurnStatus::Completed => self.tally.answer.is_some(),
            TurnStatus::Failed => true,
            TurnStatus::Interrupted | TurnStatus::InProgress => false,
        };
        told && !self.journal().writer().is_ephemeral()
    }

    /// Writes the end to the rollout. A rollout that cannot be written keeps nobody from hearing of the end.
    fn record(&mut self, turn: &Turn, state: Option<ThreadState>) {
        let mut records = Vec::new();
        if turn.status == TurnStatus::Interrupted {
            let item = ConversationItem::message(Role::User, TURN_ABORTED);
            self.history.items.push(item.clone());
            records.push(Record::Context { item });
        }
        let usage = self.usage;
        records.push(Record::TurnEnded { turn: turn.clone(), usage: usage.total, last: Some(usage.last) });
        records.extend(state.map(Record::State));
        match self.sink().append(&records) {
            Ok(()) => self.journal().writer().sync(),
            Err(error) => {
                tracing::error!(%error, thread_id = %self.resources.id, "cannot write the end of a turn");
            }
        }
    }

    /// The last events.
    fn tell(&mut self, mut turn: Turn, status: ThreadStatus, read: Option<EventMsg>) {
        // As the reference server has it: what became unread is told before the thread rests, or after what failed.
        let (before, after) = if turn.error.is_none() { (read, None) } else { (None, read) };
        if let Some(read) = before {
            self.emit(read);
        }
        self.emit(EventMsg::StatusChanged(status));
        if let Some(error) = &turn.error {
            self.emit(EventMsg::Error { turn_id: self.id, error: error.clone(), will_retry: false });
        }
        if let Some(read) = after {
            self.emit(read);
        }
        if turn.status == TurnStatus::Completed {
            turn.items.extend(self.tally.answer.take());
            turn.items_view = ItemsView::Summary;
        }
        self.emit(EventMsg::TurnCompleted(turn));
    }
}

impl Drop for TurnGuard {
    fn drop(&mut self) {
        self.finish(if std::thread::panicking() { &Outcome::Panicked } else { &Outcome::Aborted }, None);
    }
}

//! The owner of a turn's span and of its end.

use std::{
    borrow::Cow,
    sync::Arc,
    time::{Duration, Instant},
};

use codex_otel::{Kind, OwnedSpan, Parent, Status, attr, span};
use codex_protocol::{
    Event, EventMsg, ItemsView, SubmissionId, ThreadItem, ThreadStatus, TokenUsage, Turn, TurnId, TurnKind,
    TurnStatus, W3cTraceContext, now_ms,
};
use tokio_util::sync::CancellationToken;

use super::{TurnControl, outcome::Outcome, sink::TurnSink};
use crate::{
    conversation::{ConversationItem, Role},
    instructions::TURN_ABORTED,
    metrics::{self, RunningTurn},
    store::{Record, WriteStats},
    thread::Shared,
};

/// The owner of a turn's span and of its end: however the turn ends, it ends here, once.
pub(super) struct TurnGuard {
    pub(super) shared: Arc<Shared>,
    pub(super) control: Arc<TurnControl>,
    pub(super) id: TurnId,
    submission: SubmissionId,
    /// Taken at the end.
    span: Option<OwnedSpan>,
    trace: Option<Arc<W3cTraceContext>>,
    started: Instant,
    measured: RunningTurn,
    started_at_ms: i64,
    /// What had been written on the rollout when the turn began.
    written: WriteStats,
    done: CancellationToken,
    pub(super) tally: Tally,
}

/// What a turn counts while it runs.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) usage: TokenUsage,
    pub(super) model_calls: u32,
    pub(super) tool_calls: u32,
    pub(super) first_token: Option<Duration>,
    /// The last whole message of the agent.
    pub(super) answer: Option<ThreadItem>,
}

impl TurnGuard {
    /// Takes the span over. `done` is set when the turn's last event has been emitted.
    pub(super) fn new(
        shared: Arc<Shared>,
        submission: SubmissionId,
        span: OwnedSpan,
        control: Arc<TurnControl>,
        started_at_ms: i64,
        done: CancellationToken,
    ) -> Self {
        Self {
            written: shared.writer.write_stats(),
            shared,
            control,
            id: submission.into(),
            submission,
            trace: span.carrier().map(Arc::new),
            span: Some(span),
            started: Instant::now(),
            measured: metrics::running_turn(TurnKind::User.name()),
            started_at_ms,
            done,
            tally: Tally::default(),
        }
    }

    /// The tracing span that the turn runs in.
    pub(super) fn span(&self) -> tracing::Span {
        self.span.as_ref().map_or_else(tracing::Span::none, |span| span.span().clone())
    }

    /// Where the turn's items go.
    pub(super) fn sink(&self) -> TurnSink {
        TurnSink {
            shared: Arc::clone(&self.shared),
            turn_id: self.id,
            submission: self.submission,
            trace: self.trace.clone(),
        }
    }

    /// Tells the thread's subscribers.
    pub(super) fn emit(&self, msg: EventMsg) {
        self.shared.emit(&Event { id: self.submission, msg, trace: self.trace.clone() });
    }

    /// Notes when the first text of the model arrived.
    pub(super) fn first_token(&mut self) {
        if self.tally.first_token.is_none() {
            self.tally.first_token = Some(self.started.elapsed());
        }
    }

    /// The turn as it begins.
    pub(super) fn begun(&self) -> Turn {
        Turn::in_progress(self.id, Some(self.started_at_ms / 1000))
    }

    /// Tells that the turn has begun.
    pub(super) fn announce(&self) {
        let status = ThreadStatus::Active { active_flags: Vec::new() };
        {
            let mut state = self.shared.state();
            state.status = status.clone();
            state.updated_at_ms = self.started_at_ms;
        }
        tracing::info!(thread_id = %self.shared.id, turn_id = %self.id, "turn started");
        if self.shared.config.spans().turn_started_marker {
            let marker = span!("turn_started", name = "turn started", kind = Kind::Internal);
            OwnedSpan::start(marker, Parent::Current).end(Status::Unset);
        }
        self.emit(EventMsg::StatusChanged(status));
        self.emit(EventMsg::TurnStarted(self.begun()));
    }

    /// Ends the turn.
    pub(super) fn end(mut self, outcome: &Outcome) {
        self.finish(outcome);
    }

    /// The one way out: rollout, span, events, in this order, so that what is told is written and its span is ended.
    fn finish(&mut self, outcome: &Outcome) {
        let Some(span) = self.span.take() else { return };
        let (asked_by, links) = self.control.close();
        let error = outcome.error();
        let turn = Turn {
            status: outcome.status(),
            error: error.as_ref().map(|(error, _)| error.clone()),
            completed_at: Some(now_ms() / 1000),
            duration_ms: Some(self.started.elapsed().as_millis() as i64),
            ..self.begun()
        };
        let read = self.unread();
        self.record(&turn);
        for link in &links {
            span.link(link);
        }
        let by = match outcome {
            Outcome::Interrupted => asked_by,
            Outcome::Aborted => Some("abort"),
            _ => None,
        };
        self.describe(&span, turn.status, by);
        self.measured.end(status_name(turn.status));
        span.span().in_scope(|| {
            tracing::info!(
                thread_id = %self.shared.id,
                turn_id = %self.id,
                status = status_name(turn.status),
                error = error.as_ref().map(|(_, kind)| &**kind),
                duration_ms = turn.duration_ms,
                "turn ended"
            );
        });
        match &error {
            None => span.end(Status::Unset),
            Some((error, kind)) => {
                span.set(attr::ERROR_TYPE, kind.clone());
                span.end(Status::Error(Cow::Owned(error.message.clone())));
            }
        }
        self.tell(turn, outcome.thread_status(), read);
    }

    /// Writes the end to the rollout. A rollout that cannot be written keeps nobody from hearing of the end.
    fn record(&self, turn: &Turn) {
        let mut records = Vec::new();
        if turn.status == TurnStatus::Interrupted {
            let item = ConversationItem::message(Role::User, TURN_ABORTED);
            self.shared.history().items.push(item.clone());
            records.push(Record::Context { item });
        }
        let usage = self.shared.state().usage;
        records.push(Record::TurnEnded { turn: turn.clone(), usage: usage.total, last: Some(usage.last) });
        records.push(self.shared.state_record());
        match self.shared.writer.append(&records) {
            Ok(()) => self.shared.writer.sync(),
            Err(error) => {
                tracing::error!(%error, thread_id = %self.shared.id, "cannot write the end of a turn");
            }
        }
    }

    /// The turn is news to the user, from its first unread turn on.
    fn unread(&self) -> EventMsg {
        let mut state = self.shared.state();
        let read = &mut state.read;
        if !read.from_start {
            read.first_unread.get_or_insert(self.id);
        }
        let revision = uuid::Uuid::new_v4().to_string();
        read.revision = Some(revision.clone());
        EventMsg::ReadStateChanged { first_unread: read.first_unread, from_start: read.from_start, revision }
    }

    fn describe(&self, span: &OwnedSpan, status: TurnStatus, interrupted_by: Option<&'static str>) {
        let Tally { usage, model_calls, tool_calls, first_token, .. } = &self.tally;
        span.set(attr::CODEX_TURN_STATUS, status_name(status));
        span.set(attr::CODEX_TURN_MODEL_CALLS, *model_calls);
        span.set(attr::CODEX_TURN_TOOL_CALLS, *tool_calls);
        if let Some(by) = interrupted_by {
            span.set(attr::CODEX_TURN_INTERRUPTED_BY, by);
        }
        if let Some(first_token) = first_token {
            span.set(attr::CODEX_TURN_TIME_TO_FIRST_TOKEN_MS, first_token.as_secs_f64() * 1000.0);
        }
        span.set(attr::CODEX_TURN_INPUT_TOKENS, usage.input_tokens);
        span.set(attr::CODEX_TURN_CACHED_INPUT_TOKENS, usage.cached_input_tokens);
        span.set(attr::CODEX_TURN_OUTPUT_TOKENS, usage.output_tokens);
        span.set(attr::CODEX_TURN_REASONING_OUTPUT_TOKENS, usage.reasoning_output_tokens);
        span.set(attr::CODEX_TURN_TOTAL_TOKENS, usage.total_tokens);
        let WriteStats { bytes, records, duration } = self.shared.writer.write_stats() - self.written;
        span.set(attr::CODEX_STORE_BYTES, bytes);
        span.set(attr::CODEX_STORE_RECORDS, records);
        span.set(attr::CODEX_STORE_DURATION_MS, duration.as_secs_f64() * 1000.0);
    }

    /// The last events, and then the way is free for the next turn.
    fn tell(&mut self, mut turn: Turn, status: ThreadStatus, read: EventMsg) {
        self.emit(read);
        {
            let mut state = self.shared.state();
            state.status = status.clone();
            state.updated_at_ms = now_ms();
        }
        self.emit(EventMsg::StatusChanged(status));
        if let Some(error) = &turn.error {
            self.emit(EventMsg::Error { turn_id: self.id, error: error.clone(), will_retry: false });
        }
        if turn.status == TurnStatus::Completed {
            turn.items.extend(self.tally.answer.take());
            turn.items_view = ItemsView::Summary;
        }
        self.emit(EventMsg::TurnCompleted(turn));
        self.shared.state().active = None;
        self.shared.left.notify_one();
        self.done.cancel();
    }
}

impl Drop for TurnGuard {
    fn drop(&mut self) {
        self.finish(if std::thread::panicking() { &Outcome::Panicked } else { &Outcome::Aborted });
    }
}

const fn status_name(status: TurnStatus) -> &'static str {
    match status {
        TurnStatus::Completed => "completed",
        TurnStatus::Interrupted => "interrupted",
        TurnStatus::Failed => "failed",
        TurnStatus::InProgress => "in_progress",
    }
}

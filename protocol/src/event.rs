//! What comes out of a thread's loop.

use std::sync::Arc;

use crate::{
    ItemId, PlanStep, Question, QuestionId, SubmissionId, Thread, ThreadItem, ThreadSettings, ThreadStatus,
    ThreadTokenUsage, Turn, TurnError, TurnId, W3cTraceContext,
};

/// One thing that happened in a thread.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// The submission that led to it.
    pub id: SubmissionId,
    /// What happened.
    pub msg: EventMsg,
    /// The context of the span it happened in, so that the server can hand it on without knowing that span.
    pub trace: Option<Arc<W3cTraceContext>>,
}

/// What can happen in a thread.
#[derive(Clone, Debug, PartialEq)]
pub enum EventMsg {
    /// The thread became idle, active or broken.
    StatusChanged(ThreadStatus),
    /// A turn began.
    TurnStarted(Turn),
    /// A turn ended: completed, interrupted or failed. Always the last event of its turn.
    TurnCompleted(Turn),
    /// An item began.
    ItemStarted {
        /// The item's turn.
        turn_id: TurnId,
        /// The item as it stands.
        item: ThreadItem,
    },
    /// An item reached its final form, and has been written to the rollout.
    ItemCompleted {
        /// The item's turn.
        turn_id: TurnId,
        /// The item in its final form.
        item: ThreadItem,
    },
    /// More text of an agent message.
    AgentMessageDelta(Delta),
    /// More text of a part of a reasoning summary.
    ReasoningSummaryDelta(Delta),
    /// A new part of a reasoning summary begins.
    ReasoningSummaryPartAdded {
        /// The item's turn.
        turn_id: TurnId,
        /// The reasoning item.
        item_id: ItemId,
        /// Which part of the item.
        index: u32,
    },
    /// More raw reasoning text.
    ReasoningDelta(Delta),
    /// More output of a command.
    CommandOutputDelta(Delta),
    /// The turn waits for the user.
    QuestionAsked(Box<Question>),
    /// That question needs no answer any more: it has one, or what it asked about is off.
    QuestionResolved(QuestionId),
    /// The agent set or changed its plan.
    PlanUpdated {
        /// The turn whose plan it is.
        turn_id: TurnId,
        /// Why, if the agent said so.
        explanation: Option<String>,
        /// The whole plan.
        plan: Vec<PlanStep>,
    },
    /// The turn has changed more files, or the same again.
    DiffUpdated {
        /// The turn.
        turn_id: TurnId,
        /// All that the turn has changed so far, as one unified diff; empty where that is nothing any more.
        diff: String,
    },
    /// The thread's token count grew.
    TokenUsage {
        /// The turn that used the tokens.
        turn_id: TurnId,
        /// Totals of the thread and figures of the last model call.
        usage: ThreadTokenUsage,
        /// What the turn has cost so far in US dollars, where prices are known.
        cost_usd: Option<f64>,
    },
    /// Something went wrong in a turn.
    Error {
        /// The turn it went wrong in.
        turn_id: TurnId,
        /// What went wrong.
        error: TurnError,
        /// Whether the turn tries again by itself.
        will_retry: bool,
    },
    /// Something that the user should know and that stops nothing.
    Warning(String),
    /// What the user has read of the thread changed.
    ReadStateChanged {
        /// The first turn that is unread; none where all is read.
        first_unread: Option<TurnId>,
        /// Unread from the beginning on.
        from_start: bool,
        /// Changes with each change.
        revision: String,
    },
    /// The thread works in another way from its next turn on.
    SettingsChanged(Box<ThreadSettings>),
    /// The thread was made, new or as a copy of another, and is loaded.
    Started(Box<Thread>),
    /// The thread was read back from where it is stored, and is loaded.
    Loaded,
    /// The thread is no longer loaded: nobody used it, or it is put away or deleted.
    Unloaded,
    /// The thread has another name.
    NameChanged(String),
    /// Turns of the thread were taken back.
    Reverted,
    /// The thread was moved to the archive. It is not loaded.
    Archived,
    /// The thread was brought back from the archive.
    Unarchived,
    /// The thread is gone for good.
    Deleted,
    /// The thread is no longer loaded. The last event of its loop.
    Closed,
}

/// A piece of text for an item that is still growing.
#[derive(Clone, Debug, PartialEq)]
pub struct Delta {
    /// The item's turn.
    pub turn_id: TurnId,
    /// The growing item.
    pub item_id: ItemId,
    /// Which part of the item grows; 0 where items have one part.
    pub index: u32,
    /// The text to append.
    pub text: String,
}

//! What goes into a thread's loop.

use std::sync::Arc;

use crate::{Answer, QuestionId, SettingsChange, SubmissionId, UserInput, W3cTraceContext};

/// One order to a thread, with the trace context of whoever gave it.
#[derive(Clone, Debug, PartialEq)]
pub struct Submission {
    /// The submission's own id; a turn that it starts carries the same one.
    pub id: SubmissionId,
    /// What to do.
    pub op: Op,
    /// The context of the span that submitted it, so that the thread's own spans join the caller's trace.
    pub trace: Option<Arc<W3cTraceContext>>,
}

/// What a thread can be told to do: every change of a thread is one of these.
#[derive(Clone, Debug, PartialEq)]
pub enum Op {
    /// Start a turn with the user's input, or add the input to the running one.
    UserTurn(Box<UserTurn>),
    /// Add input to the running turn.
    Steer {
        /// The turn that the sender believes is running, as it wrote it.
        expected: String,
        /// The input to add.
        input: Vec<UserInput>,
        /// The client's own id for the message, echoed on the item.
        client_id: Option<String>,
    },
    /// End the running turn.
    Interrupt {
        /// The turn that the sender believes is running, as it wrote it; empty where it means whichever runs.
        expected: String,
        /// The name of the client that asks, where there is one.
        client_name: Option<String>,
    },
    /// Change how the thread works, from its next turn on.
    ChangeSettings(Box<SettingsChange>),
    /// Give the thread a name.
    SetName(String),
    /// Change what is known of the thread's repository.
    SetGitInfo(GitChange),
    /// Note what the user has read, if the sender knows what was noted last.
    SetRead {
        /// The revision that the sender knows.
        expected: String,
        /// What the user says.
        change: ReadChange,
    },
    /// Add items to what the model sees.
    Inject(Vec<serde_json::Value>),
    /// Take back a turn and all after it. A running turn is interrupted first.
    Revert {
        /// The first turn that goes, as the sender wrote it.
        before: String,
    },
    /// Answer a question that the thread put. The first answer counts.
    Answer {
        /// The question.
        question: QuestionId,
        /// The answer; none where nobody can give one.
        answer: Option<Answer>,
    },
    /// End the thread's loop; a running turn is interrupted.
    Shutdown,
}

impl Op {
    /// The name of the operation, as dispatch spans and logs show it.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::UserTurn(_) => "user_turn",
            Self::Steer { .. } => "steer",
            Self::Interrupt { .. } => "interrupt",
            Self::ChangeSettings(_) => "change_settings",
            Self::SetName(_) => "set_name",
            Self::SetGitInfo(_) => "set_git_info",
            Self::SetRead { .. } => "set_read",
            Self::Inject(_) => "inject",
            Self::Revert { .. } => "revert",
            Self::Answer { .. } => "answer",
            Self::Shutdown => "shutdown",
        }
    }

    /// Whether it is taken however many wait: what ends something, or lets it go on, must get through.
    pub const fn is_urgent(&self) -> bool {
        matches!(self, Self::Interrupt { .. } | Self::Answer { .. } | Self::Shutdown)
    }
}

/// The input of a turn, and the settings that it changes for itself and later turns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UserTurn {
    /// What the user said.
    pub input: Vec<UserInput>,
    /// The client's own id for the message, echoed on the item.
    pub client_id: Option<String>,
    /// The settings that change.
    pub settings: SettingsChange,
    /// A JSON schema for the final answer, for this turn only.
    pub output_schema: Option<serde_json::Value>,
    /// The name of the client that asks, where there is one.
    pub client_name: Option<String>,
    /// The span of the client that asks, which the turn can be told to hang under.
    pub caller: Option<W3cTraceContext>,
}

/// A change of what is known of a thread's repository: each part left alone, cleared or set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GitChange {
    /// The commit.
    pub sha: Option<Option<String>>,
    /// The branch.
    pub branch: Option<Option<String>>,
    /// Where it came from.
    pub origin_url: Option<Option<String>>,
}

/// What the user says about what they have read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadChange {
    /// All of it.
    Read,
    /// None of it.
    Unread,
}

/// What kind of work a turn does; it names the turn's span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TurnKind {
    /// An answer to the user.
    User,
    /// A code review.
    Review,
    /// A compaction of the history.
    Compact,
}

impl TurnKind {
    /// The kind as spans show it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Review => "review",
            Self::Compact => "compact",
        }
    }
}

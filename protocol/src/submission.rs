//! What goes into a thread's loop.

use std::{path::PathBuf, sync::Arc};

use crate::{ApprovalPolicy, SandboxPolicy, SubmissionId, TurnId, UserInput, W3cTraceContext};

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

/// What a thread can be told to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Op {
    /// Start a turn with the user's input.
    UserTurn(Box<UserTurn>),
    /// Add input to the running turn.
    Steer {
        /// The turn that the sender believes is running.
        turn_id: TurnId,
        /// The input to add.
        input: Vec<UserInput>,
        /// The client's own id for the message, echoed on the item.
        client_id: Option<String>,
    },
    /// End the running turn.
    Interrupt {
        /// The turn that the sender believes is running.
        turn_id: TurnId,
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
            Self::Shutdown => "shutdown",
        }
    }
}

/// The input of a turn, and the settings that it changes for itself and later turns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UserTurn {
    /// What the user said.
    pub input: Vec<UserInput>,
    /// The client's own id for the message, echoed on the item.
    pub client_id: Option<String>,
    /// A new working directory.
    pub cwd: Option<PathBuf>,
    /// A new model.
    pub model: Option<String>,
    /// A new reasoning effort.
    pub effort: Option<String>,
    /// A new approval policy.
    pub approval_policy: Option<ApprovalPolicy>,
    /// A new sandbox policy.
    pub sandbox_policy: Option<SandboxPolicy>,
    /// A JSON schema for the final answer, for this turn only.
    pub output_schema: Option<serde_json::Value>,
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

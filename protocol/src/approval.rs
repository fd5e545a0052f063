//! The question whether a command may run, and its answer.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{CommandAction, ItemId};

/// May this command run?
#[derive(Clone, Debug, PartialEq)]
pub struct CommandApproval {
    /// The command's item.
    pub item_id: ItemId,
    /// The command, as a shell would take it.
    pub command: String,
    /// Where it would run.
    pub cwd: String,
    /// What its parts do.
    pub actions: Vec<CommandAction>,
    /// Why the agent wants what is not allowed without asking.
    pub reason: Option<String>,
    /// The answers to choose from, in the order to show them in.
    pub decisions: Vec<CommandDecision>,
}

/// An answer to the question whether a command may run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "CommandExecutionApprovalDecision", rename_all = "camelCase")]
pub enum CommandDecision {
    /// It may, this time.
    Accept,
    /// It may, and so may the same command again for as long as the thread is loaded.
    AcceptForSession,
    /// It may, and so may every command that begins with these words.
    AcceptWithExecpolicyAmendment {
        /// The words.
        execpolicy_amendment: Vec<String>,
    },
    /// It may not. The turn goes on without it.
    Decline,
    /// It may not, and the turn ends.
    Cancel,
}

impl CommandDecision {
    /// The decision as spans and logs show it.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::AcceptForSession => "acceptForSession",
            Self::AcceptWithExecpolicyAmendment { .. } => "acceptWithExecpolicyAmendment",
            Self::Decline => "decline",
            Self::Cancel => "cancel",
        }
    }
}

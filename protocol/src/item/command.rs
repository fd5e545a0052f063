//! Commands that the agent or the user runs.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a part of a command does, as far as that can be told from its words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum CommandAction {
    /// It reads a file.
    Read {
        /// The part of the command.
        command: String,
        /// The file's name.
        name: String,
        /// The file.
        path: String,
    },
    /// It lists files.
    ListFiles {
        /// The part of the command.
        command: String,
        /// The folder, if it names one.
        path: Option<String>,
    },
    /// It searches in files.
    Search {
        /// The part of the command.
        command: String,
        /// What it looks for.
        query: Option<String>,
        /// Where it looks.
        path: Option<String>,
    },
    /// It cannot be told.
    Unknown {
        /// The part of the command.
        command: String,
    },
}

/// Who wanted a command.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub enum CommandExecutionSource {
    /// The agent.
    #[default]
    Agent,
    /// The user.
    UserShell,
    /// The agent, in a terminal that goes on.
    UnifiedExecStartup,
    /// The agent, by typing into such a terminal.
    UnifiedExecInteraction,
}

/// How a command stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub enum CommandExecutionStatus {
    /// It runs.
    InProgress,
    /// It ended with exit code 0.
    Completed,
    /// It ended otherwise.
    Failed,
    /// The user did not allow it.
    Declined,
}

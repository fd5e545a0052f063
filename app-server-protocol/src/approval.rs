//! `item/…/requestApproval`: the server asks whether something may be done.

use codex_protocol::{CommandAction, CommandDecision, ItemId, ThreadId, TurnId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What is asked about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "CommandExecutionApprovalKind", rename_all = "camelCase")]
pub enum CommandApprovalKind {
    /// A command.
    #[default]
    Command,
    /// Typing into a command's terminal.
    WriteStdin,
}

/// A command that wants to run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "CommandExecutionRequestApprovalParams", rename_all = "camelCase")]
pub struct CommandApprovalParams {
    /// What is asked about.
    #[serde(default)]
    pub kind: CommandApprovalKind,
    /// The thread.
    pub thread_id: ThreadId,
    /// The turn, which waits.
    pub turn_id: TurnId,
    /// The command's item.
    pub item_id: ItemId,
    /// Since when the turn waits, in Unix milliseconds.
    #[ts(type = "number")]
    pub started_at_ms: i64,
    /// Where the command would run, by name.
    #[serde(default)]
    pub environment_id: Option<String>,
    /// Why the agent wants what is not allowed without asking.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The command, as a shell would take it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// The folder it would run in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cwd: Option<String>,
    /// What its parts do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command_actions: Option<Vec<CommandAction>>,
    /// The answers to choose from, in the order to show them in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub available_decisions: Option<Vec<CommandDecision>>,
}

/// The user's answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "CommandExecutionRequestApprovalResponse", rename_all = "camelCase")]
pub struct CommandApprovalResponse {
    /// What the user decided.
    pub decision: CommandDecision,
}

/// Files that are about to be changed. The changes stand on the item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "FileChangeRequestApprovalParams", rename_all = "camelCase")]
pub struct FileChangeApprovalParams {
    /// The thread.
    pub thread_id: ThreadId,
    /// The turn, which waits.
    pub turn_id: TurnId,
    /// The item that has the changes.
    pub item_id: ItemId,
    /// Since when the turn waits, in Unix milliseconds.
    #[ts(type = "number")]
    pub started_at_ms: i64,
    /// Why the agent wants what is not allowed without asking.
    pub reason: Option<String>,
    /// The folder that may be written to for as long as the thread is loaded, where that is asked for.
    pub grant_root: Option<String>,
}

/// The user's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "FileChangeRequestApprovalResponse", rename_all = "camelCase")]
pub struct FileChangeApprovalResponse {
    /// What the user decided.
    pub decision: FileChangeDecision,
}

/// What the user can decide of changes of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "FileChangeApprovalDecision", rename_all = "camelCase")]
pub enum FileChangeDecision {
    /// They may be made, this time.
    Accept,
    /// They may be made, and so may later ones to the same files for as long as the thread is loaded.
    AcceptForSession,
    /// They may not be made. The turn goes on without them.
    Decline,
    /// They may not be made, and the turn ends.
    Cancel,
}

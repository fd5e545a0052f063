//! Agents that work for other agents.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How an agent that was called stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct CollabAgentState {
    /// How it stands.
    pub status: CollabAgentStatus,
    /// What it said last.
    pub message: Option<String>,
}

/// How an agent stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub enum CollabAgentStatus {
    /// It is being made.
    PendingInit,
    /// It works.
    Running,
    /// Somebody ended its turn.
    Interrupted,
    /// It gave its answer.
    Completed,
    /// Its turn failed.
    Errored,
    /// It was closed.
    Shutdown,
    /// There is no such agent.
    NotFound,
}

/// What one agent asks of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub enum CollabAgentTool {
    /// To begin.
    SpawnAgent,
    /// To take input.
    SendInput,
    /// To go on.
    ResumeAgent,
    /// To be done.
    Wait,
    /// To end.
    CloseAgent,
    /// To take a message.
    SendMessage,
    /// To do one more thing.
    FollowupTask,
    /// To stop.
    InterruptAgent,
    /// To be counted.
    ListAgents,
}

/// How such a call stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub enum CollabAgentToolCallStatus {
    /// It is under way.
    InProgress,
    /// It was done.
    Completed,
    /// It failed.
    Failed,
    /// Somebody ended it.
    Interrupted,
}

/// What an agent that was called did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub enum SubAgentActivityKind {
    /// It began.
    Started,
    /// It took or gave a message.
    Interacted,
    /// It was stopped.
    Interrupted,
    /// It was done.
    Completed,
}

//! `thread/goal/…`: what a thread works towards over many turns.

use codex_protocol::ThreadId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Whose goal to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadGoalGetParams", rename_all = "camelCase")]
pub struct GetParams {
    /// The thread.
    pub thread_id: ThreadId,
}

/// A thread's goal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadGoalGetResponse")]
pub struct GetResponse {
    /// The goal; null where the thread has none.
    pub goal: Option<ThreadGoal>,
}

/// A goal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct ThreadGoal {
    /// The thread.
    pub thread_id: ThreadId,
    /// What is to be reached.
    pub objective: String,
    /// How far it is.
    pub status: ThreadGoalStatus,
    /// How many tokens may be used.
    pub token_budget: Option<i64>,
    /// How many were used.
    pub tokens_used: i64,
    /// How long it took so far, in seconds.
    pub time_used_seconds: i64,
    /// When it was set, in Unix seconds.
    pub created_at: i64,
    /// When it changed, in Unix seconds.
    pub updated_at: i64,
}

/// How far a goal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub enum ThreadGoalStatus {
    /// It is worked on.
    Active,
    /// The user paused it.
    Paused,
    /// Something is in its way.
    Blocked,
    /// The account's limit is in its way.
    UsageLimited,
    /// Its own budget is used up.
    BudgetLimited,
    /// It is reached.
    Complete,
}

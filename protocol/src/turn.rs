//! A turn, how it ended, and its plan.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{ThreadItem, TurnId};

/// One round of work: from the user's input to the agent's final answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct Turn {
    /// The turn's id.
    pub id: TurnId,
    /// The first turn of the chain that this one continues; its own id where it continues none.
    #[serde(default)]
    pub root_turn_id: Option<TurnId>,
    /// The turn's items, as far as `items_view` says.
    pub items: Vec<ThreadItem>,
    /// How much of the turn `items` shows.
    #[serde(default)]
    pub items_view: ItemsView,
    /// Where the turn stands.
    pub status: TurnStatus,
    /// Why the turn failed.
    #[serde(default)]
    pub error: Option<TurnError>,
    /// Start, in Unix seconds.
    #[serde(default)]
    #[ts(type = "number | null")]
    pub started_at: Option<i64>,
    /// End, in Unix seconds.
    #[serde(default)]
    #[ts(type = "number | null")]
    pub completed_at: Option<i64>,
    /// Duration in milliseconds.
    #[serde(default)]
    #[ts(type = "number | null")]
    pub duration_ms: Option<i64>,
}

impl Turn {
    /// A turn that is running, without its items. `started_at` is in Unix seconds.
    pub fn in_progress(id: TurnId, started_at: Option<i64>) -> Self {
        Self {
            id,
            root_turn_id: Some(id),
            items: Vec::new(),
            items_view: ItemsView::NotLoaded,
            status: TurnStatus::InProgress,
            error: None,
            started_at,
            completed_at: None,
            duration_ms: None,
        }
    }
}

/// How much of a turn its `items` show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "TurnItemsView", rename_all = "camelCase")]
pub enum ItemsView {
    /// Nothing: ask for the items.
    NotLoaded,
    /// The user's message and the final answer.
    Summary,
    /// All items.
    #[default]
    Full,
}

/// Where a turn stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub enum TurnStatus {
    /// It gave its answer.
    Completed,
    /// Somebody ended it, or the server stopped.
    Interrupted,
    /// An error ended it.
    Failed,
    /// It is running.
    InProgress,
}

/// Why a turn failed, or what it is trying to get past.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct TurnError {
    /// What happened, for people.
    pub message: String,
    /// What happened, for programs.
    #[serde(default)]
    pub codex_error_info: Option<CodexErrorInfo>,
    /// More, for people who want to know more.
    #[serde(default)]
    pub additional_details: Option<String>,
    /// Always null here: the reference's field for a vendor's policy decisions.
    #[ts(type = "unknown")]
    pub misalignment: Option<serde_json::Value>,
}

/// The causes that clients tell apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum CodexErrorInfo {
    /// The conversation no longer fits the model.
    ContextWindowExceeded,
    /// The session's own budget is used up.
    SessionBudgetExceeded,
    /// The account's quota is used up.
    UsageLimitExceeded,
    /// The provider asked to slow down (HTTP 429).
    RateLimitExceeded,
    /// The provider has no room on the cheap tier.
    FlexUnavailable,
    /// The provider is overloaded (HTTP 503).
    ServerOverloaded,
    /// The provider does not know the model (HTTP 404).
    ModelNotFound,
    /// The provider's policy check had no room.
    PolicyCapacityUnavailable,
    /// The provider took the work for an attack.
    CyberPolicy,
    /// The provider's policy forbids what the agent did.
    MisalignmentPolicyViolation,
    /// The user declined too often in one turn.
    TooManyDenials,
    /// A hook of the workspace refused the request to the model.
    InferenceHookDenied,
    /// The provider failed (HTTP 5xx), or this server did.
    InternalServerError,
    /// The provider refused the credentials (HTTP 401, 403).
    Unauthorized,
    /// The provider could not read the request (HTTP 400).
    BadRequest,
    /// The provider could not be reached.
    HttpConnectionFailed {
        /// The HTTP status, if there was one.
        http_status_code: Option<u16>,
    },
    /// The model's stream could not be opened.
    ResponseStreamConnectionFailed {
        /// The HTTP status, if there was one.
        http_status_code: Option<u16>,
    },
    /// The model's stream ended too early.
    ResponseStreamDisconnected {
        /// The HTTP status, if there was one.
        http_status_code: Option<u16>,
    },
    /// All retries failed.
    ResponseTooManyFailedAttempts {
        /// The HTTP status of the last one, if there was one.
        http_status_code: Option<u16>,
    },
    /// The running turn takes no more input.
    ActiveTurnNotSteerable {
        /// The kind of turn that runs.
        turn_kind: NonSteerableTurnKind,
    },
    /// Turns could not be taken back.
    ThreadRollbackFailed,
    /// The sandbox refused or broke.
    SandboxError,
    /// Anything else.
    Other,
}

/// The kinds of turn that take no more input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub enum NonSteerableTurnKind {
    /// A code review.
    Review,
    /// A compaction of the history.
    Compact,
}

/// One step of the agent's plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "TurnPlanStep")]
pub struct PlanStep {
    /// What is to be done.
    pub step: String,
    /// How far it is.
    pub status: PlanStepStatus,
}

/// How far a step of a plan is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "TurnPlanStepStatus", rename_all = "camelCase")]
pub enum PlanStepStatus {
    /// Not begun.
    Pending,
    /// Being worked on.
    #[serde(alias = "in_progress")]
    InProgress,
    /// Done.
    Completed,
}

//! What changes the course of a thread: `thread/settings/update`, `thread/revert`, `thread/inject_items`.

use codex_protocol::{ApprovalPolicy, ApprovalsReviewer, SandboxPolicy, Thread, ThreadId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

use super::{CollaborationMode, EnvironmentParams, MultiAgentMode, Personality, ReasoningSummary};

/// A thread, and settings that change from its next turn on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadSettingsUpdateParams", rename_all = "camelCase")]
#[ts(optional_fields = nullable)]
pub struct SettingsUpdateParams {
    /// The thread, which must be loaded.
    pub thread_id: ThreadId,
    /// A new working directory.
    pub cwd: Option<String>,
    /// Where commands run.
    pub environments: Option<Vec<EnvironmentParams>>,
    /// A new approval policy.
    pub approval_policy: Option<ApprovalPolicy>,
    /// A new reviewer.
    pub approvals_reviewer: Option<ApprovalsReviewer>,
    /// A new sandbox policy.
    pub sandbox_policy: Option<SandboxPolicy>,
    /// A new permission profile.
    pub permissions: Option<String>,
    /// A new model.
    pub model: Option<String>,
    /// A new service tier.
    pub service_tier: Option<String>,
    /// A new reasoning effort.
    pub effort: Option<String>,
    /// A new way to summarise reasoning.
    pub summary: Option<ReasoningSummary>,
    /// A new collaboration mode.
    pub collaboration_mode: Option<CollaborationMode>,
    /// Whether the agent uses other agents by itself.
    pub multi_agent_mode: Option<MultiAgentMode>,
    /// A new manner.
    pub personality: Option<Personality>,
    /// The plug-ins to do without.
    pub disabled_plugin_ids: Option<Vec<String>>,
}

/// The settings hold from the next turn on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadSettingsUpdateResponse")]
pub struct SettingsUpdateResponse {}

/// A thread, and the first turn that is taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadRevertParams", rename_all = "camelCase")]
pub struct RevertParams {
    /// The thread, loaded or not.
    pub thread_id: ThreadId,
    /// This turn goes, and every one after it. Files stay as they are.
    pub before_turn_id: String,
}

/// The thread as it was before that turn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadRevertResponse", rename_all = "camelCase")]
pub struct RevertResponse {
    /// The thread, without turns.
    pub thread: Thread,
    /// Where `thread/turns/list` begins when read from the end.
    pub turns_backwards_cursor: Option<String>,
    /// Where `thread/items/list` begins when read from the end.
    pub items_backwards_cursor: Option<String>,
}

/// A thread, and what its model is to see besides.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadInjectItemsParams", rename_all = "camelCase")]
pub struct InjectItemsParams {
    /// The thread, which must be loaded.
    pub thread_id: ThreadId,
    /// Items in the form of the model's interface.
    #[ts(type = "Array<unknown>")]
    pub items: Vec<Value>,
}

/// The model sees them from its next request on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadInjectItemsResponse")]
pub struct InjectItemsResponse {}

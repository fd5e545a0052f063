//! `thread/fork`.

use codex_protocol::{
    ActivePermissionProfile, ApprovalPolicy, ApprovalsReviewer, SandboxMode, SandboxPolicy, Thread, ThreadId,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use ts_rs::TS;

use super::MultiAgentMode;

/// Which thread to copy, up to where, and settings in which the copy differs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadForkParams", rename_all = "camelCase")]
#[ts(optional_fields = nullable)]
pub struct ForkParams {
    /// The thread. `path` comes before it. With a path it may be empty.
    #[serde(with = "super::maybe_empty_id")]
    #[schemars(with = "ThreadId")]
    #[ts(as = "ThreadId")]
    pub thread_id: Option<ThreadId>,
    /// A rollout file to copy instead.
    pub path: Option<String>,
    /// The last turn that is copied; all where absent.
    pub last_turn_id: Option<String>,
    /// The first turn that is not copied; none where absent.
    pub before_turn_id: Option<String>,
    /// Another model.
    pub model: Option<String>,
    /// Another provider.
    pub model_provider: Option<String>,
    /// Another service tier.
    pub service_tier: Option<String>,
    /// Another working directory.
    pub cwd: Option<String>,
    /// The folders that the work is about.
    pub runtime_workspace_roots: Option<Vec<String>>,
    /// Another approval policy.
    pub approval_policy: Option<ApprovalPolicy>,
    /// Another reviewer.
    pub approvals_reviewer: Option<ApprovalsReviewer>,
    /// Another sandbox, by name.
    pub sandbox: Option<SandboxMode>,
    /// Another permission profile.
    pub permissions: Option<String>,
    /// Configuration for this thread only: dotted keys and values.
    #[ts(type = "Record<string, unknown> | null")]
    pub config: Option<Map<String, Value>>,
    /// Instructions in place of the built-in ones.
    pub base_instructions: Option<String>,
    /// Instructions after the built-in ones.
    pub developer_instructions: Option<String>,
    /// Why the copy is made, in the client's words.
    pub thread_source: Option<String>,
    /// Whether the copy lives in memory only.
    #[serde(default)]
    #[serde(deserialize_with = "crate::params::null_is_absent")]
    #[ts(optional = nullable, as = "Option<bool>")]
    pub ephemeral: bool,
    /// Whether the answer leaves the turns out.
    #[serde(default)]
    #[serde(deserialize_with = "crate::params::null_is_absent")]
    #[ts(optional = nullable, as = "Option<bool>")]
    pub exclude_turns: bool,
    /// Whether the copy hangs on the original in the client's list.
    #[serde(default)]
    #[serde(deserialize_with = "crate::params::null_is_absent")]
    #[ts(optional = nullable, as = "Option<bool>")]
    pub attach_to_source: bool,
    /// Whether a goal of the original waits until somebody speaks.
    #[serde(default)]
    #[serde(deserialize_with = "crate::params::null_is_absent")]
    #[ts(optional = nullable, as = "Option<bool>")]
    pub defer_goal_continuation: bool,
    /// Kept, never used: bound to the vendor's desktop client.
    #[serde(default)]
    #[serde(deserialize_with = "crate::params::null_is_absent")]
    #[ts(optional = nullable, as = "Option<bool>")]
    pub experimental_prediction_mode: bool,
    /// Kept, never used: bound to the vendor's desktop client.
    #[serde(default)]
    #[serde(deserialize_with = "crate::params::null_is_absent")]
    #[ts(optional = nullable, as = "Option<bool>")]
    pub experimental_disable_prediction_mcp: bool,
}

/// The copy and the settings it got.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadForkResponse", rename_all = "camelCase")]
pub struct ForkResponse {
    /// The copy, with its turns unless they were left out.
    pub thread: Thread,
    /// Its model.
    pub model: String,
    /// The provider of its model.
    pub model_provider: String,
    /// The provider's service tier.
    pub service_tier: Option<String>,
    /// The plug-ins that it does without.
    #[serde(default)]
    pub disabled_plugin_ids: Vec<String>,
    /// Its working directory.
    pub cwd: String,
    /// The folders that the work is about.
    #[serde(default)]
    pub runtime_workspace_roots: Vec<String>,
    /// The files that its instructions came from.
    #[serde(default)]
    pub instruction_sources: Vec<String>,
    /// When the user is asked.
    pub approval_policy: ApprovalPolicy,
    /// Who is asked.
    pub approvals_reviewer: ApprovalsReviewer,
    /// What commands may do.
    pub sandbox: SandboxPolicy,
    /// The permission profile that the sandbox came from.
    pub active_permission_profile: Option<ActivePermissionProfile>,
    /// The reasoning effort; null where the model's own applies.
    pub reasoning_effort: Option<String>,
    /// Whether the agent uses other agents by itself.
    #[serde(default)]
    pub multi_agent_mode: MultiAgentMode,
}

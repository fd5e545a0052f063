//! `thread/resume`.

use codex_protocol::{
    ActivePermissionProfile, ApprovalPolicy, ApprovalsReviewer, ItemsView, SandboxMode, SandboxPolicy,
    Thread, ThreadId, Turn,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use ts_rs::TS;

use super::{CollaborationMode, MultiAgentMode, Personality, SortDirection};

/// Which thread to load, and settings that differ from its stored ones.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadResumeParams", rename_all = "camelCase")]
#[ts(optional_fields = nullable)]
pub struct ResumeParams {
    /// The thread. `history` and `path` come before it. With a path it may be empty.
    #[serde(with = "super::maybe_empty_id")]
    #[schemars(with = "ThreadId")]
    #[ts(as = "ThreadId")]
    pub thread_id: Option<ThreadId>,
    /// A history to start from instead, in the form of the model's interface.
    #[ts(type = "Array<unknown> | null")]
    pub history: Option<Vec<Value>>,
    /// A rollout file to load instead.
    pub path: Option<String>,
    /// A new model.
    pub model: Option<String>,
    /// A new provider.
    pub model_provider: Option<String>,
    /// A new service tier.
    pub service_tier: Option<String>,
    /// A new working directory.
    pub cwd: Option<String>,
    /// The folders that the work is about, from now on.
    pub runtime_workspace_roots: Option<Vec<String>>,
    /// A new approval policy.
    pub approval_policy: Option<ApprovalPolicy>,
    /// A new reviewer.
    pub approvals_reviewer: Option<ApprovalsReviewer>,
    /// A new sandbox, by name.
    pub sandbox: Option<SandboxMode>,
    /// A new permission profile.
    pub permissions: Option<String>,
    /// Configuration for this thread only: dotted keys and values.
    #[ts(type = "Record<string, unknown> | null")]
    pub config: Option<Map<String, Value>>,
    /// Instructions in place of the built-in ones.
    pub base_instructions: Option<String>,
    /// Instructions after the built-in ones.
    pub developer_instructions: Option<String>,
    /// A new manner.
    pub personality: Option<Personality>,
    /// Whether the answer leaves the turns out.
    #[serde(default)]
    #[serde(deserialize_with = "crate::params::null_is_absent")]
    #[ts(optional = nullable, as = "Option<bool>")]
    pub exclude_turns: bool,
    /// Which page of the turns the answer brings besides.
    pub initial_turns_page: Option<InitialTurnsPage>,
}

/// Which page of the turns comes with the answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadResumeInitialTurnsPageParams", rename_all = "camelCase", default)]
#[ts(optional_fields = nullable)]
pub struct InitialTurnsPage {
    /// How much of each turn.
    pub items_view: Option<ItemsView>,
    /// How many turns at most.
    pub limit: Option<u32>,
    /// Which way; latest first where absent.
    pub sort_direction: Option<SortDirection>,
}

/// One page of turns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct TurnsPage {
    /// The turns.
    pub data: Vec<Turn>,
    /// Where the next page begins; null at the end.
    pub next_cursor: Option<String>,
    /// Where the same list begins when read the other way.
    pub backwards_cursor: Option<String>,
}

/// The loaded thread and the settings in force.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadResumeResponse", rename_all = "camelCase")]
pub struct ResumeResponse {
    /// The thread, with its turns unless they were left out.
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
    /// How user and agent work together.
    pub collaboration_mode: Option<CollaborationMode>,
    /// Whether the agent uses other agents by itself.
    #[serde(default)]
    pub multi_agent_mode: MultiAgentMode,
    /// The page of turns that was asked for.
    pub initial_turns_page: Option<TurnsPage>,
    /// Where `thread/turns/list` begins when read from the end.
    pub turns_backwards_cursor: Option<String>,
    /// Where `thread/items/list` begins when read from the end.
    pub items_backwards_cursor: Option<String>,
}

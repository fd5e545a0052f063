//! `thread/start`.

use codex_protocol::{
    ActivePermissionProfile, ApprovalPolicy, ApprovalsReviewer, HistoryMode, SandboxMode, SandboxPolicy,
    Thread,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use ts_rs::TS;

use super::{EnvironmentParams, MultiAgentMode, Personality};

/// The settings of a new thread; what is absent comes from the configuration.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadStartParams", rename_all = "camelCase", default)]
#[ts(optional_fields = nullable)]
pub struct StartParams {
    /// The model.
    pub model: Option<String>,
    /// The provider of the model.
    pub model_provider: Option<String>,
    /// Whether another provider's model may stand in.
    #[serde(deserialize_with = "crate::params::null_is_absent")]
    #[ts(optional = nullable, as = "Option<bool>")]
    pub allow_provider_model_fallback: bool,
    /// The provider's service tier.
    pub service_tier: Option<String>,
    /// The working directory; the server's own where absent.
    pub cwd: Option<String>,
    /// The folders that the work is about; the working directory where absent.
    pub runtime_workspace_roots: Option<Vec<String>>,
    /// Where commands run.
    pub environments: Option<Vec<EnvironmentParams>>,
    /// When the user is asked.
    pub approval_policy: Option<ApprovalPolicy>,
    /// Who is asked.
    pub approvals_reviewer: Option<ApprovalsReviewer>,
    /// What commands may do, by name.
    pub sandbox: Option<SandboxMode>,
    /// What commands may do, by permission profile.
    pub permissions: Option<String>,
    /// Configuration for this thread only: dotted keys and values.
    #[ts(type = "Record<string, unknown> | null")]
    pub config: Option<Map<String, Value>>,
    /// The client's name for itself, in logs.
    pub service_name: Option<String>,
    /// Instructions in place of the built-in ones.
    pub base_instructions: Option<String>,
    /// Instructions after the built-in ones.
    pub developer_instructions: Option<String>,
    /// The agent's manner.
    pub personality: Option<Personality>,
    /// Whether the agent uses other agents by itself.
    pub multi_agent_mode: Option<MultiAgentMode>,
    /// Whether the thread lives in memory only.
    pub ephemeral: Option<bool>,
    /// How clients will read its history.
    pub history_mode: Option<HistoryMode>,
    /// Whether the thread is new or follows a cleared one.
    pub session_start_source: Option<StartSource>,
    /// Why it is made, in the client's words.
    pub thread_source: Option<String>,
    /// The project it belongs to.
    pub project_id: Option<String>,
    /// Tools that the client runs.
    pub dynamic_tools: Option<Vec<DynamicToolSpec>>,
    /// Folders with capabilities that the user chose.
    pub selected_capability_roots: Option<Vec<CapabilityRoot>>,
    /// Kept, never used: bound to the vendor's cloud.
    pub daybreak_enabled: Option<bool>,
    /// Kept, never used: the reference's test field.
    pub mock_experimental_field: Option<String>,
    /// Whether the model's own events are sent too.
    #[serde(deserialize_with = "crate::params::null_is_absent")]
    #[ts(optional = nullable, as = "Option<bool>")]
    pub experimental_raw_events: bool,
}

/// What a new thread follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadStartSource", rename_all = "camelCase")]
pub enum StartSource {
    /// Nothing: the client starts.
    Startup,
    /// A thread that the user cleared.
    Clear,
}

/// A tool that the client runs, or a named group of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum DynamicToolSpec {
    /// One tool.
    Function(DynamicTool),
    /// A named group.
    Namespace {
        /// The group's name.
        name: String,
        /// What the group is for.
        description: String,
        /// Its tools.
        tools: Vec<DynamicToolSpec>,
    },
}

/// A tool that the client runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields = nullable)]
pub struct DynamicTool {
    /// The tool's name.
    pub name: String,
    /// What it does, for the model.
    pub description: String,
    /// The JSON schema of its arguments.
    #[ts(type = "unknown")]
    pub input_schema: Value,
    /// Whether the model sees it only after searching for it.
    #[serde(default)]
    #[serde(deserialize_with = "crate::params::null_is_absent")]
    #[ts(optional = nullable, as = "Option<bool>")]
    pub defer_loading: bool,
}

/// A folder with capabilities that the user chose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "SelectedCapabilityRoot")]
pub struct CapabilityRoot {
    /// Its id.
    pub id: String,
    /// Where it is.
    pub location: CapabilityRootLocation,
}

/// Where a folder with capabilities is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum CapabilityRootLocation {
    /// In an environment.
    Environment {
        /// The environment.
        environment_id: String,
        /// The folder there.
        path: String,
    },
}

/// The new thread and the settings it got.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadStartResponse", rename_all = "camelCase")]
pub struct StartResponse {
    /// The thread, without turns.
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

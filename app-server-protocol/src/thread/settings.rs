//! What can be set on a thread, shared by the requests that set it.

use codex_protocol::{
    ActivePermissionProfile, ApprovalPolicy, ApprovalsReviewer, SandboxPolicy, ThreadEnvironment,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// All settings of a thread.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadSettings", rename_all = "camelCase")]
pub struct Settings {
    /// Its working directory.
    pub cwd: String,
    /// When the user is asked.
    pub approval_policy: ApprovalPolicy,
    /// Who is asked.
    pub approvals_reviewer: ApprovalsReviewer,
    /// What commands may do.
    pub sandbox_policy: SandboxPolicy,
    /// The permission profile that the sandbox policy came from.
    pub active_permission_profile: Option<ActivePermissionProfile>,
    /// Its model.
    pub model: String,
    /// The provider of its model.
    pub model_provider: String,
    /// The provider's service tier.
    pub service_tier: Option<String>,
    /// The reasoning effort; null where the model's own applies.
    pub effort: Option<String>,
    /// How reasoning is summarised; null where the model's own applies.
    pub summary: Option<ReasoningSummary>,
    /// How user and agent work together.
    pub collaboration_mode: CollaborationMode,
    /// Whether the agent uses other agents by itself.
    #[serde(default)]
    pub multi_agent_mode: MultiAgentMode,
    /// The agent's manner.
    pub personality: Option<Personality>,
    /// Where its commands run.
    pub environments: Option<Vec<ThreadEnvironment>>,
    /// The plug-ins that it does without.
    #[serde(default)]
    pub disabled_plugin_ids: Vec<String>,
}

/// Whether an agent uses other agents by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub enum MultiAgentMode {
    /// Only when told to.
    #[default]
    ExplicitRequestOnly,
    /// When it helps.
    Proactive,
    /// As these words say.
    Custom(String),
}

/// An agent's manner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub enum Personality {
    /// The model's own.
    None,
    /// Warm.
    Friendly,
    /// Brief.
    Pragmatic,
}

/// How reasoning is summarised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub enum ReasoningSummary {
    /// As the model sees fit.
    Auto,
    /// In few words.
    Concise,
    /// In many words.
    Detailed,
    /// Not at all.
    None,
}

/// How user and agent work together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct CollaborationMode {
    /// The kind of mode.
    pub mode: ModeKind,
    /// What the mode sets.
    pub settings: CollaborationSettings,
}

/// The kinds of collaboration mode.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub enum ModeKind {
    /// Plan first, change nothing.
    Plan,
    /// Do.
    #[default]
    Default,
}

/// What a collaboration mode sets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "Settings")]
pub struct CollaborationSettings {
    /// The model.
    pub model: String,
    /// The reasoning effort.
    pub reasoning_effort: Option<String>,
    /// The mode's own instructions; null for the built-in ones.
    pub developer_instructions: Option<String>,
}

/// An environment that a client chooses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "TurnEnvironmentParams", rename_all = "camelCase")]
#[ts(optional_fields = nullable)]
pub struct EnvironmentParams {
    /// The environment: `local` is the server's own machine.
    pub environment_id: String,
    /// The working directory there.
    pub cwd: String,
    /// The folders that the work is about; the working directory where absent.
    pub runtime_workspace_roots: Option<Vec<String>>,
}

//! Settings that change from the next turn on: `thread/settings/update`.

use codex_protocol::{ApprovalPolicy, ApprovalsReviewer, SandboxPolicy, ThreadId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
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

//! `turn/…`: rounds of work.

use std::collections::BTreeMap;

use codex_protocol::{
    ApprovalPolicy, ApprovalsReviewer, FunctionCallOutputBody, PlanStep, SandboxPolicy, ThreadId, Turn,
    TurnId, UserInput,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

use crate::thread::{CollaborationMode, EnvironmentParams, MultiAgentMode, Personality, ReasoningSummary};

/// The user's input, and settings that it changes for this turn and later ones.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "TurnStartParams", rename_all = "camelCase")]
#[ts(optional_fields = nullable)]
pub struct StartParams {
    /// The thread.
    pub thread_id: ThreadId,
    /// What the user says.
    pub input: Vec<UserInput>,
    /// The client's own id for the message, echoed on its item.
    pub client_user_message_id: Option<String>,
    /// What the client adds to the input, by name.
    pub additional_context: Option<BTreeMap<String, AdditionalContext>>,
    /// The answer of a tool that the client ran, in place of a user's message.
    pub tool_output: Option<ToolOutput>,
    /// What caused the turn, in the client's words.
    pub turn_trigger: Option<String>,
    /// The first turn of the chain that this one continues.
    pub root_turn_id: Option<TurnId>,
    /// The turn that this one continues.
    pub parent_turn_id: Option<TurnId>,
    /// A new working directory.
    pub cwd: Option<String>,
    /// The folders that the work is about, from now on.
    pub runtime_workspace_roots: Option<Vec<String>>,
    /// Where commands run, for this turn.
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
    /// A service tier for this turn only.
    pub service_tier_for_turn: Option<String>,
    /// A new reasoning effort.
    pub effort: Option<String>,
    /// A new way to summarise reasoning.
    pub summary: Option<ReasoningSummary>,
    /// A new manner.
    pub personality: Option<Personality>,
    /// A JSON schema for the final answer, for this turn only.
    #[ts(type = "unknown")]
    pub output_schema: Option<Value>,
    /// A new collaboration mode.
    pub collaboration_mode: Option<CollaborationMode>,
    /// Whether the agent uses other agents by itself, from now on.
    pub multi_agent_mode: Option<MultiAgentMode>,
    /// The plug-ins to do without, from now on.
    pub disabled_plugin_ids: Option<Vec<String>>,
    /// Kept, never used: bound to the vendor's cloud.
    pub cyber_access_program: Option<CyberAccessProgram>,
    /// What the client tells the provider about itself.
    pub responsesapi_client_metadata: Option<BTreeMap<String, String>>,
    /// Changes to what the client told the provider about itself.
    pub responsesapi_client_metadata_patch: Option<BTreeMap<String, String>>,
}

impl StartParams {
    /// A turn with this input, every setting as the thread has it.
    pub fn new(thread_id: ThreadId, input: Vec<UserInput>) -> Self {
        Self {
            thread_id,
            input,
            client_user_message_id: None,
            additional_context: None,
            tool_output: None,
            turn_trigger: None,
            root_turn_id: None,
            parent_turn_id: None,
            cwd: None,
            runtime_workspace_roots: None,
            environments: None,
            approval_policy: None,
            approvals_reviewer: None,
            sandbox_policy: None,
            permissions: None,
            model: None,
            service_tier: None,
            service_tier_for_turn: None,
            effort: None,
            summary: None,
            personality: None,
            output_schema: None,
            collaboration_mode: None,
            multi_agent_mode: None,
            disabled_plugin_ids: None,
            cyber_access_program: None,
            responsesapi_client_metadata: None,
            responsesapi_client_metadata_patch: None,
        }
    }
}

/// Something that a client adds to the user's input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "AdditionalContextEntry")]
#[ts(optional_fields = nullable)]
pub struct AdditionalContext {
    /// Whether the model may trust it.
    pub kind: AdditionalContextKind,
    /// What it is called.
    pub name: Option<String>,
    /// The text.
    pub value: String,
}

/// Whether the model may trust what a client added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub enum AdditionalContextKind {
    /// It comes from somewhere else.
    Untrusted,
    /// It is the client's own.
    Application,
}

/// The answer of a tool that the client ran.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "TurnToolOutput")]
#[ts(optional_fields = nullable)]
pub struct ToolOutput {
    /// The tool.
    pub name: String,
    /// The group that the tool belongs to.
    pub namespace: Option<String>,
    /// What it answered.
    pub output: FunctionCallOutputBody,
    /// Whether it stays in the history.
    #[serde(default)]
    #[serde(deserialize_with = "crate::params::null_is_absent")]
    #[ts(optional = nullable, as = "Option<bool>")]
    pub retain: bool,
}

/// A programme of the vendor's cloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub enum CyberAccessProgram {
    /// No special access.
    Standard,
    /// Access for defenders.
    DaybreakBlue,
    /// Access for testers.
    DaybreakRed,
}

/// The turn that was accepted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "TurnStartResponse")]
pub struct StartResponse {
    /// The turn, without items.
    pub turn: Turn,
}

/// More input for a running turn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "TurnSteerParams", rename_all = "camelCase")]
#[ts(optional_fields = nullable)]
pub struct SteerParams {
    /// The thread.
    pub thread_id: ThreadId,
    /// The turn that the client believes is running; another one is an error.
    pub expected_turn_id: String,
    /// What the user says.
    pub input: Vec<UserInput>,
    /// The client's own id for the message, echoed on its item.
    pub client_user_message_id: Option<String>,
    /// What the client adds to the input, by name.
    pub additional_context: Option<BTreeMap<String, AdditionalContext>>,
    /// What the client tells the provider about itself.
    pub responsesapi_client_metadata: Option<BTreeMap<String, String>>,
    /// Changes to what the client told the provider about itself.
    pub responsesapi_client_metadata_patch: Option<BTreeMap<String, String>>,
}

/// The turn that took the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "TurnSteerResponse", rename_all = "camelCase")]
pub struct SteerResponse {
    /// The turn.
    pub turn_id: TurnId,
}

/// Which turn to end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "TurnInterruptParams", rename_all = "camelCase")]
pub struct InterruptParams {
    /// The thread.
    pub thread_id: ThreadId,
    /// The turn that the client believes is running; another one is an error.
    pub turn_id: String,
}

/// The turn has ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "TurnInterruptResponse")]
pub struct InterruptResponse {}

/// A turn began.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "TurnStartedNotification", rename_all = "camelCase")]
pub struct StartedNotification {
    /// The thread.
    pub thread_id: ThreadId,
    /// The turn, without items.
    pub turn: Turn,
}

/// A turn ended: completed, interrupted or failed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "TurnCompletedNotification", rename_all = "camelCase")]
pub struct CompletedNotification {
    /// The thread.
    pub thread_id: ThreadId,
    /// The turn, with its final answer.
    pub turn: Turn,
}

/// The agent set or changed its plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "TurnPlanUpdatedNotification", rename_all = "camelCase")]
pub struct PlanUpdatedNotification {
    /// The thread.
    pub thread_id: ThreadId,
    /// The turn.
    pub turn_id: TurnId,
    /// Why, if the agent said so.
    pub explanation: Option<String>,
    /// The whole plan.
    pub plan: Vec<PlanStep>,
}

/// What a turn changed in files, all together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "TurnDiffUpdatedNotification", rename_all = "camelCase")]
pub struct DiffUpdatedNotification {
    /// The thread.
    pub thread_id: ThreadId,
    /// The turn.
    pub turn_id: TurnId,
    /// A unified diff against the turn's beginning.
    pub diff: String,
}

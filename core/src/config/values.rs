//! The settings that this server reads, typed.

use std::collections::BTreeMap;

use codex_protocol::{ApprovalPolicy, ApprovalsReviewer, SandboxMode, SandboxPolicy};
use serde::Deserialize;

use super::{ModelPrice, ProviderConfig, ShellEnvironmentPolicy};

/// The settings that this server reads. Unknown keys are left alone: other programs share the file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Values {
    pub(super) model: Option<String>,
    pub(super) model_provider: Option<String>,
    pub(super) model_providers: BTreeMap<String, ProviderConfig>,
    pub(super) model_reasoning_effort: Option<String>,
    pub(super) model_reasoning_summary: Option<ReasoningSummary>,
    pub(super) model_prices: BTreeMap<String, ModelPrice>,
    pub(super) model_context_window: Option<i64>,
    pub(super) openai_base_url: Option<String>,
    pub(super) approval_policy: Option<ApprovalPolicy>,
    pub(super) approvals_reviewer: Option<ApprovalsReviewer>,
    pub(super) allow_login_shell: Option<bool>,
    pub(super) default_permissions: Option<String>,
    pub(super) sandbox_mode: Option<SandboxMode>,
    pub(super) sandbox_workspace_write: Option<WorkspaceWrite>,
    pub(super) shell_environment_policy: ShellEnvironmentPolicy,
    pub(super) instructions: Option<String>,
    pub(super) developer_instructions: Option<String>,
    pub(super) project_doc_max_bytes: Option<usize>,
    pub(super) thread_unload_delay_secs: Option<u64>,
}

/// What the `workspace-write` sandbox leaves open.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct WorkspaceWrite {
    writable_roots: Vec<String>,
    network_access: bool,
    exclude_tmpdir_env_var: bool,
    exclude_slash_tmp: bool,
}

impl Values {
    /// The policy behind a sandbox's name.
    pub(super) fn sandbox(&self, mode: SandboxMode) -> SandboxPolicy {
        match (mode, &self.sandbox_workspace_write) {
            (SandboxMode::WorkspaceWrite, Some(write)) => SandboxPolicy::WorkspaceWrite {
                writable_roots: write.writable_roots.clone(),
                network_access: write.network_access,
                exclude_tmpdir_env_var: write.exclude_tmpdir_env_var,
                exclude_slash_tmp: write.exclude_slash_tmp,
            },
            _ => mode.into(),
        }
    }
}

/// How much the model tells of its reasoning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum ReasoningSummary {
    #[default]
    Auto,
    Concise,
    Detailed,
    None,
}

impl ReasoningSummary {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Concise => "concise",
            Self::Detailed => "detailed",
            Self::None => "none",
        }
    }
}

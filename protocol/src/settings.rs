//! How a thread works: model, place, permissions; and how that changes.

use std::path::PathBuf;

use crate::{ApprovalPolicy, ApprovalsReviewer, SandboxPolicy};

/// How a thread works. Fixed for a turn when it begins.
#[derive(Clone, Debug, PartialEq)]
pub struct ThreadSettings {
    /// The model.
    pub model: String,
    /// Its provider, by the name in the configuration.
    pub model_provider: String,
    /// The working directory.
    pub cwd: PathBuf,
    /// When the user is asked.
    pub approval_policy: ApprovalPolicy,
    /// Who answers.
    pub approvals_reviewer: ApprovalsReviewer,
    /// The sandbox.
    pub sandbox_policy: SandboxPolicy,
    /// The reasoning effort; the model's own where it is left out.
    pub effort: Option<String>,
    /// The `AGENTS.md` files that the instructions come from.
    pub instruction_sources: Vec<PathBuf>,
}

/// Settings that change. What is left out stays.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SettingsChange {
    /// The working directory. Relative ones start at the process's own.
    pub cwd: Option<PathBuf>,
    /// The model.
    pub model: Option<String>,
    /// The reasoning effort.
    pub effort: Option<String>,
    /// When the user is asked.
    pub approval_policy: Option<ApprovalPolicy>,
    /// Who answers.
    pub approvals_reviewer: Option<ApprovalsReviewer>,
    /// The sandbox.
    pub sandbox_policy: Option<SandboxPolicy>,
}

impl SettingsChange {
    /// The settings with this change.
    #[must_use]
    pub fn applied_to(self, settings: &ThreadSettings) -> ThreadSettings {
        let Self { cwd, model, effort, approval_policy, approvals_reviewer, sandbox_policy } = self;
        let before = settings.clone();
        ThreadSettings {
            cwd: cwd.unwrap_or(before.cwd),
            model: model.unwrap_or(before.model),
            model_provider: before.model_provider,
            effort: effort.or(before.effort),
            approval_policy: approval_policy.unwrap_or(before.approval_policy),
            approvals_reviewer: approvals_reviewer.unwrap_or(before.approvals_reviewer),
            sandbox_policy: sandbox_policy.unwrap_or(before.sandbox_policy),
            instruction_sources: before.instruction_sources,
        }
    }
}

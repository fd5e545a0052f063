//! How a thread works: model, place, permissions; and how that changes.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{ApprovalPolicy, ApprovalsReviewer, SandboxMode, SandboxPolicy};

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
    /// The permission profile that the sandbox is; none where it was chosen in another way.
    pub permission_profile: Option<ActivePermissionProfile>,
    /// The reasoning effort; the model's own where it is left out.
    pub effort: Option<String>,
    /// The `AGENTS.md` files that the instructions come from.
    pub instruction_sources: Vec<PathBuf>,
}

/// The permission profile in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct ActivePermissionProfile {
    /// The profile.
    pub id: String,
    /// The profile that it builds on.
    pub extends: Option<String>,
}

/// A sandbox, in whatever way it is chosen.
#[derive(Clone, Debug, PartialEq)]
pub enum SandboxChoice {
    /// By its kind: the configuration says the rest.
    Mode(SandboxMode),
    /// In full.
    Policy(SandboxPolicy),
    /// By the name of a permission profile.
    Profile(String),
}

/// What starting, loading and copying a thread, a turn, and an update of the settings can all set. What is left out stays:
/// as it is, as it was stored, or as it is configured.
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
    pub sandbox: Option<SandboxChoice>,
}

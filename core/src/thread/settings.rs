//! How a thread works: model, place, permissions.

use std::path::PathBuf;

use codex_protocol::{ApprovalPolicy, ApprovalsReviewer, SandboxPolicy};

/// How a thread works. A turn can change it for itself and those after it.
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

//! What a new thread needs to be told, and why it can be refused.

use std::path::PathBuf;

use codex_protocol::{ApprovalPolicy, ApprovalsReviewer, SandboxMode, SessionSource};
use serde_json::{Map, Value};

use crate::ConfigError;

/// A new thread. What is left out comes from the configuration.
#[derive(Clone, Debug, Default)]
pub struct StartThread {
    /// The working directory; the process's own where it is left out. Relative ones start there.
    pub cwd: Option<PathBuf>,
    /// The model.
    pub model: Option<String>,
    /// The provider of the model.
    pub model_provider: Option<String>,
    /// When the user is asked.
    pub approval_policy: Option<ApprovalPolicy>,
    /// Who answers.
    pub approvals_reviewer: Option<ApprovalsReviewer>,
    /// The sandbox, by name.
    pub sandbox: Option<SandboxMode>,
    /// The reasoning effort.
    pub effort: Option<String>,
    /// Base instructions instead of ours.
    pub base_instructions: Option<String>,
    /// Instructions beside the base ones.
    pub developer_instructions: Option<String>,
    /// Whether the thread lives in memory only.
    pub ephemeral: bool,
    /// The client, by the name it gave.
    pub originator: Option<String>,
    /// What kind of client it is.
    pub source: SessionSource,
    /// Why it is made, in the client's words.
    pub thread_source: Option<String>,
    /// Configuration for this thread alone: dotted keys.
    pub config: Map<String, Value>,
}

/// Why a thread was not started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The server is shutting down.
    #[error("the server is shutting down")]
    ShuttingDown,
    /// No provider of that name is configured.
    #[error("model provider `{name}` not found: add `model_providers.{name}` to config.toml")]
    UnknownProvider {
        /// The name.
        name: String,
    },
    /// The thread's own configuration does not fit.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The working directory is not there.
    #[error("cannot use the working directory {}", path.display())]
    Cwd {
        /// The directory.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
}

//! What a new thread needs to be told, and why it can be refused.

use std::path::PathBuf;

use codex_protocol::{SessionSource, SettingsChange};
use serde_json::{Map, Value};

use crate::{ConfigError, PermissionsError};

/// A new thread. What is left out comes from the configuration.
#[derive(Clone, Debug, Default)]
pub struct StartThread {
    /// What differs from the configuration, or from what is stored. Where no working directory is known it is the process's
    /// own.
    pub settings: SettingsChange,
    /// The provider of the model.
    pub model_provider: Option<String>,
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
    /// The permission profile that is asked for cannot be used.
    #[error(transparent)]
    Permissions(#[from] PermissionsError),
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

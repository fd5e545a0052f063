//! Why a command did not start.

use std::io;

/// Why a command did not start.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SpawnError {
    /// The system has no means to confine it.
    #[error("this system cannot confine commands: {reason}")]
    Unavailable {
        /// What is missing.
        reason: String,
    },
    /// The system refused to confine it.
    #[error("the sandbox cannot be set up: {reason}")]
    Refused {
        /// What it said.
        reason: String,
    },
    /// It cannot be started, confined or not.
    #[error("the command cannot be started: {0}")]
    Io(#[from] io::Error),
}

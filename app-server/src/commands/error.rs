//! Why a command stopped.

use std::io;

use codex_app_server_client::ClientError;
use codex_app_server_protocol::ExportError;

/// What a command prints before it exits with a failure.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CommandError {
    /// No server, or one that refused.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// No trace to show.
    #[error(transparent)]
    Trace(#[from] super::trace::TraceError),
    /// The system refused something.
    #[error("cannot {doing}: {source}")]
    Io {
        /// What was being done.
        doing: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// The schemas cannot be written.
    #[error("{error}: {}", .error.source)]
    Export {
        /// What went wrong, and where.
        #[from]
        error: ExportError,
    },
    /// Nothing to ask.
    #[error("there is no prompt: give one as an argument, or through standard input")]
    NoPrompt,
    /// The server went away in the middle of a turn.
    #[error("the server hung up before the turn ended")]
    HungUp,
    /// A listening child ended at once.
    #[error("the server ended without saying where it listens: {0}")]
    NotListening(String),
}

impl CommandError {
    /// Says what was being done when the system refused.
    pub(crate) fn io(doing: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { doing, source }
    }
}

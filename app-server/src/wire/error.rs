//! What clients are told of `core`'s errors. The only place where one becomes the other.
//!
//! One `From` for each error type, exhaustive, so that a new variant asks for its answer. The reference server answers
//! `-32600` where a thread, turn or state does not allow a request.

use std::error::Error;

use codex_app_server_protocol::RpcError;
use codex_core::{
    ChangeError, InterruptError, ListError, ModelsError, ReadError, StartError, SteerError, SubmitError,
};

/// A handler's error, on its way to the client.
#[derive(Debug)]
pub(crate) struct Failure(RpcError);

impl Failure {
    /// The request asks for what the thread, turn or state does not allow.
    pub(crate) fn refused(message: impl Into<String>) -> Self {
        Self(RpcError::invalid_request(message))
    }
}

impl From<Failure> for RpcError {
    fn from(failure: Failure) -> Self {
        failure.0
    }
}

impl From<RpcError> for Failure {
    fn from(error: RpcError) -> Self {
        Self(error)
    }
}

/// Our own failure: the cause goes to the log, the client gets a fixed text.
pub(crate) fn internal(doing: &str, cause: &dyn Error) -> RpcError {
    let mut causes = cause.to_string();
    let mut next = cause.source();
    while let Some(source) = next {
        causes = format!("{causes}: {source}");
        next = source.source();
    }
    tracing::error!(cause = causes, "{doing} failed");
    RpcError::internal()
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        match error {
            StartError::ShuttingDown | StartError::UnknownProvider { .. } | StartError::Config(_) => {
                Self::refused(error.to_string())
            }
            StartError::Cwd { ref path, ref source } => {
                Self::refused(format!("cannot use the working directory {}: {source}", path.display()))
            }
        }
    }
}

impl From<SubmitError> for Failure {
    fn from(error: SubmitError) -> Self {
        match error {
            SubmitError::Closed => Self::refused(error.to_string()),
            SubmitError::Full => Self(RpcError::overloaded()),
            SubmitError::InputTooLarge { max_chars, actual_chars } => {
                let mut refusal = RpcError::invalid_params(format!("input: {error}"));
                let data = refusal.data.get_or_insert_default();
                // The reference server's words for programs.
                data.more.insert("input_error_code".to_owned(), "input_too_large".into());
                data.more.insert("max_chars".to_owned(), max_chars.into());
                data.more.insert("actual_chars".to_owned(), actual_chars.into());
                Self(refusal)
            }
        }
    }
}

impl From<SteerError> for Failure {
    fn from(error: SteerError) -> Self {
        match error {
            SteerError::NoExpectedTurn
            | SteerError::EmptyInput
            | SteerError::NoActiveTurn
            | SteerError::OtherTurn { .. } => Self::refused(error.to_string()),
            SteerError::Submit(error) => error.into(),
        }
    }
}

impl From<InterruptError> for Failure {
    fn from(error: InterruptError) -> Self {
        match error {
            InterruptError::NoActiveTurn | InterruptError::OtherTurn { .. } => {
                Self::refused(error.to_string())
            }
            InterruptError::Submit(error) => error.into(),
        }
    }
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::NotFound { .. } | ReadError::NoHead { .. } | ReadError::Cursor { .. } => {
                Self::refused(error.to_string())
            }
            // The user's own files: whoever reads this can do something about them.
            ReadError::Io { ref source, .. } => Self::refused(format!("{error}: {source}")),
        }
    }
}

impl From<ChangeError> for Failure {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::ReadConflict { first_unread, from_start, ref revision } => {
                let mut refusal = RpcError::invalid_request(error.to_string());
                let data = refusal.data.get_or_insert_default();
                let state = super::thread::read_state(first_unread, from_start, revision.clone());
                // The reference server's words for programs.
                data.more.insert("reason".to_owned(), "readStateConflict".into());
                let state = serde_json::to_value(state).unwrap_or_default();
                data.more.insert("readState".to_owned(), state);
                Self(refusal)
            }
            ChangeError::Start(error) => error.into(),
            ChangeError::NotFound { .. }
            | ChangeError::NotArchived { .. }
            | ChangeError::NotLoaded { .. }
            | ChangeError::Ephemeral { .. }
            | ChangeError::Locked { .. }
            | ChangeError::NoHead { .. }
            | ChangeError::Io { .. }
            | ChangeError::NoTurn { .. }
            | ChangeError::Busy
            | ChangeError::NoItems
            | ChangeError::BadItem { .. } => Self::refused(error.to_string()),
        }
    }
}

impl From<ListError> for Failure {
    fn from(error: ListError) -> Self {
        match error {
            ListError::Cursor { .. } => Self::refused(error.to_string()),
            ListError::Index { .. } => Self(internal("listing the threads", &error)),
        }
    }
}

impl From<ModelsError> for Failure {
    fn from(error: ModelsError) -> Self {
        match error {
            ModelsError::UnknownProvider { .. } => Self::refused(error.to_string()),
        }
    }
}

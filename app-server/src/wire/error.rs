//! What clients are told of `core`'s errors. The only place where one becomes the other.
//!
//! One `From` for each error type, exhaustive, so that a new variant asks for its answer. The reference server answers
//! `-32600` where a thread, turn or state does not allow a request.

use std::error::Error;

use codex_app_server_protocol::RpcError;
use codex_core::{
    ForkError, InjectError, InterruptError, ListError, MetadataError, ModelsError, OpenError,
    PermissionsError, ReadError, ReadStateError, ResumeError, RevertError, SettingsError, StartError,
    StartTurnError, SteerError, StoreError, SubmitError, UnarchiveError,
};
use codex_protocol::{CodexErrorInfo, TurnError, TurnId};
use serde_json::Value;

/// A handler's error, on its way to the client.
#[derive(Debug)]
pub(crate) struct Failure(RpcError);

impl Failure {
    /// The request asks for what the thread, turn or state does not allow.
    pub(crate) fn refused(message: impl Into<String>) -> Self {
        Self(RpcError::invalid_request(message))
    }
}

impl Failure {
    /// The running turn, or that there is none, does not allow what is asked. The data has the form of the reference
    /// server's for turns that cannot be steered, and the reason beside it, so that no program has to read the text.
    fn about_turn(message: String, reason: &'static str, active: Option<TurnId>) -> Self {
        let info = CodexErrorInfo::BadRequest;
        let error = TurnError {
            message: message.clone(),
            codex_error_info: Some(info),
            additional_details: None,
            misalignment: None,
        };
        let mut refusal = RpcError::invalid_request(message);
        let more = &mut refusal.data.get_or_insert_default().more;
        if let Ok(Value::Object(error)) = serde_json::to_value(error) {
            more.extend(error);
        }
        more.insert("reason".to_owned(), reason.into());
        if let Some(active) = active {
            more.insert("activeTurnId".to_owned(), active.to_string().into());
        }
        Self(refusal)
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
            StartError::Permissions(error) => error.into(),
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

impl From<StartTurnError> for Failure {
    fn from(error: StartTurnError) -> Self {
        match error {
            StartTurnError::Permissions(error) => error.into(),
            StartTurnError::Submit(error) => error.into(),
        }
    }
}

impl From<SteerError> for Failure {
    fn from(error: SteerError) -> Self {
        let message = error.to_string();
        match error {
            SteerError::NoExpectedTurn | SteerError::EmptyInput => Self::refused(message),
            SteerError::NoActiveTurn => Self::about_turn(message, "noActiveTurn", None),
            SteerError::OtherTurn { active, .. } => Self::about_turn(message, "otherTurn", Some(active)),
            SteerError::Submit(error) => error.into(),
        }
    }
}

impl From<InterruptError> for Failure {
    fn from(error: InterruptError) -> Self {
        let message = error.to_string();
        match error {
            InterruptError::NoActiveTurn => Self::about_turn(message, "noActiveTurn", None),
            InterruptError::OtherTurn { active, .. } => Self::about_turn(message, "otherTurn", Some(active)),
            InterruptError::Submit(error) => error.into(),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            // The user's own files: whoever reads this can do something about them.
            StoreError::Read { .. } | StoreError::Write { .. } => Self::refused(error.to_string()),
        }
    }
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::NotFound { .. } | OpenError::Locked { .. } | OpenError::Damaged { .. } => {
                Self::refused(error.to_string())
            }
            OpenError::Store(error) => error.into(),
        }
    }
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::NotFound { .. } | ReadError::Damaged { .. } | ReadError::InvalidCursor { .. } => {
                Self::refused(error.to_string())
            }
            ReadError::Store(error) => error.into(),
        }
    }
}

impl From<ResumeError> for Failure {
    fn from(error: ResumeError) -> Self {
        match error {
            ResumeError::Open(error) => error.into(),
            ResumeError::Start(error) => error.into(),
        }
    }
}

impl From<ForkError> for Failure {
    fn from(error: ForkError) -> Self {
        match error {
            ForkError::NoSuchTurn { .. } => Self::refused(error.to_string()),
            ForkError::Open(error) => error.into(),
            ForkError::Start(error) => error.into(),
        }
    }
}

impl From<MetadataError> for Failure {
    fn from(error: MetadataError) -> Self {
        match error {
            MetadataError::Ephemeral { .. } => Self::refused(error.to_string()),
            MetadataError::Open(error) => error.into(),
            MetadataError::Submit(error) => error.into(),
        }
    }
}

impl From<SettingsError> for Failure {
    fn from(error: SettingsError) -> Self {
        match error {
            SettingsError::Permissions(error) => error.into(),
            SettingsError::Store(error) => error.into(),
            SettingsError::Submit(error) => error.into(),
        }
    }
}

impl From<ReadStateError> for Failure {
    fn from(error: ReadStateError) -> Self {
        match error {
            ReadStateError::Conflict { first_unread, from_start, ref revision } => {
                let mut refusal = RpcError::invalid_request(error.to_string());
                let data = refusal.data.get_or_insert_default();
                let state = super::thread::read_state(first_unread, from_start, revision.clone());
                // The reference server's words for programs.
                data.more.insert("reason".to_owned(), "readStateConflict".into());
                let state = serde_json::to_value(state).unwrap_or_default();
                data.more.insert("readState".to_owned(), state);
                Self(refusal)
            }
            ReadStateError::Metadata(error) => error.into(),
        }
    }
}

impl From<UnarchiveError> for Failure {
    fn from(error: UnarchiveError) -> Self {
        match error {
            UnarchiveError::NotArchived { .. } => Self::refused(error.to_string()),
            UnarchiveError::Open(error) => error.into(),
        }
    }
}

impl From<RevertError> for Failure {
    fn from(error: RevertError) -> Self {
        match error {
            RevertError::Ephemeral { .. } | RevertError::NoSuchTurn { .. } => {
                Self::refused(error.to_string())
            }
            RevertError::Open(error) => error.into(),
            RevertError::Submit(error) => error.into(),
        }
    }
}

impl From<InjectError> for Failure {
    fn from(error: InjectError) -> Self {
        match error {
            InjectError::NoItems | InjectError::BadItem { .. } => Self::refused(error.to_string()),
            InjectError::Store(error) => error.into(),
            InjectError::Submit(error) => error.into(),
        }
    }
}

impl From<ListError> for Failure {
    fn from(error: ListError) -> Self {
        match error {
            ListError::InvalidCursor { .. } => Self::refused(error.to_string()),
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

impl From<PermissionsError> for Failure {
    /// What is wrong is in the user's own configuration, or in what the client asked for.
    fn from(error: PermissionsError) -> Self {
        Self::refused(error.to_string())
    }
}

//! Why a thread was not changed, by operation.

use codex_protocol::{ThreadId, TurnId};

use super::SubmitError;
use crate::{
    PermissionsError,
    store::{CutError, OpenError, StoreError},
};

/// Why what is kept beside a thread's turns was not changed.
#[derive(Debug, thiserror::Error)]
pub enum MetadataError {
    /// It lives in memory only.
    #[error("ephemeral thread does not support this: {id}")]
    Ephemeral {
        /// The thread.
        id: ThreadId,
    },
    /// It cannot be opened or written.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The thread does not take it.
    #[error(transparent)]
    Submit(#[from] SubmitError),
}

impl From<StoreError> for MetadataError {
    fn from(error: StoreError) -> Self {
        Self::Open(error.into())
    }
}

/// Why the settings of a thread were not changed.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The permission profile that is asked for cannot be used.
    #[error(transparent)]
    Permissions(#[from] PermissionsError),
    /// They cannot be written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The thread does not take them.
    #[error(transparent)]
    Submit(#[from] SubmitError),
}

/// Why what the user has read was not noted.
#[derive(Debug, thiserror::Error)]
pub enum ReadStateError {
    /// What the caller knows of the read state is old.
    #[error("read state changed")]
    Conflict {
        /// The first turn that is unread.
        first_unread: Option<TurnId>,
        /// Unread from the beginning on.
        from_start: bool,
        /// The revision in force.
        revision: String,
    },
    /// It cannot be written.
    #[error(transparent)]
    Metadata(#[from] MetadataError),
}

impl From<SubmitError> for ReadStateError {
    fn from(error: SubmitError) -> Self {
        Self::Metadata(error.into())
    }
}

/// Why a thread does not come back from the archive.
#[derive(Debug, thiserror::Error)]
pub enum UnarchiveError {
    /// It is not in the archive.
    #[error("no archived rollout found for thread id {id}")]
    NotArchived {
        /// The thread asked for.
        id: ThreadId,
    },
    /// It cannot be opened or moved.
    #[error(transparent)]
    Open(#[from] OpenError),
}

/// Why turns were not taken back.
#[derive(Debug, thiserror::Error)]
pub enum RevertError {
    /// The thread lives in memory only.
    #[error("ephemeral thread does not support this: {id}")]
    Ephemeral {
        /// The thread.
        id: ThreadId,
    },
    /// The thread has no such turn.
    #[error("turn not found: {turn}")]
    NoSuchTurn {
        /// The turn as named.
        turn: String,
    },
    /// The thread cannot be opened or written.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The thread does not take it.
    #[error(transparent)]
    Submit(#[from] SubmitError),
}

impl From<CutError> for RevertError {
    fn from(error: CutError) -> Self {
        match error {
            CutError::NoSuchTurn { turn } => Self::NoSuchTurn { turn: turn.to_string() },
            CutError::Store(error) => Self::Open(error.into()),
        }
    }
}

/// Why nothing was added to what the model sees.
#[derive(Debug, thiserror::Error)]
pub enum InjectError {
    /// There is nothing to inject.
    #[error("items must not be empty")]
    NoItems,
    /// What is to be injected is not an item of the model's.
    #[error("items[{index}] is not a valid response item: {reason}")]
    BadItem {
        /// Which one.
        index: usize,
        /// Why not.
        reason: String,
    },
    /// It cannot be written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The thread does not take it.
    #[error(transparent)]
    Submit(#[from] SubmitError),
}

//! Why the store does not do what was asked, by operation.

use std::io;

use codex_protocol::{ThreadId, TurnId};

/// The system refuses. The location is for people: what it means is the store's own affair.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A thread cannot be read.
    #[error("cannot read the rollout {location}: {source}")]
    Read {
        /// Where the thread is.
        location: String,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A thread cannot be opened or written.
    #[error("cannot open or write {location}: {source}")]
    Write {
        /// Where the thread is.
        location: String,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

impl StoreError {
    pub(super) fn read(location: &str, source: io::Error) -> Self {
        Self::Read { location: location.to_owned(), source }
    }

    pub(super) fn write(location: &str, source: io::Error) -> Self {
        Self::Write { location: location.to_owned(), source }
    }
}

/// Why a stored thread cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is no such thread.
    #[error("no rollout found for thread id {id}")]
    NotFound {
        /// The thread asked for.
        id: ThreadId,
    },
    /// Another server writes it.
    #[error(
        "thread {id} is open in another server, which alone may write {location}: end it there first; here it can be read"
    )]
    Locked {
        /// The thread.
        id: ThreadId,
        /// Where it is.
        location: String,
    },
    /// Nothing in it tells what thread it is.
    #[error("{location} line 1 does not say what thread it is: the file is damaged")]
    Damaged {
        /// Where it is.
        location: String,
    },
    /// The system refuses.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a thread cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// It is neither loaded nor stored.
    #[error("thread not loaded: {id}")]
    NotFound {
        /// The thread asked for.
        id: ThreadId,
    },
    /// Nothing in it tells what thread it is.
    #[error("{location} line 1 does not say what thread it is: the file is damaged")]
    Damaged {
        /// Where it is.
        location: String,
    },
    /// The cursor is not one of ours.
    #[error("invalid cursor: {cursor}")]
    InvalidCursor {
        /// The cursor as given.
        cursor: String,
    },
    /// The system refuses.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<OpenError> for ReadError {
    fn from(error: OpenError) -> Self {
        match error {
            // Reading needs no lease, so a lock cannot be the reason.
            OpenError::NotFound { id } | OpenError::Locked { id, .. } => Self::NotFound { id },
            OpenError::Damaged { location } => Self::Damaged { location },
            OpenError::Store(error) => Self::Store(error),
        }
    }
}

/// Why there is no list.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// The cursor is not one of ours.
    #[error("invalid cursor: {cursor}")]
    InvalidCursor {
        /// The cursor as given.
        cursor: String,
    },
    /// The index of threads does not work.
    #[error("cannot use the index of threads")]
    Index {
        /// What the database said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// Why turns cannot be cut off.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CutError {
    /// The thread has no such turn.
    #[error("turn not found: {turn}")]
    NoSuchTurn {
        /// The turn.
        turn: TurnId,
    },
    /// The system refuses.
    #[error(transparent)]
    Store(#[from] StoreError),
}

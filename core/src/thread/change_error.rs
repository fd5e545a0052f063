//! Why a thread was not changed, or not loaded.

use std::{io, path::PathBuf};

use codex_protocol::{ThreadId, TurnId};

use crate::store::OpenError;

/// Why a thread was not changed, or not loaded.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// There is no rollout of that thread.
    #[error("no rollout found for thread id {id}")]
    NotFound {
        /// The thread asked for.
        id: ThreadId,
    },
    /// There is none in the archive.
    #[error("no archived rollout found for thread id {id}")]
    NotArchived {
        /// The thread asked for.
        id: ThreadId,
    },
    /// It is not loaded, and only a loaded one can do that.
    #[error("thread not found: {id}")]
    NotLoaded {
        /// The thread asked for.
        id: ThreadId,
    },
    /// It lives in memory only.
    #[error("ephemeral thread does not support this: {id}")]
    Ephemeral {
        /// The thread.
        id: ThreadId,
    },
    /// Another server writes it.
    #[error(
        "thread {id} is open in another server, which alone may write {}: end it there first; here it can be read",
        path.display()
    )]
    Locked {
        /// The thread.
        id: ThreadId,
        /// Its rollout.
        path: PathBuf,
    },
    /// The rollout begins with nothing that tells whose it is.
    #[error("{} line 1 does not say what thread it is: the file is damaged", path.display())]
    NoHead {
        /// The rollout.
        path: PathBuf,
    },
    /// The system refuses.
    #[error("cannot open or write {}: {source}", path.display())]
    Io {
        /// The rollout.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The thread has no such turn.
    #[error("turn not found: {turn}")]
    NoTurn {
        /// The turn as named.
        turn: String,
    },
    /// A turn is running.
    #[error("a turn is running: interrupt it first")]
    Busy,
    /// What the caller knows of the read state is old.
    #[error("read state changed")]
    ReadConflict {
        /// The first turn that is unread.
        first_unread: Option<TurnId>,
        /// Unread from the beginning on.
        from_start: bool,
        /// The revision in force.
        revision: String,
    },
    /// There is nothing to inject.
    #[error("items must not be empty")]
    NoItems,
    /// What is to be injected is no item of the model's.
    #[error("items[{index}] is not a valid response item: {reason}")]
    BadItem {
        /// Which one.
        index: usize,
        /// Why not.
        reason: String,
    },
    /// The thread cannot be started again as it was.
    #[error(transparent)]
    Start(#[from] crate::StartError),
}

impl ChangeError {
    pub(crate) fn io(path: PathBuf, source: io::Error) -> Self {
        Self::Io { path, source }
    }

    pub(crate) fn open(id: ThreadId, path: PathBuf, error: OpenError) -> Self {
        match error {
            OpenError::Locked => Self::Locked { id, path },
            OpenError::Io(source) => Self::Io { path, source },
        }
    }
}

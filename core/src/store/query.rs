//! What can be asked of the store, and why there may be no answer.

use std::{io, path::PathBuf};

use codex_protocol::{SessionSource, ThreadId};

/// The size of a page where the caller names none, and the largest.
const LIMITS: (u32, u32) = (25, 100);

/// Which threads to list. The default is the first page of all, newest first.
#[derive(Clone, Debug, Default)]
pub struct ListQuery {
    /// Where the last page ended.
    pub cursor: Option<String>,
    /// How many at most; 25 where it is left out, never more than 100.
    pub limit: Option<u32>,
    /// What to sort by.
    pub sort_key: SortKey,
    /// Oldest first instead of newest first.
    pub ascending: bool,
    /// Only threads of these providers; none named means all.
    pub model_providers: Vec<String>,
    /// Only threads of these working directories; none named means all.
    pub cwds: Vec<PathBuf>,
    /// Only threads of these kinds of client; none named means all.
    pub sources: Vec<SessionSource>,
    /// Only threads of these clients; none named means all.
    pub originators: Vec<String>,
    /// Only threads whose preview or name contains this, whatever the case.
    pub search_term: Option<String>,
    /// Never these.
    pub excluded: Vec<ThreadId>,
    /// Archived threads instead of the others.
    pub archived: bool,
}

impl ListQuery {
    /// How many entries a page has at most.
    pub(super) fn size(&self) -> usize {
        self.limit.unwrap_or(LIMITS.0).clamp(1, LIMITS.1) as usize
    }
}

/// What lists are sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SortKey {
    /// When the thread was made.
    #[default]
    CreatedAt,
    /// When it last changed.
    UpdatedAt,
}

/// A part of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The entries.
    pub data: Vec<T>,
    /// Where the next page begins; none at the end.
    pub next_cursor: Option<String>,
    /// What lists this page's first entry and those before it when the direction is turned round.
    pub backwards_cursor: Option<String>,
}

/// Why a thread cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// It is neither loaded nor on disk.
    #[error("thread not loaded: {id}")]
    NotFound {
        /// The thread asked for.
        id: ThreadId,
    },
    /// Its rollout begins with nothing that tells whose it is.
    #[error("{} line 1 does not say what thread it is: the file is damaged", path.display())]
    NoHead {
        /// The rollout.
        path: PathBuf,
    },
    /// The cursor is none of ours.
    #[error("invalid cursor: {cursor}")]
    Cursor {
        /// The cursor as given.
        cursor: String,
    },
    /// Its rollout cannot be read.
    #[error("cannot read the rollout {}", path.display())]
    Io {
        /// The rollout.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

/// Why there is no list.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// The cursor is none of ours.
    #[error("invalid cursor: {cursor}")]
    Cursor {
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

//! What can be asked of the store.

use std::{fmt, path::PathBuf, str::FromStr};

use codex_protocol::{SessionSource, Thread, ThreadId};

use super::ListError;

/// The size of a page where the caller names none.
const DEFAULT_LIMIT: u32 = 25;

/// The largest page.
const MAX_LIMIT: u32 = 100;

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
    /// Only threads of these working directories: an empty list means none.
    pub cwds: Option<Vec<PathBuf>>,
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
        self.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT) as usize
    }

    /// The place of the cursor, if there is one.
    pub(super) fn after(&self) -> Result<Option<ThreadCursor>, ListError> {
        let parse = |text: &String| {
            text.parse().map_err(|InvalidCursor| ListError::InvalidCursor { cursor: text.clone() })
        };
        self.cursor.as_ref().map(parse).transpose()
    }

    /// Whether a place comes after another one.
    pub(super) fn is_after(&self, place: ThreadCursor, other: ThreadCursor) -> bool {
        if self.ascending { place > other } else { place < other }
    }

    /// Whether a thread is asked for, wherever it is kept.
    pub(super) fn matches(&self, thread: &Thread) -> bool {
        fn any<T: PartialEq>(wanted: &[T], value: &T) -> bool {
            wanted.is_empty() || wanted.contains(value)
        }
        any(&self.model_providers, &thread.model_provider)
            && self
                .cwds
                .as_ref()
                .is_none_or(|cwds| cwds.iter().any(|cwd| cwd.as_os_str() == thread.cwd.as_str()))
            && any(&self.sources, &thread.source)
            && (self.originators.is_empty()
                || thread.originator.as_ref().is_some_and(|name| self.originators.contains(name)))
            && !self.excluded.contains(&thread.id)
            && self
                .search_term
                .as_ref()
                .is_none_or(|term| searched_text(thread).contains(&term.to_lowercase()))
    }

    /// A page of the rows that are left in the query's order, of which at least one more than the page's size is given
    /// where there are more.
    pub(super) fn page<T>(&self, mut rows: Vec<(ThreadCursor, T)>) -> Page<T> {
        let more = rows.len() > self.size();
        rows.truncate(self.size());
        Page {
            next_cursor: rows.last().filter(|_| more).map(|(cursor, _)| cursor.to_string()),
            backwards_cursor: rows.first().map(|(cursor, _)| cursor.before(self.ascending).to_string()),
            data: rows.into_iter().map(|(_, row)| row).collect(),
        }
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

/// Where an entry stands in a list: the time sorted by, then the id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ThreadCursor {
    pub(super) time: i64,
    pub(super) id: ThreadId,
}

/// A cursor that is not one of ours.
#[derive(Debug)]
pub(super) struct InvalidCursor;

impl ThreadCursor {
    /// One step before this place, so that the list begins with it when it is turned round.
    fn before(self, ascending: bool) -> Self {
        Self { time: if ascending { self.time + 1 } else { self.time - 1 }, ..self }
    }
}

impl FromStr for ThreadCursor {
    type Err = InvalidCursor;

    fn from_str(text: &str) -> Result<Self, InvalidCursor> {
        let (time, id) = text.split_once('_').ok_or(InvalidCursor)?;
        Ok(Self {
            time: time.parse().map_err(|_| InvalidCursor)?,
            id: id.parse().map_err(|_| InvalidCursor)?,
        })
    }
}

impl fmt::Display for ThreadCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", self.time, self.id)
    }
}

/// What a list's search term is looked for in.
pub(super) fn searched_text(thread: &Thread) -> String {
    format!("{}\n{}", thread.name.as_deref().unwrap_or_default(), thread.preview).to_lowercase()
}

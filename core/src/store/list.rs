//! Lists of threads, from the names and the first lines of their rollouts.

use std::{
    cmp::Reverse,
    fs, io,
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use codex_protocol::{Thread, ThreadId, ThreadStatus};

use super::{
    ListError, ListQuery, Page, ReadMark, Reader, SortKey,
    meta::Living,
    paths::{id_of, root, walk},
    words::Words,
};

/// The size of a page where the caller names none, and the largest.
const LIMITS: (u32, u32) = (25, 100);

/// Where an entry stands in the order: the time sorted by, then the id.
type Place = (i64, ThreadId);

/// A page of the threads below `codex_home`, as they are on disk. Blocks.
pub(crate) fn list(codex_home: &Path, query: &ListQuery) -> Result<Page<StoredThread>, ListError> {
    pick(codex_home, query, |stored| matches(&stored.thread, query).then_some(stored))
}

/// A page of the threads that have these words, with where they stand. Reads the rollouts until the page is full.
pub(crate) fn search(
    codex_home: &Path,
    query: &ListQuery,
    words: &str,
) -> Result<Page<(StoredThread, String)>, ListError> {
    let words = Words::new(words);
    pick(codex_home, query, |stored| {
        if !matches(&stored.thread, query) {
            return None;
        }
        let snippet = words.find(&stored.thread)?;
        Some((stored, snippet))
    })
}

/// A page of what `fit` makes of the threads, in their order.
fn pick<T>(
    codex_home: &Path,
    query: &ListQuery,
    mut fit: impl FnMut(StoredThread) -> Option<T>,
) -> Result<Page<T>, ListError> {
    let root = root(codex_home, query.archived);
    let after = query.cursor.as_deref().map(parse_cursor).transpose()?;
    let mut places: Vec<(Place, PathBuf)> = Vec::new();
    walk(&root, &mut |path| {
        let Some(id) = id_of(path) else { return };
        let time = match query.sort_key {
            SortKey::CreatedAt => created_ms(id),
            SortKey::UpdatedAt => modified_ms(path),
        };
        places.push(((time, id), path.to_owned()));
    })
    .map_err(|source| ListError::Io { path: root.clone(), source })?;
    if query.ascending {
        places.sort_unstable_by_key(|(place, _)| *place);
    } else {
        places.sort_unstable_by_key(|(place, _)| Reverse(*place));
    }
    let limit = query.limit.unwrap_or(LIMITS.0).clamp(1, LIMITS.1) as usize;
    let rest = places.into_iter().filter(|(place, _)| match after {
        None => true,
        Some(after) if query.ascending => *place > after,
        Some(after) => *place < after,
    });
    let mut data = Vec::new();
    let (mut first, mut last, mut more) = (None, None, false);
    for (place, path) in rest {
        // A rollout that vanished or lost its first line is left out; it costs no other its place.
        let Ok(Some(stored)) = head(&path) else { continue };
        // One without a word of its user has nothing to come back to.
        if stored.thread.preview.is_empty() {
            continue;
        }
        let Some(entry) = fit(stored) else { continue };
        if data.len() == limit {
            more = true;
            break;
        }
        data.push(entry);
        first.get_or_insert(place);
        last = Some(place);
    }
    Ok(Page {
        data,
        next_cursor: last.filter(|_| more).map(cursor),
        // One step before the first entry in this direction, so that the turned list begins with the first entry.
        backwards_cursor: first
            .map(|(time, id)| cursor((if query.ascending { time + 1 } else { time - 1 }, id))),
    })
}

/// A thread that is on disk, and what the user has read of it.
#[derive(Clone, Debug)]
pub(crate) struct StoredThread {
    pub(crate) thread: Thread,
    pub(crate) read: ReadMark,
}

/// The thread of a rollout, without its turns; none where its first line is lost.
pub(crate) fn head(path: &Path) -> io::Result<Option<StoredThread>> {
    let reader = Reader::open(path)?;
    let (meta, preview) = reader.head()?;
    let Some(meta) = meta else { return Ok(None) };
    let mut state = reader.tail()?.state.unwrap_or_default();
    if state.preview.is_empty() {
        state.preview = preview.unwrap_or_default();
    }
    let thread = meta.thread(Living {
        state: &state,
        updated_at_ms: modified_ms(path).max(meta.created_at_ms),
        status: ThreadStatus::NotLoaded,
        path: Some(path),
        loaded: false,
    });
    Ok(Some(StoredThread { thread, read: state.read }))
}

fn matches(thread: &Thread, query: &ListQuery) -> bool {
    let any = |wanted: &[String], value: Option<&str>| {
        wanted.is_empty() || value.is_some_and(|value| wanted.iter().any(|wanted| wanted == value))
    };
    any(&query.model_providers, Some(&thread.model_provider))
        && any(&query.originators, thread.originator.as_deref())
        && (query.cwds.is_empty() || query.cwds.iter().any(|cwd| *cwd == Path::new(&thread.cwd)))
        && (query.sources.is_empty() || query.sources.contains(&thread.source))
        && !query.excluded.contains(&thread.id)
        && query.search_term.as_ref().is_none_or(|term| {
            let term = term.to_lowercase();
            thread.preview.to_lowercase().contains(&term)
                || thread.name.as_ref().is_some_and(|name| name.to_lowercase().contains(&term))
        })
}

fn created_ms(id: ThreadId) -> i64 {
    id.uuid().get_timestamp().map_or(0, |made| {
        let (seconds, nanos) = made.to_unix();
        seconds.cast_signed().saturating_mul(1000) + i64::from(nanos / 1_000_000)
    })
}

/// When a file last changed, in Unix milliseconds.
pub(crate) fn modified_ms(path: &Path) -> i64 {
    fs::metadata(path)
        .and_then(|data| data.modified())
        .ok()
        .and_then(|at| at.duration_since(UNIX_EPOCH).ok())
        .map_or(0, |since| since.as_millis() as i64)
}

fn cursor((time, id): Place) -> String {
    format!("{time}_{id}")
}

fn parse_cursor(text: &str) -> Result<Place, ListError> {
    text.split_once('_')
        .and_then(|(time, id)| Some((time.parse().ok()?, id.parse().ok()?)))
        .ok_or_else(|| ListError::Cursor { cursor: text.to_owned() })
}

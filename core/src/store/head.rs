//! What a list shows of a rollout, from its beginning and its end.

use std::{fs, io, path::Path, time::UNIX_EPOCH};

use codex_protocol::{Thread, ThreadStatus};
use serde::{Deserialize, Serialize};

use super::{ReadMark, Reader, meta::Living};

/// A thread that is on disk, and what the user has read of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
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

/// When a file last changed, in Unix milliseconds.
pub(crate) fn modified_ms(path: &Path) -> i64 {
    fs::metadata(path).map_or(0, |data| changed_ms(&data))
}

/// The same, from what the system tells about the file.
pub(super) fn changed_ms(data: &fs::Metadata) -> i64 {
    data.modified()
        .ok()
        .and_then(|at| at.duration_since(UNIX_EPOCH).ok())
        .map_or(0, |since| since.as_millis() as i64)
}

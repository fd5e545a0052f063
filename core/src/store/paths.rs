//! Where rollouts are, and whose they are by their name.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use codex_protocol::ThreadId;
use jiff::{Timestamp, ToSpan, Zoned, tz::TimeZone};

/// The folder of rollouts.
pub(super) fn root(codex_home: &Path, archived: bool) -> PathBuf {
    codex_home.join(if archived { "archived_sessions" } else { "sessions" })
}

/// Where the rollout of a new thread goes.
pub(crate) fn new_path(codex_home: &Path, id: ThreadId, created_at_ms: i64) -> PathBuf {
    let at = local(created_at_ms);
    root(codex_home, false)
        .join(day(&at))
        .join(format!("rollout-{}-{id}.jsonl", at.strftime("%Y-%m-%dT%H-%M-%S")))
}

/// The rollout of a thread. Looks at the days around its making first, which its id tells.
pub(crate) fn find(codex_home: &Path, id: ThreadId) -> io::Result<Option<PathBuf>> {
    let ending = format!("-{id}.jsonl");
    let root = root(codex_home, false);
    if let Some(made) = id.uuid().get_timestamp() {
        let at = local(made.to_unix().0.cast_signed().saturating_mul(1000));
        // The clock's zone may have changed since.
        for days in [0, -1, 1] {
            let Ok(at) = at.checked_add(days.days()) else { continue };
            if let Some(path) = in_folder(&root.join(day(&at)), &ending)? {
                return Ok(Some(path));
            }
        }
    }
    let mut found = None;
    walk(&root, &mut |path| {
        if path.to_str().is_some_and(|path| path.ends_with(&ending)) {
            found = Some(path.to_owned());
        }
    })?;
    Ok(found)
}

/// The thread of a rollout, by the file's name.
pub(super) fn id_of(path: &Path) -> Option<ThreadId> {
    let stem = path.file_name()?.to_str()?.strip_prefix("rollout-")?.strip_suffix(".jsonl")?;
    stem.get(stem.len().checked_sub(36)?..)?.parse().ok()
}

/// Calls `found` with each rollout below `folder`.
pub(super) fn walk(folder: &Path, found: &mut impl FnMut(&Path)) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let entry = entry?;
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            walk(&path, found)?;
        } else if id_of(&path).is_some() {
            found(&path);
        }
    }
    Ok(())
}

fn in_folder(folder: &Path, ending: &str) -> io::Result<Option<PathBuf>> {
    let mut found = None;
    walk(folder, &mut |path| {
        if path.to_str().is_some_and(|path| path.ends_with(ending)) {
            found = Some(path.to_owned());
        }
    })?;
    Ok(found)
}

fn local(ms: i64) -> Zoned {
    Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(TimeZone::system())
}

fn day(at: &Zoned) -> String {
    at.strftime("%Y/%m/%d").to_string()
}

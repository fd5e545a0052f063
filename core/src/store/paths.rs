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

/// The rollout of a thread that is not archived. Looks at the days around its making first, which its id tells.
pub(crate) fn find(codex_home: &Path, id: ThreadId) -> io::Result<Option<PathBuf>> {
    let root = root(codex_home, false);
    if let Some(made) = id.uuid().get_timestamp() {
        let at = local(made.to_unix().0.cast_signed().saturating_mul(1000));
        // The clock's zone may have changed since.
        for days in [0, -1, 1] {
            let Ok(at) = at.checked_add(days.days()) else { continue };
            if let Some(path) = latest(&root.join(day(&at)), id)? {
                return Ok(Some(path));
            }
        }
    }
    latest(&root, id)
}

/// The rollout of an archived thread.
pub(crate) fn find_archived(codex_home: &Path, id: ThreadId) -> io::Result<Option<PathBuf>> {
    latest(&root(codex_home, true), id)
}

/// Where an archived rollout goes.
pub(crate) fn archived_path(codex_home: &Path, path: &Path) -> Option<PathBuf> {
    Some(root(codex_home, true).join(path.file_name()?))
}

/// Where a rollout goes that comes back from the archive: the day of its name.
pub(crate) fn unarchived_path(codex_home: &Path, path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?.to_str()?;
    let day = name.strip_prefix("rollout-")?.get(..10).filter(|day| {
        day.bytes()
            .enumerate()
            .all(|(at, byte)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() })
    });
    let root = root(codex_home, false);
    Some(day.map_or_else(|| root.clone(), |day| root.join(day.replace('-', "/"))).join(name))
}

/// The thread of a rollout, by the file's name.
pub(super) fn id_of(path: &Path) -> Option<ThreadId> {
    let mut stem = path.file_name()?.to_str()?.strip_prefix("rollout-")?.strip_suffix(".jsonl")?;
    // The reference server gives a thread whose turns were taken back another file: `ID_ID`.
    if let Some((before, after)) = stem.rsplit_once('_')
        && after.len() == 36
    {
        stem = before;
    }
    stem.get(stem.len().checked_sub(36)?..)?.parse().ok()
}

/// What a walk comes by.
pub(super) enum Found<'a> {
    /// A folder, before it is looked into.
    Folder(&'a Path),
    /// A rollout, and its entry in its folder.
    Rollout(&'a Path, &'a fs::DirEntry),
}

/// Calls `found` with `folder`, and with each folder and rollout below it. A folder that it says no to is passed over.
pub(super) fn walk(folder: &Path, found: &mut impl FnMut(Found<'_>) -> bool) -> io::Result<()> {
    if !found(Found::Folder(folder)) {
        return Ok(());
    }
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
            found(Found::Rollout(&path, &entry));
        }
    }
    Ok(())
}

/// The thread's rollout below a folder. Of several the one with the last name: names begin with the time.
fn latest(folder: &Path, id: ThreadId) -> io::Result<Option<PathBuf>> {
    let mut found: Option<PathBuf> = None;
    walk(folder, &mut |next| {
        if let Found::Rollout(path, _) = next
            && id_of(path) == Some(id)
            && found.as_ref().is_none_or(|other| other.file_name() < path.file_name())
        {
            found = Some(path.to_owned());
        }
        true
    })?;
    Ok(found)
}

fn local(ms: i64) -> Zoned {
    Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(TimeZone::system())
}

fn day(at: &Zoned) -> String {
    at.strftime("%Y/%m/%d").to_string()
}

//! Where rollouts are, and whose they are by their name.

use std::{
    io,
    path::{Path, PathBuf},
};

use codex_protocol::{SessionSource, ThreadId};
use jiff::{Timestamp, ToSpan, Zoned, tz::TimeZone};
use walkdir::WalkDir;

use super::super::{ThreadMeta, ThreadState};

/// The folder of rollouts.
pub(super) fn root(codex_home: &Path, archived: bool) -> PathBuf {
    codex_home.join(if archived { "archived_sessions" } else { "sessions" })
}

/// Where the rollout of a new thread goes.
pub(super) fn new_path(codex_home: &Path, id: ThreadId, created_at_ms: i64) -> PathBuf {
    let at = local(created_at_ms);
    root(codex_home, false)
        .join(day(&at))
        .join(format!("rollout-{}-{id}.jsonl", at.strftime("%Y-%m-%dT%H-%M-%S")))
}

/// The rollout of a thread that is not archived. Looks at the days around its making first, which its id tells.
pub(super) fn find(codex_home: &Path, id: ThreadId) -> io::Result<Option<PathBuf>> {
    let root = root(codex_home, false);
    if let Some(made) = made_ms(id) {
        let at = local(made);
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
pub(super) fn find_archived(codex_home: &Path, id: ThreadId) -> io::Result<Option<PathBuf>> {
    latest(&root(codex_home, true), id)
}

/// Where an archived rollout goes.
pub(super) fn archived_path(codex_home: &Path, path: &Path) -> Option<PathBuf> {
    Some(root(codex_home, true).join(path.file_name()?))
}

/// Where a rollout goes that comes back from the archive: the day of its name.
pub(super) fn unarchived_path(codex_home: &Path, path: &Path) -> Option<PathBuf> {
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

/// When an id was made, in Unix milliseconds, where it tells.
pub(super) fn made_ms(id: ThreadId) -> Option<i64> {
    let (seconds, nanos) = id.uuid().get_timestamp()?.to_unix();
    Some(seconds.cast_signed().saturating_mul(1000) + i64::from(nanos / 1_000_000))
}

/// What a thread is known by where the first line of its rollout is lost: its id and its making stand in the file's name, and
/// the rest in its state.
pub(super) fn meta_of(path: &Path, state: &ThreadState) -> Option<ThreadMeta> {
    let id = id_of(path)?;
    Some(ThreadMeta {
        id,
        created_at_ms: made_ms(id).unwrap_or(0),
        cwd: state.settings.cwd.clone().unwrap_or_default(),
        model: state.settings.model.clone().unwrap_or_default(),
        model_provider: state.settings.model_provider.clone().unwrap_or_default(),
        effort: state.settings.effort.clone(),
        server_version: String::new(),
        originator: None,
        source: SessionSource::default(),
        thread_source: None,
        forked_from: None,
        base_instructions: None,
    })
}

/// What a walk comes by.
pub(super) enum Found<'a> {
    /// A folder, before it is looked into.
    Folder(&'a Path),
    /// A rollout, with its entry.
    Rollout(&'a walkdir::DirEntry),
}

/// Whether a walk goes on into a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Descend {
    Into,
    Past,
}

/// Calls `found` with `folder`, and with each folder and rollout below it.
pub(super) fn walk(folder: &Path, found: &mut impl FnMut(Found<'_>) -> Descend) -> io::Result<()> {
    let mut entries = WalkDir::new(folder).into_iter();
    while let Some(entry) = entries.next() {
        let entry = match entry {
            Ok(entry) => entry,
            // Folders and files may go at any moment.
            Err(error) if error.io_error().is_some_and(|error| error.kind() == io::ErrorKind::NotFound) => {
                if error.depth() == 0 {
                    // That it is not there is worth knowing too.
                    found(Found::Folder(folder));
                }
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        if entry.file_type().is_dir() {
            if found(Found::Folder(entry.path())) == Descend::Past {
                entries.skip_current_dir();
            }
        } else if id_of(entry.path()).is_some() {
            found(Found::Rollout(&entry));
        }
    }
    Ok(())
}

/// The thread's rollout below a folder. Of several the one with the last name: names begin with the time.
fn latest(folder: &Path, id: ThreadId) -> io::Result<Option<PathBuf>> {
    let mut found: Option<PathBuf> = None;
    walk(folder, &mut |next| {
        if let Found::Rollout(entry) = next
            && id_of(entry.path()) == Some(id)
            && found.as_ref().is_none_or(|other| other.file_name() < Some(entry.file_name()))
        {
            found = Some(entry.path().to_owned());
        }
        Descend::Into
    })?;
    Ok(found)
}

fn local(ms: i64) -> Zoned {
    Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(TimeZone::system())
}

fn day(at: &Zoned) -> String {
    at.strftime("%Y/%m/%d").to_string()
}

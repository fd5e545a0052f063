//! Bringing the index up to what the rollouts are.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use rusqlite::{Connection, Row, Transaction, params};

use super::{
    super::{
        super::{StoredThread, ThreadMeta, query::searched_text},
        file_store::snapshot,
        paths::{Descend, Found, id_of, made_ms, root, walk},
    },
    folders::Folders,
    progress::Progress,
};

/// Looks at all rollouts, and reads those that changed.
pub(super) fn full_scan(db: &mut Connection, home: &Path) -> Result<(), rusqlite::Error> {
    let mut known = measured(db, None)?;
    let (mut folders, mut changed) = (Folders::default(), Vec::new());
    for archived in [false, true] {
        let root = root(home, archived);
        let walked = walk(&root, &mut |found| match found {
            Found::Folder(folder) => {
                folders.note(folder);
                Descend::Into
            }
            Found::Rollout(entry) => {
                let Some(text) = entry.path().to_str() else { return Descend::Into };
                let before = known.remove(text);
                let now = entry.metadata().ok().map(|data| Measure::of(&data));
                if before.is_none() || before != now {
                    changed.push(entry.path().to_owned());
                }
                Descend::Into
            }
        });
        if let Err(error) = walked {
            tracing::warn!(%error, path = %root.display(), "cannot look at all rollouts");
            // Those that were not seen need not be gone.
            known.retain(|path, _| !Path::new(path).starts_with(&root));
        }
    }
    if changed.is_empty() && known.is_empty() && folders == Folders::known(db)? {
        return Ok(());
    }
    let gone: Vec<_> = known.into_keys().collect();
    write(db, home, &gone, &changed, Some(&folders))
}

/// Looks for rollouts that came or went, and reads those that came: only into folders that something was put into or taken
/// out of. What was written on a rollout that was there already is not seen. False where nothing is known yet.
pub(super) fn scan_changed_dirs(db: &mut Connection, home: &Path) -> Result<bool, rusqlite::Error> {
    let folders = Folders::known(db)?;
    if folders.is_empty() {
        return Ok(false);
    }
    let (mut gone, mut came) = (Vec::new(), Vec::new());
    for folder in folders.changed() {
        let mut known = measured(db, Some(folder))?;
        let walked = walk(Path::new(folder), &mut |found| match found {
            // Those that are known have their own turn.
            Found::Folder(below) if below == Path::new(folder) || !folders.has(below) => Descend::Into,
            Found::Folder(_) => Descend::Past,
            Found::Rollout(entry) => {
                if entry.path().to_str().is_some_and(|text| known.remove(text).is_none()) {
                    came.push(entry.path().to_owned());
                }
                Descend::Into
            }
        });
        match walked {
            Ok(()) => gone.extend(known.into_keys()),
            Err(error) => tracing::warn!(%error, path = folder, "cannot look at all rollouts"),
        }
    }
    if !gone.is_empty() || !came.is_empty() {
        write(db, home, &gone, &came, None)?;
    }
    Ok(true)
}

/// What the system tells of a file, by which a change of it shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Measure {
    size: i64,
    /// The last change, in Unix milliseconds.
    changed_ms: i64,
}

impl Measure {
    fn of(data: &fs::Metadata) -> Self {
        let changed = data.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
        Self { size: data.len() as i64, changed_ms: changed.map_or(0, |since| since.as_millis() as i64) }
    }

    /// That of a file; none where it is gone.
    fn at(path: &Path) -> Option<Self> {
        fs::metadata(path).ok().map(|data| Self::of(&data))
    }

    fn from_row(row: &Row<'_>, first: usize) -> Result<Self, rusqlite::Error> {
        Ok(Self { size: row.get(first)?, changed_ms: row.get(first + 1)? })
    }
}

/// The rollouts that are known: all, or those right in a folder.
fn measured(db: &Connection, folder: Option<&str>) -> Result<HashMap<String, Measure>, rusqlite::Error> {
    let mut select = db.prepare(
        "SELECT path, size, changed_ms FROM rollouts INDEXED BY by_measure WHERE path >= ?1 AND path < ?2",
    )?;
    // `0` comes right after `/`.
    let (from, to) = folder.map_or((String::new(), "\u{10ffff}".to_owned()), |folder| {
        (format!("{folder}/"), format!("{folder}0"))
    });
    let mut rows = select.query([&from, &to])?;
    let mut known = HashMap::new();
    while let Some(row) = rows.next()? {
        let path: String = row.get(0)?;
        if folder.is_none() || !path[from.len()..].contains('/') {
            known.insert(path, Measure::from_row(row, 1)?);
        }
    }
    Ok(known)
}

/// Takes rows out, reads rollouts into others, and keeps what was seen of the folders.
fn write(
    db: &mut Connection,
    home: &Path,
    gone: &[String],
    changed: &[PathBuf],
    folders: Option<&Folders>,
) -> Result<(), rusqlite::Error> {
    let change = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    for gone in gone {
        change.execute("DELETE FROM rollouts WHERE path = ?1", [gone])?;
    }
    let mut progress = Progress::new(changed.len());
    for path in changed {
        put(&change, home, path)?;
        progress.step();
    }
    if let Some(folders) = folders {
        folders.keep(&change)?;
    }
    change.commit()?;
    progress.end();
    Ok(())
}

/// Looks at some rollouts, and reads those that changed. True if any did.
pub(super) fn refresh_paths(
    db: &mut Connection,
    home: &Path,
    paths: impl IntoIterator<Item = impl AsRef<Path>>,
) -> Result<bool, rusqlite::Error> {
    let mut changed = Vec::new();
    for path in paths {
        let path = path.as_ref();
        let mut select = db.prepare_cached("SELECT size, changed_ms FROM rollouts WHERE path = ?1")?;
        let mut rows = select.query([path.to_string_lossy()])?;
        let known = rows.next()?.map(|row| Measure::from_row(row, 0)).transpose()?;
        if known != Measure::at(path) {
            changed.push(path.to_owned());
        }
    }
    if !changed.is_empty() {
        write(db, home, &[], &changed, None)?;
    }
    Ok(!changed.is_empty())
}

/// Writes the row of a rollout. One that cannot be read gets a row too, so that it is not read again and again.
fn put(change: &Transaction<'_>, home: &Path, path: &Path) -> Result<(), rusqlite::Error> {
    let text = path.to_string_lossy();
    let Some(Measure { size, changed_ms }) = Measure::at(path) else {
        change.prepare_cached("DELETE FROM rollouts WHERE path = ?1")?.execute([text])?;
        return Ok(());
    };
    let loaded = match snapshot(path).and_then(|snapshot| snapshot.load()) {
        Ok(loaded) => Some(loaded),
        Err(error) => {
            tracing::warn!(%error, path = %path.display(), "cannot read a rollout: its thread is not listed");
            None
        }
    };
    // One without a word of its user has nothing to come back to.
    let loaded = loaded.filter(|loaded| !loaded.state.preview.is_empty());
    let mut insert = change.prepare_cached(
        "INSERT OR REPLACE INTO rollouts
         (path, size, changed_ms, id, archived, created_ms, updated_ms, provider, cwd, source, originator, words, entry)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
    )?;
    match loaded {
        None => insert.execute(params![
            text,
            size,
            changed_ms,
            None::<&str>,
            0,
            0,
            0,
            "",
            "",
            "",
            None::<&str>,
            "",
            None::<&str>
        ])?,
        Some(loaded) => {
            let (created_ms, updated_ms) = (created_ms(path, &loaded.meta), loaded.updated_at_ms);
            let stored = StoredThread::of(loaded, Some(&text));
            let thread = &stored.thread;
            insert.execute(params![
                text,
                size,
                changed_ms,
                thread.id.to_string(),
                path.starts_with(root(home, true)),
                created_ms,
                updated_ms,
                thread.model_provider,
                thread.cwd,
                json(&thread.source),
                thread.originator,
                searched_text(thread),
                json(&stored),
            ])?
        }
    };
    Ok(())
}

/// The creation in milliseconds: the id tells it, whatever was copied since.
fn created_ms(path: &Path, meta: &ThreadMeta) -> i64 {
    let id = id_of(path).unwrap_or(meta.id);
    made_ms(id).unwrap_or(meta.created_at_ms)
}

pub(super) fn json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("a thread has no maps with keys that are no text")
}

/// The thread of a row.
pub(super) fn entry(text: &str) -> Option<StoredThread> {
    serde_json::from_str(text).ok()
}

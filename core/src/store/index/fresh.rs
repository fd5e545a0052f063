//! Bringing the index up to what the rollouts are.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
};

use codex_protocol::Thread;
use rusqlite::{Connection, Transaction, params};

use super::{
    super::{
        head::{StoredThread, changed_ms, head},
        paths::{Found, id_of, root, walk},
    },
    folders::Folders,
    progress::Progress,
};

/// Looks at all rollouts, and reads those that changed.
pub(super) fn sweep(db: &mut Connection, home: &Path) -> Result<(), rusqlite::Error> {
    let mut known = measured(db, None)?;
    let (mut folders, mut changed) = (Folders::default(), Vec::new());
    for archived in [false, true] {
        let root = root(home, archived);
        let walked = walk(&root, &mut |found| match found {
            Found::Folder(folder) => {
                folders.note(folder);
                true
            }
            Found::Rollout(path, entry) => {
                let Some(text) = path.to_str() else { return true };
                let before = known.remove(text);
                let now = entry.metadata().ok().map(|data| (data.len() as i64, changed_ms(&data)));
                if before.is_none() || before != now {
                    changed.push(path.to_owned());
                }
                true
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
pub(super) fn glance(db: &mut Connection, home: &Path) -> Result<bool, rusqlite::Error> {
    let folders = Folders::known(db)?;
    if folders.is_empty() {
        return Ok(false);
    }
    let (mut gone, mut came) = (Vec::new(), Vec::new());
    for folder in folders.changed() {
        let mut known = measured(db, Some(folder))?;
        let walked = walk(Path::new(folder), &mut |found| match found {
            // Those that are known have their own turn.
            Found::Folder(below) => below == Path::new(folder) || !folders.has(below),
            Found::Rollout(path, _) => {
                if path.to_str().is_some_and(|text| known.remove(text).is_none()) {
                    came.push(path.to_owned());
                }
                true
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

/// Size and last change of the rollouts that are known: all, or those right in a folder.
fn measured(db: &Connection, folder: Option<&str>) -> Result<HashMap<String, (i64, i64)>, rusqlite::Error> {
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
            known.insert(path, (row.get(1)?, row.get(2)?));
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
pub(super) fn look_at(
    db: &mut Connection,
    home: &Path,
    paths: impl IntoIterator<Item = PathBuf>,
) -> Result<bool, rusqlite::Error> {
    let mut changed = Vec::new();
    for path in paths {
        let mut select = db.prepare_cached("SELECT size, changed_ms FROM rollouts WHERE path = ?1")?;
        let mut rows = select.query([path.to_string_lossy()])?;
        let known = match rows.next()? {
            Some(row) => Some((row.get(0)?, row.get(1)?)),
            None => None,
        };
        if known != measure(&path) {
            changed.push(path);
        }
    }
    if !changed.is_empty() {
        write(db, home, &[], &changed, None)?;
    }
    Ok(!changed.is_empty())
}

/// Size and last change of a file; none where it is gone.
fn measure(path: &Path) -> Option<(i64, i64)> {
    let data = fs::metadata(path).ok()?;
    Some((data.len() as i64, changed_ms(&data)))
}

/// Writes the row of a rollout. One that cannot be read gets a row too, so that it is not read again and again.
fn put(change: &Transaction<'_>, home: &Path, path: &Path) -> Result<(), rusqlite::Error> {
    let text = path.to_string_lossy();
    let Some((size, changed_ms)) = measure(path) else {
        change.prepare_cached("DELETE FROM rollouts WHERE path = ?1")?.execute([text])?;
        return Ok(());
    };
    let stored = head(path).unwrap_or_else(|error| {
        tracing::warn!(%error, path = %path.display(), "cannot read a rollout: its thread is not listed");
        None
    });
    // One without a word of its user has nothing to come back to.
    let stored = stored.filter(|stored| !stored.thread.preview.is_empty());
    let mut insert = change.prepare_cached(
        "INSERT OR REPLACE INTO rollouts
         (path, size, changed_ms, id, archived, created_ms, provider, cwd, source, originator, words, entry)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    )?;
    match stored {
        None => insert.execute(params![
            text,
            size,
            changed_ms,
            None::<&str>,
            0,
            0,
            "",
            "",
            "",
            None::<&str>,
            "",
            None::<&str>
        ])?,
        Some(stored) => {
            let thread = &stored.thread;
            insert.execute(params![
                text,
                size,
                changed_ms,
                thread.id.to_string(),
                path.starts_with(root(home, true)),
                created_ms(path, thread),
                thread.model_provider,
                thread.cwd,
                json(&thread.source),
                thread.originator,
                words(thread),
                json(&stored),
            ])?
        }
    };
    Ok(())
}

/// The creation in milliseconds: the id tells it, whatever was copied since.
fn created_ms(path: &Path, thread: &Thread) -> i64 {
    let id = id_of(path).unwrap_or(thread.id);
    id.uuid().get_timestamp().map_or(thread.created_at * 1000, |made| {
        let (seconds, nanos) = made.to_unix();
        seconds.cast_signed().saturating_mul(1000) + i64::from(nanos / 1_000_000)
    })
}

/// What a search term is looked for in.
fn words(thread: &Thread) -> String {
    format!("{}\n{}", thread.name.as_deref().unwrap_or_default(), thread.preview).to_lowercase()
}

pub(super) fn json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("a thread has no maps with keys that are no text")
}

/// The thread of a row.
pub(super) fn entry(text: &str) -> Option<StoredThread> {
    serde_json::from_str(text).ok()
}

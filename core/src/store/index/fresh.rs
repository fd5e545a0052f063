//! Bringing the index up to what the rollouts are.

use std::{
    collections::{HashMap, HashSet},
    fs, io,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use codex_protocol::Thread;
use rusqlite::{Connection, Transaction, params};

use super::super::{
    head::{StoredThread, changed_ms, head},
    paths::{id_of, root, walk},
};

/// From how many rollouts on whoever started the server is told that it takes a while.
const MANY: usize = 500;

/// How often they are told how far it is.
const OFTEN: Duration = Duration::from_secs(1);

/// Looks at all rollouts, and reads those that changed.
pub(super) fn sweep(db: &mut Connection, home: &Path) -> Result<(), rusqlite::Error> {
    let mut known: HashMap<String, (i64, i64)> = HashMap::new();
    {
        let mut select = db.prepare("SELECT path, size, changed_ms FROM rollouts INDEXED BY by_measure")?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            known.insert(row.get(0)?, (row.get(1)?, row.get(2)?));
        }
    }
    let mut changed = Vec::new();
    for archived in [false, true] {
        let root = root(home, archived);
        let walked = walk(&root, &mut |path, entry| {
            let Some(text) = path.to_str() else { return };
            let before = known.remove(text);
            let now = entry.metadata().ok().map(|data| (data.len() as i64, changed_ms(&data)));
            if before.is_none() || before != now {
                changed.push(path.to_owned());
            }
        });
        if let Err(error) = walked {
            tracing::warn!(%error, path = %root.display(), "cannot look at all rollouts");
            // Those that were not seen need not be gone.
            known.retain(|path, _| !Path::new(path).starts_with(&root));
        }
    }
    if changed.is_empty() && known.is_empty() {
        return Ok(());
    }
    let change = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    for gone in known.keys() {
        change.execute("DELETE FROM rollouts WHERE path = ?1", [gone])?;
    }
    let mut progress = Progress::new(changed.len());
    for path in &changed {
        put(&change, home, path)?;
        progress.step();
    }
    change.commit()?;
    progress.end();
    Ok(())
}

/// Looks at some rollouts, and reads those that changed.
pub(super) fn look_at(
    db: &mut Connection,
    home: &Path,
    paths: HashSet<PathBuf>,
) -> Result<(), rusqlite::Error> {
    if paths.is_empty() {
        return Ok(());
    }
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
    if changed.is_empty() {
        return Ok(());
    }
    let change = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    for path in &changed {
        put(&change, home, path)?;
    }
    change.commit()
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

/// Tells on stderr how far it is, where it takes a while.
struct Progress {
    all: usize,
    done: usize,
    begun: Instant,
    told: Instant,
}

impl Progress {
    fn new(all: usize) -> Self {
        let now = Instant::now();
        let progress = Self { all, done: 0, begun: now, told: now };
        if all >= MANY {
            tell(&format!("indexing {all} threads"));
        }
        progress
    }

    fn step(&mut self) {
        self.done += 1;
        if self.all >= MANY && self.told.elapsed() >= OFTEN {
            self.told = Instant::now();
            tell(&format!("indexing threads: {} of {}", self.done, self.all));
        }
    }

    fn end(&self) {
        if self.all >= MANY {
            tell(&format!("indexed {} threads in {} ms", self.all, self.begun.elapsed().as_millis()));
        }
    }
}

/// A line for whoever started the server. That nobody reads stderr changes nothing.
fn tell(line: &str) {
    use io::Write;
    let _: io::Result<()> = writeln!(io::stderr(), "{line}");
}

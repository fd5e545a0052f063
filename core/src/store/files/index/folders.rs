//! What folders tell of the rollouts in them: whether any came or went.

use std::{
    collections::HashMap,
    fs,
    path::Path,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use rusqlite::{Connection, Transaction};

/// The time of a folder that has to be looked into.
const OPEN: i64 = 0;

/// The time of a folder that is not there.
const MISSING: i64 = -1;

/// How long a folder must have been left alone before its time says anything: file systems count in steps, and what happens
/// within a step does not show.
const SETTLED: Duration = Duration::from_secs(2);

/// Folders by their path, with the time of their last change in nanoseconds.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Folders(HashMap<String, i64>);

impl Folders {
    /// The folders as they were when the index was last brought up to date.
    pub(super) fn known(db: &Connection) -> Result<Self, rusqlite::Error> {
        let mut select = db.prepare("SELECT path, changed_ns FROM folders")?;
        let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(Self(rows.collect::<Result<_, _>>()?))
    }

    /// Notes a folder, there or not, before it is looked into.
    pub(super) fn note(&mut self, folder: &Path) {
        if let Some(path) = folder.to_str() {
            self.0.insert(path.to_owned(), changed_ns(folder));
        }
    }

    /// Whether none is known: then nothing was ever looked at.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a folder is among them.
    pub(super) fn has(&self, folder: &Path) -> bool {
        folder.to_str().is_some_and(|path| self.0.contains_key(path))
    }

    /// Those that something was put into or taken out of, that came or went.
    pub(super) fn changed(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|(path, known)| {
            (*known == OPEN || changed_ns(Path::new(path)) != *known).then_some(path.as_str())
        })
    }

    /// Keeps them instead of those that were known.
    pub(super) fn keep(&self, change: &Transaction<'_>) -> Result<(), rusqlite::Error> {
        change.execute("DELETE FROM folders", [])?;
        let mut insert = change.prepare("INSERT INTO folders (path, changed_ns) VALUES (?1, ?2)")?;
        for row in &self.0 {
            insert.execute(row)?;
        }
        Ok(())
    }
}

/// When something was last put into a folder or taken out.
fn changed_ns(folder: &Path) -> i64 {
    let Ok(changed) = fs::metadata(folder).and_then(|data| data.modified()) else { return MISSING };
    let settled = SystemTime::now().duration_since(changed).is_ok_and(|age| age > SETTLED);
    let since = changed.duration_since(UNIX_EPOCH).ok().filter(|_| settled);
    since.map_or(OPEN, |since| i64::try_from(since.as_nanos()).unwrap_or(OPEN))
}

//! The index's file: opening it, and seeing that it is of no use.

use std::{
    fs::{self, OpenOptions, Permissions},
    io,
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, ErrorCode};

/// The version of the table. Another one is dropped and made again.
const VERSION: i32 = 3;

/// Where the index is.
fn path(home: &Path) -> PathBuf {
    home.join("app-server-threads.sqlite")
}

/// Opens the index, or makes it. Where nothing can be written it lives in memory.
pub(super) fn open(home: &Path) -> Result<Connection, rusqlite::Error> {
    let path = path(home);
    // Where it cannot be made nothing can be written either.
    let _ = make_private(&path);
    let opened = Connection::open(&path).and_then(|mut db| prepare(&mut db).map(|()| db));
    match opened {
        Ok(db) => Ok(db),
        Err(error) if is_damage(&error) => Err(error),
        Err(error) => {
            tracing::warn!(%error, path = %path.display(), "the index of threads is kept in memory: its file cannot be written");
            let mut db = Connection::open_in_memory()?;
            prepare(&mut db)?;
            Ok(db)
        }
    }
}

/// The index has words of conversations in it: nobody else reads it, whatever the umask says. What `SQLite` keeps beside it gets
/// the same mode.
fn make_private(path: &Path) -> io::Result<()> {
    let file = OpenOptions::new().append(true).create(true).mode(0o600).open(path)?;
    if file.metadata()?.permissions().mode() & 0o077 != 0 {
        file.set_permissions(Permissions::from_mode(0o600))?;
    }
    Ok(())
}

/// Makes the table, unless it is there. Two servers may do so at once.
fn prepare(db: &mut Connection) -> Result<(), rusqlite::Error> {
    db.busy_timeout(Duration::from_secs(5))?;
    db.pragma_update(None, "journal_mode", "wal")?;
    // The rollouts are the truth: what a power cut costs here is made again.
    db.pragma_update(None, "synchronous", "off")?;
    let version: i32 = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version == VERSION {
        return Ok(());
    }
    let change = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    change.execute_batch(
        "DROP TABLE IF EXISTS rollouts;
         DROP TABLE IF EXISTS folders;
         CREATE TABLE rollouts (
             path TEXT PRIMARY KEY, size INTEGER NOT NULL, changed_ms INTEGER NOT NULL,
             id TEXT, archived INTEGER, created_ms INTEGER, updated_ms INTEGER, provider TEXT, cwd TEXT, source TEXT, originator TEXT,
             words TEXT, entry TEXT
         ) WITHOUT ROWID;
         -- Folders with rollouts somewhere below, and when something was last put into them or taken out.
         CREATE TABLE folders (path TEXT PRIMARY KEY, changed_ns INTEGER NOT NULL) WITHOUT ROWID;
         -- All that a look at every rollout reads, apart from the large entries.
         CREATE INDEX by_measure ON rollouts (path, size, changed_ms);
         CREATE INDEX by_creation ON rollouts (archived, created_ms, id) WHERE entry IS NOT NULL;
         CREATE INDEX by_update ON rollouts (archived, updated_ms, id) WHERE entry IS NOT NULL;",
    )?;
    change.pragma_update(None, "user_version", VERSION)?;
    change.commit()
}

/// Whether an error means that the file is no index, or no longer.
pub(super) fn is_damage(error: &rusqlite::Error) -> bool {
    match error {
        rusqlite::Error::SqliteFailure(failure, message) => {
            matches!(failure.code, ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
                // A table that is not as it should be.
                || (failure.code == ErrorCode::Unknown
                    && message.as_ref().is_some_and(|message| message.starts_with("no such")))
        }
        rusqlite::Error::InvalidColumnType(..) | rusqlite::Error::FromSqlConversionFailure(..) => true,
        _ => false,
    }
}

/// Removes a file that is of no use.
pub(super) fn remove(home: &Path) {
    let path = path(home);
    for ending in ["", "-wal", "-shm"] {
        let mut name = path.clone().into_os_string();
        name.push(ending);
        match fs::remove_file(&name) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                tracing::warn!(%error, "cannot remove a damaged index");
            }
            _ => {}
        }
    }
}

//! A rollout's file: made, locked, appended to, replaced.

use std::{
    fs::{DirBuilder, File, OpenOptions, TryLockError},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::Path,
    sync::Arc,
};

use codex_protocol::now_ms;

use super::{
    super::{
        Record, ThreadMeta,
        record::{Line, VERSION},
    },
    reader::copy_part,
    sync::Syncing,
};

/// A file that this process alone writes, by a lock on it that ends with the process.
#[derive(Debug)]
pub(super) struct OpenFile {
    pub(super) file: Arc<File>,
    pub(super) length: u64,
    /// What the first line is to say, until it is written.
    pub(super) head: Option<Box<ThreadMeta>>,
    /// Whether the file may end in half a line.
    pub(super) torn: bool,
    pub(super) sync: Arc<Syncing>,
}

impl OpenFile {
    pub(super) fn new(file: File, length: u64) -> Self {
        Self { file: Arc::new(file), length, head: None, torn: false, sync: Arc::default() }
    }
}

/// Why a rollout cannot be leased.
#[derive(Debug, thiserror::Error)]
pub(super) enum LeaseError {
    /// Another process writes it.
    #[error("another server has it open")]
    Locked,
    /// The system refuses.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Writes records to a file, a line each.
pub(in super::super) fn write_lines(mut file: &File, records: &[Record]) -> io::Result<()> {
    let mut lines = Vec::new();
    for record in records {
        push_line(&mut lines, record)?;
    }
    file.write_all(&lines)
}

/// Writes the first `keep` bytes of a file and more beside it, locks that, and puts it in the file's place.
pub(super) fn replace(source: &File, keep: u64, more: &[Record], path: &Path) -> io::Result<OpenFile> {
    let beside = path.with_extension("jsonl.new");
    let file =
        OpenOptions::new().read(true).append(true).create(true).truncate(false).mode(0o600).open(&beside)?;
    let make = || {
        lock(&file).map_err(io::Error::other)?;
        file.set_len(0)?;
        copy_part(source, 0, keep, &file)?;
        write_lines(&file, more)?;
        file.sync_data()?;
        std::fs::rename(&beside, path)?;
        Ok(file.metadata()?.len())
    };
    match make() {
        Ok(length) => Ok(OpenFile::new(file, length)),
        Err(error) => {
            remove_unfinished(&beside);
            Err(error)
        }
    }
}

/// Removes a file that was not finished. That it cannot be removed changes nothing.
pub(super) fn remove_unfinished(path: &Path) {
    if let Err(error) = std::fs::remove_file(path) {
        tracing::debug!(%error, path = %path.display(), "cannot remove an unfinished rollout");
    }
}

pub(super) fn create(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    let file = OpenOptions::new().read(true).append(true).create_new(true).mode(0o600).open(path)?;
    lock(&file).map_err(io::Error::other)?;
    Ok(file)
}

pub(super) fn lock(file: &File) -> Result<(), LeaseError> {
    match file.try_lock() {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => Err(LeaseError::Locked),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

pub(super) fn push_line(lines: &mut Vec<u8>, record: &Record) -> io::Result<()> {
    serde_json::to_writer(&mut *lines, &Line { v: VERSION, at: now_ms(), record })?;
    lines.push(b'\n');
    Ok(())
}

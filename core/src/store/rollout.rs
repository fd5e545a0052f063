//! Writing a thread's rollout.

use std::{
    fs::{DirBuilder, File, OpenOptions, TryLockError},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use codex_protocol::now_ms;

use super::{
    Record, StoredTurn, ThreadMeta, Written,
    record::{Line, VERSION},
    replay::Assembly,
    sync::Syncing,
};

/// A thread's rollout: a file, or memory for an ephemeral thread.
#[derive(Debug)]
pub(crate) struct Rollout {
    path: Option<PathBuf>,
    inner: Mutex<Inner>,
    /// What this process has written.
    written: Mutex<Written>,
}

#[derive(Debug)]
enum Inner {
    /// Nothing written yet: a thread without turns leaves no file.
    Planned(Box<ThreadMeta>),
    Open(Open),
    Memory(Vec<Record>),
    /// Given up: the thread is no longer ours to write.
    Closed,
}

/// A file that this process alone writes, by a lock on it that ends with the process.
#[derive(Debug)]
struct Open {
    file: Arc<File>,
    length: u64,
    /// Whether the file may end in half a line.
    torn: bool,
    sync: Arc<Syncing>,
}

/// Why a rollout cannot be written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OpenError {
    /// Another process writes it.
    #[error("another server has it open")]
    Locked,
    /// The system refuses.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl Rollout {
    /// A rollout whose file is made with the first record.
    pub(crate) fn at(path: PathBuf, meta: ThreadMeta) -> Self {
        Self::new(Some(path), Inner::Planned(Box::new(meta)))
    }

    /// A rollout that ends with the process.
    pub(crate) fn in_memory(meta: ThreadMeta) -> Self {
        Self::new(None, Inner::Memory(vec![Record::Thread(meta)]))
    }

    /// A rollout that is there, to be written on.
    pub(crate) fn resume(path: PathBuf) -> Result<Self, OpenError> {
        let file = OpenOptions::new().read(true).append(true).open(&path)?;
        lock(&file)?;
        let length = file.metadata()?.len();
        let mut last = [b'\n'];
        if length > 0 {
            file.read_exact_at(&mut last, length - 1)?;
        }
        let open = Open { file: Arc::new(file), length, torn: last != [b'\n'], sync: Arc::default() };
        Ok(Self::new(Some(path), Inner::Open(open)))
    }

    fn new(path: Option<PathBuf>, inner: Inner) -> Self {
        Self { path, inner: Mutex::new(inner), written: Mutex::default() }
    }

    /// The file; none in memory.
    pub(crate) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// How long the file is; none in memory, or before the first record.
    pub(crate) fn length(&self) -> Option<u64> {
        match &*self.inner() {
            Inner::Open(open) => Some(open.length),
            _ => None,
        }
    }

    /// What this process has written so far.
    pub(crate) fn written(&self) -> Written {
        *self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes records. When this returns, the system has them: a crash of this process loses none.
    pub(crate) fn append(&self, records: &[Record]) -> io::Result<()> {
        let begun = Instant::now();
        let mut inner = self.inner();
        let mut lines = Vec::with_capacity(512 * records.len());
        if let (Inner::Planned(meta), Some(path)) = (&*inner, &self.path) {
            let file = create(path)?;
            line(&mut lines, &Record::Thread((**meta).clone()))?;
            *inner = Inner::Open(Open { file: Arc::new(file), length: 0, torn: false, sync: Arc::default() });
        }
        match &mut *inner {
            Inner::Memory(all) => all.extend_from_slice(records),
            Inner::Open(open) => {
                if open.torn {
                    lines.push(b'\n');
                }
                for record in records {
                    line(&mut lines, record)?;
                }
                open.torn = true;
                let written = (&*open.file).write_all(&lines);
                if written.is_err() {
                    // A part of it may be there: the length is what the system says.
                    open.length = open.file.metadata().map_or(open.length, |data| data.len());
                }
                written?;
                open.torn = false;
                open.length += lines.len() as u64;
                let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
                written.bytes += lines.len() as u64;
                written.records += records.len() as u64;
                written.duration += begun.elapsed();
            }
            Inner::Closed => return Err(io::Error::other("the thread is closed")),
            Inner::Planned(_) => unreachable!("a rollout without a path is in memory from the start"),
        }
        Ok(())
    }

    /// An error of writing, with the file that it is about.
    pub(crate) fn reason(&self, error: &io::Error) -> String {
        match &self.path {
            Some(path) => format!("{error} ({})", path.display()),
            None => error.to_string(),
        }
    }

    /// Has the file put on the disk, off the caller's path.
    pub(crate) fn sync(&self) {
        if let Inner::Open(open) = &*self.inner() {
            open.sync.start(&open.file);
        }
    }

    /// The turns of a rollout in memory; none where it is a file.
    pub(crate) fn memory(&self) -> Option<Vec<StoredTurn>> {
        let Inner::Memory(records) = &*self.inner() else { return None };
        let mut assembly = Assembly::default();
        for (at, record) in records.iter().enumerate() {
            assembly.add(at as u64, record.clone());
        }
        Some(assembly.finish())
    }

    /// Gives the file and its lock up; nothing is written from here on.
    pub(crate) fn close(&self) {
        let mut inner = self.inner();
        if let Inner::Open(open) = &*inner
            && let Err(error) = open.file.unlock()
        {
            // It ends with the file; a write to the disk may still have that open.
            tracing::debug!(%error, "cannot unlock a rollout");
        }
        if !matches!(*inner, Inner::Memory(_)) {
            *inner = Inner::Closed;
        }
    }

    /// Replaces the file by its first `keep` bytes and these records, in one step: whoever opens it sees the one or the
    /// other. The lock goes with it.
    pub(crate) fn cut(&self, keep: u64, records: &[Record]) -> io::Result<()> {
        let mut inner = self.inner();
        let (Inner::Open(open), Some(path)) = (&mut *inner, &self.path) else {
            return Err(io::Error::other("the thread has no turns on disk"));
        };
        let mut lines = Vec::new();
        for record in records {
            line(&mut lines, record)?;
        }
        let (file, length) = copy(&File::open(path)?, keep, &lines, path)?;
        *open = Open { file: Arc::new(file), length, torn: false, sync: Arc::default() };
        Ok(())
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Makes the rollout of a copy: its own first line, then what of the source lies between `from` and `to`, then
/// `records`.
pub(crate) fn copy_rollout(
    source: &Path,
    (from, to): (u64, u64),
    path: &Path,
    meta: &ThreadMeta,
    records: &[Record],
) -> io::Result<()> {
    let mut file = create(path)?;
    let mut lines = Vec::new();
    line(&mut lines, &Record::Thread(meta.clone()))?;
    file.write_all(&lines)?;
    append_part(&File::open(source)?, from, to, &mut file)?;
    lines.clear();
    for record in records {
        line(&mut lines, record)?;
    }
    file.write_all(&lines)
}

/// Writes the first `keep` bytes of a file and more beside it, locks that, and puts it in the file's place.
fn copy(source: &File, keep: u64, more: &[u8], path: &Path) -> io::Result<(File, u64)> {
    let beside = path.with_extension("jsonl.new");
    let mut file =
        OpenOptions::new().read(true).append(true).create(true).truncate(false).mode(0o600).open(&beside)?;
    let made = (|| {
        lock(&file).map_err(io::Error::other)?;
        file.set_len(0)?;
        append_part(source, 0, keep, &mut file)?;
        file.write_all(more)?;
        file.sync_data()?;
        std::fs::rename(&beside, path)
    })();
    if let Err(error) = made {
        // It is ours and of no use; that it cannot be removed changes nothing.
        let _: io::Result<()> = std::fs::remove_file(&beside);
        return Err(error);
    }
    let length = file.metadata()?.len();
    Ok((file, length))
}

/// Appends a part of a file, ended by a line's end.
fn append_part(mut source: &File, from: u64, to: u64, file: &mut File) -> io::Result<()> {
    use std::io::{Read, Seek, SeekFrom};
    if to <= from {
        return Ok(());
    }
    source.seek(SeekFrom::Start(from))?;
    io::copy(&mut source.take(to - from), file)?;
    let mut last = [0];
    source.read_exact_at(&mut last, to - 1)?;
    if last != *b"\n" {
        file.write_all(b"\n")?;
    }
    Ok(())
}

fn create(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    let file = OpenOptions::new().read(true).append(true).create_new(true).mode(0o600).open(path)?;
    lock(&file).map_err(io::Error::other)?;
    Ok(file)
}

fn lock(file: &File) -> Result<(), OpenError> {
    match file.try_lock() {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => Err(OpenError::Locked),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

fn line(lines: &mut Vec<u8>, record: &Record) -> io::Result<()> {
    serde_json::to_writer(&mut *lines, &Line { v: VERSION, at: now_ms(), record })?;
    lines.push(b'\n');
    Ok(())
}

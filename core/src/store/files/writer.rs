//! Writing a thread's rollout.

use std::{
    fs::OpenOptions,
    io::{self, Write},
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use codex_protocol::TurnId;

use super::{
    super::{
        CutError, HistorySnapshot, Record, StoreError, ThreadMeta, ThreadState, ThreadWriter, WriteStats,
        memory::empty_source,
    },
    index::Index,
    reader::RolloutReader,
    rollout_file::{LeaseError, OpenFile, create, lock, push_line, remove_unfinished, replace, write_lines},
};

/// The lease of a rollout.
#[derive(Debug)]
pub(super) struct RolloutWriter {
    path: Arc<Path>,
    location: Arc<str>,
    inner: Mutex<Inner>,
    stats: Mutex<WriteStats>,
    /// Told of each change.
    index: Arc<Index>,
}

#[derive(Debug)]
enum Inner {
    /// Nothing written yet: a thread without records leaves no file.
    Planned(Box<ThreadMeta>),
    Open(OpenFile),
    /// Given back, and what had been written until then.
    Released(Box<HistorySnapshot>),
}

impl RolloutWriter {
    /// A rollout whose file is made with the first record.
    pub(super) fn planned(path: PathBuf, meta: ThreadMeta, index: Arc<Index>) -> Self {
        Self::new(path, Inner::Planned(Box::new(meta)), index)
    }

    /// A rollout that is there, to be written on.
    pub(super) fn open(path: PathBuf, index: Arc<Index>) -> Result<Self, LeaseError> {
        let file = OpenOptions::new().read(true).append(true).open(&path)?;
        lock(&file)?;
        let length = file.metadata()?.len();
        let mut last = [b'\n'];
        if length > 0 {
            file.read_exact_at(&mut last, length - 1)?;
        }
        let open = OpenFile { torn: last != [b'\n'], ..OpenFile::new(file, length) };
        Ok(Self::new(path, Inner::Open(open), index))
    }

    /// A new rollout that begins with the records of another thread.
    pub(super) fn fork(
        path: PathBuf,
        source: &HistorySnapshot,
        meta: ThreadMeta,
        state: &ThreadState,
        index: Arc<Index>,
    ) -> io::Result<Self> {
        let file = create(&path)?;
        let write = || {
            write_lines(&file, &[Record::Thread(meta)])?;
            source.source().write_rollout(&file)?;
            write_lines(&file, &[Record::State(state.clone())])?;
            Ok(file.metadata()?.len())
        };
        match write() {
            Ok(length) => {
                index.touch(&Arc::from(&*path));
                Ok(Self::new(path, Inner::Open(OpenFile::new(file, length)), index))
            }
            Err(error) => {
                remove_unfinished(&path);
                Err(error)
            }
        }
    }

    fn new(path: PathBuf, inner: Inner, index: Arc<Index>) -> Self {
        Self {
            location: path.display().to_string().into(),
            path: path.into(),
            inner: Mutex::new(inner),
            stats: Mutex::default(),
            index,
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stats(&self) -> MutexGuard<'_, WriteStats> {
        self.stats.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn snapshot_of(&self, inner: &Inner) -> HistorySnapshot {
        let location = Arc::clone(&self.location);
        match inner {
            Inner::Open(open) => {
                let reader = RolloutReader::new(Arc::clone(&self.path), Arc::clone(&open.file), open.length);
                HistorySnapshot::new(Arc::new(reader), location)
            }
            Inner::Planned(meta) => HistorySnapshot::new(empty_source((**meta).clone()), location),
            Inner::Released(snapshot) => (**snapshot).clone(),
        }
    }

    fn write(&self, records: &[Record]) -> io::Result<()> {
        let begun = Instant::now();
        let mut inner = self.inner();
        let mut lines = Vec::with_capacity(512 * records.len());
        if let Inner::Planned(meta) = &mut *inner {
            let file = create(&self.path)?;
            *inner = Inner::Open(OpenFile { head: Some(meta.clone()), ..OpenFile::new(file, 0) });
        }
        let Inner::Open(open) = &mut *inner else { return Err(io::Error::other("the thread is closed")) };
        if open.torn {
            lines.push(b'\n');
        }
        if let Some(meta) = &open.head {
            push_line(&mut lines, &Record::Thread((**meta).clone()))?;
        }
        for record in records {
            push_line(&mut lines, record)?;
        }
        open.torn = true;
        if let Err(error) = (&*open.file).write_all(&lines) {
            // A part of it may be there: the length is what the system says.
            open.length = open.file.metadata().map_or(open.length, |data| data.len());
            return Err(error);
        }
        open.torn = false;
        open.head = None;
        open.length += lines.len() as u64;
        let mut stats = self.stats();
        stats.bytes += lines.len() as u64;
        stats.records += records.len() as u64;
        stats.duration += begun.elapsed();
        Ok(())
    }
}

impl ThreadWriter for RolloutWriter {
    fn append(&self, records: &[Record]) -> Result<(), StoreError> {
        let written = self.write(records).map_err(|source| StoreError::write(&self.location, source));
        self.index.touch(&self.path);
        written
    }

    fn sync(&self) {
        if let Inner::Open(open) = &*self.inner() {
            open.sync.start(&open.file);
        }
    }

    fn snapshot(&self) -> HistorySnapshot {
        self.snapshot_of(&self.inner())
    }

    /// Replaces the file by its beginning and the state, in one step: whoever opens it sees the one or the other. The lock
    /// goes with it.
    fn revert(&self, before: TurnId, state: &ThreadState) -> Result<(), CutError> {
        let snapshot = self.snapshot();
        let range =
            snapshot.source().find_turn(before).map_err(|error| StoreError::read(&self.location, error))?;
        let keep = range.ok_or(CutError::NoSuchTurn { turn: before })?.start.0;
        let mut inner = self.inner();
        let Inner::Open(open) = &mut *inner else { return Err(CutError::NoSuchTurn { turn: before }) };
        let replaced = replace(&open.file, keep, &[Record::State(state.clone())], &self.path);
        *open = replaced.map_err(|error| StoreError::write(&self.location, error))?;
        self.index.touch(&self.path);
        Ok(())
    }

    fn is_kept(&self) -> bool {
        match &*self.inner() {
            Inner::Planned(_) => false,
            Inner::Open(_) => true,
            Inner::Released(snapshot) => !snapshot.is_empty(),
        }
    }

    fn is_ephemeral(&self) -> bool {
        false
    }

    fn location(&self) -> Option<&str> {
        Some(&self.location)
    }

    fn write_stats(&self) -> WriteStats {
        *self.stats()
    }

    fn release(&self) {
        let mut inner = self.inner();
        if let Inner::Open(open) = &*inner
            && let Err(error) = open.file.unlock()
        {
            // It ends with the file; a write to the disk may still have that open.
            tracing::debug!(%error, "cannot unlock a rollout");
        }
        let last = self.snapshot_of(&inner);
        *inner = Inner::Released(Box::new(last));
    }
}

impl Drop for RolloutWriter {
    fn drop(&mut self) {
        // The file itself may live on in a snapshot or in a sync.
        self.release();
    }
}

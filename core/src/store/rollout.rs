//! Writing a thread's rollout.

use std::{
    fs::{DirBuilder, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use super::{
    Record, Replay, ThreadMeta, now_ms,
    record::{Line, VERSION},
    replay,
};

/// A thread's rollout: a file, or memory for an ephemeral thread.
#[derive(Debug)]
pub(crate) struct Rollout {
    path: Option<PathBuf>,
    inner: Mutex<Inner>,
}

#[derive(Debug)]
enum Inner {
    /// Nothing written yet: a thread without turns leaves no file.
    Planned(Box<ThreadMeta>),
    Open {
        file: Arc<File>,
        /// Whether the last write broke off, so that the file may end in half a line.
        torn: bool,
    },
    Memory(Vec<Record>),
}

impl Rollout {
    /// A rollout whose file is made with the first record.
    pub(crate) fn at(path: PathBuf, meta: ThreadMeta) -> Self {
        Self { path: Some(path), inner: Mutex::new(Inner::Planned(Box::new(meta))) }
    }

    /// A rollout that ends with the process.
    pub(crate) fn in_memory(meta: ThreadMeta) -> Self {
        Self { path: None, inner: Mutex::new(Inner::Memory(vec![Record::Thread(meta)])) }
    }

    /// The file; none in memory.
    pub(crate) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Writes records. When this returns, the system has them: a crash of this process loses none.
    pub(crate) fn append(&self, records: &[Record]) -> io::Result<()> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let mut lines = Vec::with_capacity(512 * records.len());
        if let (Inner::Planned(meta), Some(path)) = (&*inner, &self.path) {
            let file = create(path)?;
            line(&mut lines, &Record::Thread((**meta).clone()))?;
            *inner = Inner::Open { file: Arc::new(file), torn: false };
        }
        match &mut *inner {
            Inner::Memory(all) => all.extend_from_slice(records),
            Inner::Open { file, torn } => {
                if *torn {
                    lines.push(b'\n');
                }
                for record in records {
                    line(&mut lines, record)?;
                }
                *torn = true;
                (&**file).write_all(&lines)?;
                *torn = false;
            }
            Inner::Planned(_) => unreachable!("a rollout without a path is in memory from the start"),
        }
        Ok(())
    }

    /// Has the file put on the disk, off the caller's path. What fails is logged: the data is with the system already.
    pub(crate) fn sync(&self) {
        let Inner::Open { file, .. } = &*self.inner.lock().unwrap_or_else(PoisonError::into_inner) else {
            return;
        };
        let file = Arc::clone(file);
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn_blocking(move || {
                if let Err(error) = file.sync_data() {
                    tracing::warn!(%error, "cannot sync a rollout");
                }
            });
        }
    }

    /// All that was written, read back.
    pub(crate) fn replay(&self) -> io::Result<Replay> {
        if let Inner::Memory(records) = &*self.inner.lock().unwrap_or_else(PoisonError::into_inner) {
            return Ok(replay::of(records.iter().cloned()));
        }
        match &self.path {
            Some(path) if path.exists() => replay::read(path),
            _ => Ok(Replay::default()),
        }
    }
}

fn create(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    OpenOptions::new().append(true).create_new(true).mode(0o600).open(path)
}

fn line(lines: &mut Vec<u8>, record: &Record) -> io::Result<()> {
    serde_json::to_writer(&mut *lines, &Line { v: VERSION, at: now_ms(), record })?;
    lines.push(b'\n');
    Ok(())
}

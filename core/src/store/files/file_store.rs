//! The store of threads in files.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use codex_protocol::ThreadId;

use super::{
    super::{
        HistorySnapshot, ListError, ListQuery, OpenError, OpenThread, Page, Scope, StoreError, StoredThread,
        ThreadMeta, ThreadRef, ThreadState, ThreadStore, ThreadWriter,
    },
    index::Index,
    paths,
    reader::RolloutReader,
    rollout_file::LeaseError,
    writer::RolloutWriter,
};

/// Threads in files below `$CODEX_HOME`.
#[derive(Debug)]
pub(crate) struct FileStore {
    home: PathBuf,
    index: Arc<Index>,
}

impl FileStore {
    /// The store of a home. Does no I/O: what is needed later is opened when it is needed.
    pub(crate) fn new(home: &Path) -> Self {
        Self { home: home.to_owned(), index: Arc::new(Index::new(home)) }
    }

    fn new_path(&self, meta: &ThreadMeta) -> PathBuf {
        paths::new_path(&self.home, meta.id, meta.created_at_ms)
    }

    /// The rollout of a thread that is not archived.
    fn find(&self, id: ThreadId) -> Result<PathBuf, OpenError> {
        let found = paths::find(&self.home, id).map_err(|error| write_error(&self.home, error))?;
        found.ok_or(OpenError::NotFound { id })
    }

    /// The rollout of an archived thread.
    fn find_archived(&self, id: ThreadId) -> Result<PathBuf, OpenError> {
        let found = paths::find_archived(&self.home, id).map_err(|error| write_error(&self.home, error))?;
        found.ok_or(OpenError::NotFound { id })
    }

    /// The rollout of a thread, archived or not.
    fn find_any(&self, id: ThreadId) -> Result<PathBuf, OpenError> {
        match self.find(id) {
            Err(OpenError::NotFound { .. }) => self.find_archived(id),
            found => found,
        }
    }

    fn lease(&self, path: &Path) -> Result<RolloutWriter, OpenError> {
        RolloutWriter::open(path.to_owned(), Arc::clone(&self.index)).map_err(|error| match error {
            LeaseError::Io(source) => write_error(path, source).into(),
            LeaseError::Locked => match paths::id_of(path) {
                Some(id) => OpenError::Locked { id, location: path.display().to_string() },
                None => write_error(path, io::Error::new(io::ErrorKind::WouldBlock, error)).into(),
            },
        })
    }

    /// Moves a rollout that nobody writes.
    fn shift(&self, id: ThreadId, path: &Path, target: Option<PathBuf>) -> Result<PathBuf, OpenError> {
        let target = target.ok_or(OpenError::NotFound { id })?;
        let lease = self.lease(path)?;
        rename(path, &target).map_err(|error| write_error(&target, error))?;
        drop(lease);
        self.index.touch(&Arc::from(path));
        self.index.touch(&Arc::from(&*target));
        Ok(target)
    }
}

impl ThreadStore for FileStore {
    fn create(&self, meta: ThreadMeta) -> Arc<dyn ThreadWriter> {
        Arc::new(RolloutWriter::planned(self.new_path(&meta), meta, Arc::clone(&self.index)))
    }

    fn fork(
        &self,
        source: &HistorySnapshot,
        meta: ThreadMeta,
        state: &ThreadState,
    ) -> Result<Arc<dyn ThreadWriter>, StoreError> {
        if source.is_empty() {
            return Ok(self.create(meta));
        }
        let path = self.new_path(&meta);
        let writer = RolloutWriter::fork(path.clone(), source, meta, state, Arc::clone(&self.index))
            .map_err(|error| write_error(&path, error))?;
        Ok(Arc::new(writer))
    }

    fn open(&self, thread: &ThreadRef) -> Result<OpenThread, OpenError> {
        let path = match thread {
            ThreadRef::Id(id) => self.find(*id)?,
            ThreadRef::Location(path) => path.clone(),
        };
        let writer = self.lease(&path)?;
        let loaded = writer.snapshot().load()?;
        Ok(OpenThread { writer: Arc::new(writer), loaded })
    }

    fn snapshot(&self, thread: &ThreadRef, scope: Scope) -> Result<HistorySnapshot, OpenError> {
        match (thread, scope) {
            (ThreadRef::Location(path), _) => snapshot(path),
            (ThreadRef::Id(id), Scope::Active) => snapshot(&self.find(*id)?),
            (ThreadRef::Id(id), Scope::All) => snapshot(&self.find_any(*id)?),
        }
    }

    fn read(&self, id: ThreadId) -> Result<StoredThread, OpenError> {
        stored(&self.find_any(id)?)
    }

    fn list(&self, query: &ListQuery) -> Result<Page<StoredThread>, ListError> {
        self.index.list(query)
    }

    fn search(&self, query: &ListQuery, words: &str) -> Result<Page<(StoredThread, String)>, ListError> {
        self.index.search(query, words)
    }

    fn archive(&self, id: ThreadId) -> Result<(), OpenError> {
        let path = self.find(id)?;
        self.shift(id, &path, paths::archived_path(&self.home, &path)).map(drop)
    }

    fn unarchive(&self, id: ThreadId) -> Result<StoredThread, OpenError> {
        let path = self.find_archived(id)?;
        stored(&self.shift(id, &path, paths::unarchived_path(&self.home, &path))?)
    }

    fn delete(&self, id: ThreadId) -> Result<(), OpenError> {
        let path = self.find_any(id)?;
        // Leased meanwhile, so that no other server goes on with it.
        let lease = self.lease(&path)?;
        fs::remove_file(&path).map_err(|error| write_error(&path, error))?;
        drop(lease);
        self.index.touch(&Arc::from(&*path));
        Ok(())
    }

    fn needs_refresh(&self) -> bool {
        self.index.is_due()
    }

    fn refresh(&self) {
        self.index.refresh();
    }
}

/// The turns of a rollout as they stand.
pub(super) fn snapshot(path: &Path) -> Result<HistorySnapshot, OpenError> {
    let location = path.display().to_string();
    let reader = RolloutReader::open(path).map_err(|error| StoreError::read(&location, error))?;
    Ok(HistorySnapshot::new(Arc::new(reader), location.into()))
}

/// The thread of a rollout, without its turns.
pub(super) fn stored(path: &Path) -> Result<StoredThread, OpenError> {
    Ok(StoredThread::of(snapshot(path)?.load()?, Some(&path.display().to_string())))
}

/// Moves a file to where none is yet: a rename alone would take the place of what is there.
fn rename(path: &Path, target: &Path) -> io::Result<()> {
    if let Some(folder) = target.parent() {
        fs::create_dir_all(folder)?;
    }
    if target.exists() {
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, "there is a file already"));
    }
    fs::rename(path, target)
}

fn write_error(path: &Path, source: io::Error) -> StoreError {
    StoreError::write(&path.display().to_string(), source)
}

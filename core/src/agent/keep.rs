//! What clients do with stored threads: naming, marking, archiving, deleting, taking back.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use codex_protocol::{EventMsg, GitInfo, Thread, ThreadId, TurnId};

use super::{Agent, ReadView, load};
use crate::{
    ChangeError, ReadChange, ReadError,
    store::{self, Index, Reader, Record, Rollout, Source, StoredHistory, ThreadState, blocking},
};

/// A change of what is known of a thread's repository: each part left alone, cleared or set.
#[derive(Clone, Debug, Default)]
pub struct GitChange {
    /// The commit.
    pub sha: Option<Option<String>>,
    /// The branch.
    pub branch: Option<Option<String>>,
    /// Where it came from.
    pub origin_url: Option<Option<String>>,
}

impl Agent {
    /// Gives a thread a name, loaded or not.
    pub async fn set_name(&self, id: ThreadId, name: String) -> Result<(), ChangeError> {
        self.change(id, move |state| {
            state.name = Some(name);
            Ok(())
        })
        .await
    }

    /// Changes what is known of a thread's repository, loaded or not.
    pub async fn set_git_info(&self, id: ThreadId, change: GitChange) -> Result<(), ChangeError> {
        self.change(id, move |state| {
            let mut git =
                state.git_info.take().unwrap_or(GitInfo { sha: None, branch: None, origin_url: None });
            let parts = [
                (&mut git.sha, change.sha),
                (&mut git.branch, change.branch),
                (&mut git.origin_url, change.origin_url),
            ];
            for (part, change) in parts {
                if let Some(change) = change {
                    *part = change;
                }
            }
            let known = git.sha.is_some() || git.branch.is_some() || git.origin_url.is_some();
            state.git_info = known.then_some(git);
            Ok(())
        })
        .await
    }

    /// Notes what the user has read, if the caller knows what was noted last.
    pub async fn set_read(
        &self,
        id: ThreadId,
        expected: String,
        change: ReadChange,
    ) -> Result<ReadView, ChangeError> {
        let first = match change {
            ReadChange::Read => None,
            ReadChange::Unread => self.first_turn(id).await,
        };
        let changed = self.change(id, move |state| {
            let now = ReadView::of(&state.read, id);
            if now.revision != expected {
                let ReadView { first_unread, from_start, revision } = now;
                return Err(ChangeError::ReadConflict { first_unread, from_start, revision });
            }
            state.read.first_unread = first;
            state.read.from_start = change == ReadChange::Unread && first.is_none();
            state.read.revision = Some(uuid::Uuid::new_v4().to_string());
            Ok(ReadView::of(&state.read, id))
        });
        let view = changed.await?;
        // Those who follow the thread need the new revision for their own next change.
        if let Some(thread) = self.thread(id) {
            let ReadView { first_unread, from_start, revision } = view.clone();
            thread.shared().tell(EventMsg::ReadStateChanged { first_unread, from_start, revision });
        }
        Ok(view)
    }

    /// Moves a thread to the archive; a loaded one is ended first: true if it was loaded.
    pub async fn archive(&self, id: ThreadId) -> Result<bool, ChangeError> {
        let home = self.config.codex_home().to_owned();
        let (path, fresh) = match self.rollout(id).await {
            Ok(path) => (path, false),
            // One without turns has nothing to keep: it is only ended.
            Err(ChangeError::NotFound { .. }) if self.is_fresh(id) => (PathBuf::new(), true),
            Err(error) => return Err(error),
        };
        let loaded = self.end(id).await;
        let index = Arc::clone(&self.index);
        if !fresh {
            blocking(move || {
                let target = store::archived_path(&home, &path).ok_or(ChangeError::NotFound { id })?;
                shift(id, &path, &target, &index)
            })
            .await?;
        }
        Ok(loaded)
    }

    /// Brings a thread back from the archive.
    pub async fn unarchive(&self, id: ThreadId) -> Result<Thread, ChangeError> {
        let home = self.config.codex_home().to_owned();
        let index = Arc::clone(&self.index);
        blocking(move || {
            let path = store::find_archived(&home, id)
                .map_err(|source| ChangeError::io(home.clone(), source))?
                .ok_or(ChangeError::NotArchived { id })?;
            let target = store::unarchived_path(&home, &path).ok_or(ChangeError::NotArchived { id })?;
            shift(id, &path, &target, &index)?;
            let stored = store::head(&target).map_err(|source| ChangeError::io(target.clone(), source))?;
            stored.map(|stored| stored.thread).ok_or(ChangeError::NoHead { path: target })
        })
        .await
    }

    /// Deletes a thread for good, archived or not; a loaded one is ended first: true if it was loaded.
    pub async fn delete(&self, id: ThreadId) -> Result<bool, ChangeError> {
        let path = match self.find(id).await {
            Ok(path) => Some(path),
            Err(ReadError::NotFound { .. }) if self.thread(id).is_some() => None,
            Err(ReadError::Io { path, source }) => return Err(ChangeError::io(path, source)),
            Err(_) => return Err(ChangeError::NotFound { id }),
        };
        let loaded = self.end(id).await;
        if let Some(path) = path {
            self.index.touch(&path);
            blocking(move || {
                // Held meanwhile, so that no other server goes on with it.
                let rollout = Rollout::resume(path.clone())
                    .map_err(|error| ChangeError::open(id, path.clone(), error))?;
                let removed = fs::remove_file(&path).map_err(|source| ChangeError::io(path, source));
                rollout.close();
                removed
            })
            .await?;
        }
        Ok(loaded)
    }

    /// Takes back a turn and all after it, loaded or not. Files stay as they are.
    pub async fn revert(&self, id: ThreadId, before: String) -> Result<(), ChangeError> {
        if let Some(thread) = self.thread(id) {
            return blocking(move || thread.revert(&before)).await;
        }
        let path = self.rollout(id).await?;
        self.index.touch(&path);
        blocking(move || {
            let rollout =
                Rollout::resume(path.clone()).map_err(|error| ChangeError::open(id, path.clone(), error))?;
            let mut state = stored_state(&path)?;
            state.read.first_unread = None;
            let cut = load::cut(&rollout, &path, &before, &state);
            rollout.close();
            cut
        })
        .await
    }

    /// Changes what is kept beside the turns, of a loaded thread or in the rollout of another.
    async fn change<T: Send + 'static>(
        &self,
        id: ThreadId,
        change: impl FnOnce(&mut ThreadState) -> Result<T, ChangeError> + Send + 'static,
    ) -> Result<T, ChangeError> {
        if let Some(thread) = self.thread(id) {
            return thread.change(change);
        }
        let path = self.rollout(id).await?;
        self.index.touch(&path);
        blocking(move || {
            let rollout =
                Rollout::resume(path.clone()).map_err(|error| ChangeError::open(id, path.clone(), error))?;
            let mut state = stored_state(&path)?;
            let result = change(&mut state).and_then(|result| {
                rollout.append(&[Record::State(state)]).map_err(|source| ChangeError::io(path, source))?;
                Ok(result)
            });
            rollout.close();
            result
        })
        .await
    }

    /// Ends a thread that is loaded; false when it is not. Subscribers hear the end of its turn, and nothing more: why
    /// the thread is gone is the caller's to tell.
    async fn end(&self, id: ThreadId) -> bool {
        let Some(thread) = self.threads().loaded.remove(&id) else { return false };
        if let Some(active) = thread.active() {
            active.control.interrupt("client", None, None);
            active.done.cancelled().await;
        }
        thread.shared().subscribers.clear();
        thread.close().await;
        true
    }

    fn is_fresh(&self, id: ThreadId) -> bool {
        self.thread(id).is_some_and(|thread| thread.shared().rollout.path().is_some())
    }

    async fn rollout(&self, id: ThreadId) -> Result<PathBuf, ChangeError> {
        let home = self.config.codex_home().to_owned();
        blocking(move || {
            store::find(&home, id)
                .map_err(|source| ChangeError::io(home, source))?
                .ok_or(ChangeError::NotFound { id })
        })
        .await
    }

    async fn first_turn(&self, id: ThreadId) -> Option<TurnId> {
        let path = self.find(id).await.ok()?;
        blocking(move || {
            let history = StoredHistory { source: Source::File(Reader::open(&path).ok()?), live: None };
            let query = crate::HistoryQuery { limit: Some(1), ascending: true, ..Default::default() };
            let page = history.turns(&query, codex_protocol::ItemsView::NotLoaded).ok()??;
            page.data.first().map(|turn| turn.id)
        })
        .await
    }
}

/// What the rollout keeps beside the turns. The preview of one that keeps none comes from its beginning.
fn stored_state(path: &Path) -> Result<ThreadState, ChangeError> {
    let io = |source| ChangeError::io(path.to_owned(), source);
    let reader = Reader::open(path).map_err(io)?;
    let mut state = reader.tail().map_err(io)?.state.unwrap_or_default();
    if state.preview.is_empty() {
        state.preview = reader.head().map_err(io)?.1.unwrap_or_default();
    }
    Ok(state)
}

/// Moves a rollout that nobody writes.
fn shift(id: ThreadId, path: &Path, target: &Path, index: &Index) -> Result<(), ChangeError> {
    let rollout =
        Rollout::resume(path.to_owned()).map_err(|error| ChangeError::open(id, path.to_owned(), error))?;
    let moved = target
        .parent()
        .map_or(Ok(()), fs::create_dir_all)
        .and_then(|()| {
            // A rename would take the place of what is there.
            if target.exists() {
                return Err(std::io::Error::new(
                    std::io::ErrorKind::AlreadyExists,
                    "there is a file already",
                ));
            }
            fs::rename(path, target)
        })
        .map_err(|source| ChangeError::io(target.to_owned(), source));
    rollout.close();
    index.touch(path);
    index.touch(target);
    moved
}

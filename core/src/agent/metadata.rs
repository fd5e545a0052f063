//! What clients change about a thread beside its turns, loaded or not: its name, its repository, what was read.

use std::sync::Arc;

use codex_protocol::{EventMsg, GitInfo, ThreadId, TurnId};

use super::{Agent, ReadView};
use crate::{
    MetadataError, OpenError, ReadChange, ReadStateError,
    store::{Record, Scope, ThreadRef, ThreadState, blocking},
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
    pub async fn set_name(&self, id: ThreadId, name: String) -> Result<(), MetadataError> {
        self.change(id, move |state| {
            state.name = Some(name);
            Ok(())
        })
        .await
    }

    /// Changes what is known of a thread's repository, loaded or not.
    pub async fn set_git_info(&self, id: ThreadId, change: GitChange) -> Result<(), MetadataError> {
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
    ) -> Result<ReadView, ReadStateError> {
        let first = match change {
            ReadChange::Read => None,
            ReadChange::Unread => self.first_turn(id).await,
        };
        let changed = self.change(id, move |state| {
            let now = ReadView::of(&state.read, id);
            if now.revision != expected {
                let ReadView { first_unread, from_start, revision } = now;
                return Err(ReadStateError::Conflict { first_unread, from_start, revision });
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

    /// Changes what is kept beside the turns, of a loaded thread or of a stored one.
    async fn change<T: Send + 'static, E: From<MetadataError> + Send + 'static>(
        &self,
        id: ThreadId,
        change: impl FnOnce(&mut ThreadState) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        if let Some(thread) = self.thread(id) {
            return thread.change(change);
        }
        let store = Arc::clone(&self.store);
        blocking(move || {
            let open = store.open(&ThreadRef::Id(id)).map_err(MetadataError::from)?;
            let mut state = open.loaded.state;
            let result = change(&mut state)?;
            let written = open.writer.append(&[Record::State(state)]);
            written.map_err(|error| MetadataError::from(OpenError::from(error)))?;
            Ok(result)
        })
        .await
    }

    async fn first_turn(&self, id: ThreadId) -> Option<TurnId> {
        let store = Arc::clone(&self.store);
        blocking(move || store.snapshot(&ThreadRef::Id(id), Scope::All).ok()?.first().ok()?).await
    }
}

//! Archiving, deleting and cutting stored threads.

use std::sync::Arc;

use codex_protocol::{Thread, ThreadId, TurnId};

use super::Agent;
use crate::{
    OpenError, RevertError, UnarchiveError,
    store::{Scope, ThreadRef, blocking},
};

impl Agent {
    /// Moves a thread to the archive; a loaded one is ended first: true if it was loaded.
    pub async fn archive(&self, id: ThreadId) -> Result<bool, OpenError> {
        if let Some(thread) = self.thread(id) {
            let shared = thread.shared();
            if !shared.writer.is_ephemeral() && !shared.writer.is_kept() {
                // One without turns has nothing on disk yet that could be archived.
                shared.writer.append(&[shared.state_record()])?;
            }
        }
        let store = Arc::clone(&self.store);
        let found = move || store.snapshot(&ThreadRef::Id(id), Scope::Active).map(drop);
        blocking(found).await?;
        let loaded = self.end(id).await;
        let store = Arc::clone(&self.store);
        blocking(move || store.archive(id)).await?;
        Ok(loaded)
    }

    /// Brings a thread back from the archive.
    pub async fn unarchive(&self, id: ThreadId) -> Result<Thread, UnarchiveError> {
        let store = Arc::clone(&self.store);
        match blocking(move || store.unarchive(id)).await {
            Ok(stored) => Ok(stored.thread),
            Err(OpenError::NotFound { id }) => Err(UnarchiveError::NotArchived { id }),
            Err(error) => Err(error.into()),
        }
    }

    /// Deletes a thread for good, archived or not; a loaded one is ended first: true if it was loaded.
    pub async fn delete(&self, id: ThreadId) -> Result<bool, OpenError> {
        let store = Arc::clone(&self.store);
        let stored = match blocking(move || store.snapshot(&ThreadRef::Id(id), Scope::All).map(drop)).await {
            Ok(()) => true,
            Err(OpenError::NotFound { .. }) if self.thread(id).is_some() => false,
            Err(error) => return Err(error),
        };
        let loaded = self.end(id).await;
        if stored {
            let store = Arc::clone(&self.store);
            blocking(move || store.delete(id)).await?;
        }
        Ok(loaded)
    }

    /// Takes back a turn and all after it, loaded or not. Files of the workspace stay as they are.
    pub async fn revert(&self, id: ThreadId, before: String) -> Result<(), RevertError> {
        let before: TurnId = before.parse().map_err(|_| RevertError::NoSuchTurn { turn: before })?;
        if let Some(thread) = self.thread(id) {
            return blocking(move || thread.revert(before)).await;
        }
        let store = Arc::clone(&self.store);
        blocking(move || {
            let open = store.open(&ThreadRef::Id(id))?;
            let mut state = open.loaded.state;
            state.read.first_unread = None;
            Ok(open.writer.revert(before, &state)?)
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
}

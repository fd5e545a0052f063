//! Archiving, deleting and cutting threads.

use std::sync::Arc;

use codex_protocol::{EventMsg, Thread, ThreadId, TurnId};

use super::Agent;
use crate::{
    OpenError, ReadView, RevertError, UnarchiveError,
    store::{Record, Scope, ThreadRef, blocking},
    thread::Ending,
};

impl Agent {
    /// Moves a thread to the archive; a loaded one is ended first.
    pub async fn archive(&self, id: ThreadId) -> Result<(), OpenError> {
        let _gate = self.gate(id).await;
        if let Some(thread) = self.thread(id) {
            let writer = thread.journal().writer();
            if !writer.is_ephemeral() && !writer.is_kept() {
                // One without turns has nothing on disk yet that could be archived.
                writer.append(&[Record::State(thread.snapshot().stored.clone())])?;
            }
        }
        let store = Arc::clone(&self.store);
        blocking(move || store.snapshot(&ThreadRef::Id(id), Scope::Active).map(drop)).await?;
        self.remove(id).await;
        let store = Arc::clone(&self.store);
        blocking(move || store.archive(id)).await?;
        self.tell(id, EventMsg::Archived);
        Ok(())
    }

    /// Brings a thread back from the archive.
    pub async fn unarchive(&self, id: ThreadId) -> Result<Thread, UnarchiveError> {
        let _gate = self.gate(id).await;
        let store = Arc::clone(&self.store);
        let thread = match blocking(move || store.unarchive(id)).await {
            Ok(stored) => stored.thread,
            Err(OpenError::NotFound { id }) => return Err(UnarchiveError::NotArchived { id }),
            Err(error) => return Err(error.into()),
        };
        self.tell(id, EventMsg::Unarchived);
        Ok(thread)
    }

    /// Deletes a thread for good, archived or not; a loaded one is ended first.
    pub async fn delete(&self, id: ThreadId) -> Result<(), OpenError> {
        let _gate = self.gate(id).await;
        let store = Arc::clone(&self.store);
        let stored = match blocking(move || store.snapshot(&ThreadRef::Id(id), Scope::All).map(drop)).await {
            Ok(()) => true,
            Err(OpenError::NotFound { .. }) if self.thread(id).is_some() => false,
            Err(error) => return Err(error),
        };
        self.remove(id).await;
        if stored {
            let store = Arc::clone(&self.store);
            blocking(move || store.delete(id)).await?;
        }
        self.tell(id, EventMsg::Deleted);
        Ok(())
    }

    /// Takes back a turn and all after it, loaded or not. Files of the workspace stay as they are.
    pub async fn revert(&self, id: ThreadId, before: String) -> Result<(), RevertError> {
        let _gate = self.gate(id).await;
        if let Some(thread) = self.thread(id) {
            return thread.revert(before).await;
        }
        let before: TurnId = before.parse().map_err(|_| RevertError::NoSuchTurn { turn: before })?;
        let store = Arc::clone(&self.store);
        let reverted = blocking(move || {
            let open = store.open(&ThreadRef::Id(id))?;
            let mut state = open.loaded.state;
            let read = open.writer.snapshot().read_after_revert(&state.read, before)?;
            let unread_gone = (read != state.read).then(|| ReadView::of(&read, id));
            state.read = read;
            open.writer.revert(before, &state)?;
            Ok::<_, RevertError>(unread_gone)
        });
        if let Some(read) = reverted.await? {
            self.tell(id, read.event());
        }
        self.tell(id, EventMsg::Reverted);
        Ok(())
    }

    /// Ends a thread that is to be archived or deleted, if it is loaded.
    async fn remove(&self, id: ThreadId) {
        if self.end(id, Ending::Removed).await {
            self.tell(id, EventMsg::Unloaded);
        }
    }
}

//! What clients change about a thread beside its turns, loaded or not: its name, its repository, what was read.

use std::sync::Arc;

use codex_protocol::{EventMsg, GitChange, ReadChange, ThreadId};

use super::Agent;
use crate::{
    MetadataError, ReadStateError, ReadView,
    store::{Record, Scope, ThreadRef, ThreadState, blocking},
    thread,
};

impl Agent {
    /// Gives a thread a name, loaded or not.
    pub async fn set_name(&self, id: ThreadId, name: String) -> Result<(), MetadataError> {
        let _gate = self.gate(id).await;
        if let Some(thread) = self.thread(id) {
            return thread.set_name(name).await;
        }
        let told = EventMsg::NameChanged(name.clone());
        self.change(id, move |state| {
            state.name = Some(name);
            Ok::<_, MetadataError>(())
        })
        .await?;
        self.tell(id, told);
        Ok(())
    }

    /// Changes what is known of a thread's repository, loaded or not.
    pub async fn set_git_info(&self, id: ThreadId, change: GitChange) -> Result<(), MetadataError> {
        let _gate = self.gate(id).await;
        if let Some(thread) = self.thread(id) {
            return thread.set_git_info(change).await;
        }
        self.change(id, move |state| {
            state.git_info = thread::changed(state.git_info.take(), change);
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
        let _gate = self.gate(id).await;
        if let Some(thread) = self.thread(id) {
            return thread.set_read(expected, change).await;
        }
        let first = match change {
            ReadChange::Read => None,
            ReadChange::Unread => {
                let store = Arc::clone(&self.store);
                blocking(move || store.snapshot(&ThreadRef::Id(id), Scope::All).ok()?.first().ok()?).await
            }
        };
        let set = move |state: &mut ThreadState| thread::set_read(state, id, &expected, change, first);
        let view = self.change(id, set).await?;
        self.tell(id, view.clone().event());
        Ok(view)
    }

    /// Changes what is kept beside the turns of a stored thread. Only behind the gate of one that is not loaded.
    async fn change<T: Send + 'static, E: From<MetadataError> + Send + 'static>(
        &self,
        id: ThreadId,
        change: impl FnOnce(&mut ThreadState) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        let store = Arc::clone(&self.store);
        blocking(move || {
            let open = store.open(&ThreadRef::Id(id)).map_err(MetadataError::from)?;
            let mut state = open.loaded.state;
            let result = change(&mut state)?;
            open.writer.append(&[Record::State(state)]).map_err(MetadataError::from)?;
            Ok(result)
        })
        .await
    }
}

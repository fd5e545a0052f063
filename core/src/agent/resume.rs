//! Loading a stored thread.

use std::sync::Arc;

use codex_protocol::{EventMsg, ThreadId, Turn, TurnStatus};

use super::{Agent, StartThread, foreign::distrust, prepare::Opened};
use crate::{
    CodexThread, OpenError, StartError, StoreError,
    conversation::{ConversationItem, History, Role},
    instructions::TURN_ABORTED,
    store::{OpenThread, Record, Scope, StoredUsage, ThreadRef, blocking},
};

/// A thread to load.
#[derive(Clone, Debug)]
pub struct ResumeThread {
    /// The thread.
    pub thread: ThreadRef,
    /// Settings that differ from the stored ones.
    pub with: StartThread,
}

/// Why a thread was not loaded.
#[derive(Debug, thiserror::Error)]
pub enum ResumeError {
    /// It cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// It cannot be started again as it was.
    #[error(transparent)]
    Start(#[from] StartError),
}

impl Agent {
    /// Loads a stored thread, or gives the loaded one: true when it was loaded now. A loaded thread keeps its settings.
    pub async fn resume(&self, resume: ResumeThread) -> Result<(Arc<CodexThread>, bool), ResumeError> {
        let ResumeThread { thread, with } = resume;
        let id = self.id_of(&thread).await?;
        let _gate = self.gate(id).await;
        if let Some(loaded) = self.thread(id) {
            return Ok((loaded, false));
        }
        let agent = self.this.upgrade().ok_or(StartError::ShuttingDown)?;
        let parts = blocking(move || {
            let mut open = agent.store.open(&thread)?;
            distrust(&mut open.loaded, &thread, agent.config().codex_home());
            end_unfinished_turn(&open).map_err(OpenError::from)?;
            Ok::<_, ResumeError>(agent.prepare(with, Some(Opened { open, history: History::stored() }))?)
        });
        let parts = parts.await?;
        // Told before it can be found: whoever finds it may begin a turn at once, and that is told after this.
        self.tell(id, EventMsg::Loaded);
        let thread = self.add(parts).inspect_err(|_| self.tell(id, EventMsg::Unloaded))?;
        Ok((thread, true))
    }

    /// The id of a thread that is found in whatever way.
    pub(super) async fn id_of(&self, thread: &ThreadRef) -> Result<ThreadId, OpenError> {
        if let ThreadRef::Id(id) = thread {
            return Ok(*id);
        }
        let (store, thread) = (Arc::clone(&self.store), thread.clone());
        blocking(move || Ok(store.snapshot(&thread, Scope::Active)?.load()?.meta.id)).await
    }
}

/// Writes the end of a turn that was cut off with its process.
fn end_unfinished_turn(open: &OpenThread) -> Result<(), StoreError> {
    let Some(turn) = open.loaded.unfinished.clone() else { return Ok(()) };
    let usage = open.loaded.usage;
    open.writer.append(&[
        Record::Context { item: ConversationItem::message(Role::User, TURN_ABORTED) },
        Record::TurnEnded {
            turn: Turn { items: Vec::new(), status: TurnStatus::Interrupted, ..turn },
            usage: usage.map(|StoredUsage { total, .. }| total).unwrap_or_default(),
            last: usage.map(|StoredUsage { last, .. }| last),
        },
        Record::State(open.loaded.state.clone()),
    ])
}

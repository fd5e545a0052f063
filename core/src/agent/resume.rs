//! Loading a stored thread.

use std::sync::Arc;

use codex_protocol::{ThreadId, Turn, TurnStatus};

use super::{Agent, StartThread, threads::Opened};
use crate::{
    CodexThread, EventSink, Joined, OpenError, StartError, StoreError, SubscriberId,
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
        if let Some(loaded) = self.thread(self.id_of(&thread).await?) {
            return Ok((loaded, false));
        }
        let store = Arc::clone(&self.store);
        let opened = blocking(move || {
            let open = store.open(&thread)?;
            end_unfinished_turn(&open)?;
            Ok::<_, OpenError>(Opened { open, history: History::stored() })
        });
        let opened = opened.await?;
        Ok((self.add(with, opened)?, true))
    }

    /// The id of a thread that is found in whatever way.
    pub(super) async fn id_of(&self, thread: &ThreadRef) -> Result<ThreadId, OpenError> {
        if let ThreadRef::Id(id) = thread {
            return Ok(*id);
        }
        let (store, thread) = (Arc::clone(&self.store), thread.clone());
        blocking(move || Ok(store.snapshot(&thread, Scope::Active)?.load()?.meta.id)).await
    }

    /// Subscribes to a loaded thread, in a way that it cannot be unloaded in between.
    pub fn join(
        &self,
        id: ThreadId,
        subscriber: SubscriberId,
        sink: Arc<dyn EventSink>,
    ) -> Option<(Arc<CodexThread>, Joined)> {
        let threads = self.threads();
        let thread = threads.loaded.get(&id)?;
        let joined = thread.join(subscriber, sink);
        Some((Arc::clone(thread), joined))
    }

    /// Starts the loop of a thread that was opened.
    pub(super) fn add(&self, with: StartThread, opened: Opened) -> Result<Arc<CodexThread>, StartError> {
        let shared = self.prepare(with, Some(opened))?;
        let mut threads = self.threads();
        if threads.closing {
            return Err(StartError::ShuttingDown);
        }
        let thread = CodexThread::start(Arc::new(shared));
        threads.loaded.insert(thread.id(), Arc::clone(&thread));
        Ok(thread)
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

//! The one owner of all threads.

use std::sync::Arc;

use codex_protocol::{Thread, ThreadId};

use crate::{
    AccountInfo, CodexThread, Config, Diagnostics, ListError, ListQuery, ModelInfo, ModelsError, Page,
    ReadError, StartError, StartThread,
};

/// The one owner of all threads.
pub struct ThreadManager {
    config: Config,
}

impl ThreadManager {
    /// A manager with no threads. Does no I/O: what is needed later is opened when it is needed.
    pub fn new(config: Config) -> Arc<Self> {
        Arc::new(Self { config })
    }

    /// The configuration that new threads start from.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Starts a thread.
    pub async fn start_thread(&self, _start: StartThread) -> Result<Arc<CodexThread>, StartError> {
        todo!()
    }

    /// A loaded thread.
    pub fn thread(&self, _id: ThreadId) -> Option<Arc<CodexThread>> {
        todo!()
    }

    /// The loaded threads, oldest first.
    pub fn loaded(&self) -> Vec<ThreadId> {
        todo!()
    }

    /// A thread as clients see it, loaded or from its rollout.
    pub async fn read(&self, _id: ThreadId, _turns: bool) -> Result<Thread, ReadError> {
        todo!()
    }

    /// A page of the threads that have a rollout.
    pub async fn list(&self, _query: ListQuery) -> Result<Page<Thread>, ListError> {
        todo!()
    }

    /// The models of a provider, the configured one first.
    pub async fn models(&self, _provider: Option<&str>) -> Result<Vec<ModelInfo>, ModelsError> {
        todo!()
    }

    /// What is known of the account.
    pub fn account(&self) -> AccountInfo {
        todo!()
    }

    /// What the process is doing.
    pub fn diagnostics(&self) -> Diagnostics {
        todo!()
    }

    /// Interrupts every turn and waits until each has ended: its span ended, its last event emitted.
    pub async fn shutdown(&self) {
        todo!()
    }
}

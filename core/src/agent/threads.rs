//! The threads of the process: starting them, finding them, ending them together.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};

use codex_protocol::{Event, EventMsg, SubmissionId, ThreadId};

use crate::{
    CodexThread, Config, EventSink, Joined, StartError, StartThread, SubscriberId,
    config::ConfigHandle,
    journal::EventBus,
    store::{FileStore, MemoryStore, ThreadStore},
    thread::{Ending, Host, ThreadParts},
    turn::Services,
};

/// What a front end holds: all threads, the events of all of them, the models, the account.
pub struct Agent {
    pub(super) config: ConfigHandle,
    pub(super) services: Arc<Services>,
    pub(super) bus: Arc<EventBus>,
    pub(super) store: Arc<dyn ThreadStore>,
    /// Threads that end with their lease.
    pub(super) ephemeral: Arc<dyn ThreadStore>,
    threads: Mutex<Threads>,
    gates: Mutex<HashMap<ThreadId, Weak<Gate>>>,
    pub(super) this: Weak<Self>,
}

/// Passed by whatever needs a thread to stay loaded, or unloaded: loading it, and changing, archiving and deleting one that is
/// not loaded.
type Gate = tokio::sync::Mutex<()>;

#[derive(Default)]
pub(super) struct Threads {
    pub(super) loaded: BTreeMap<ThreadId, Arc<CodexThread>>,
    pub(super) closing: bool,
}

impl Agent {
    /// An agent with no threads. Does no I/O: what is needed later is opened when it is needed.
    pub fn new(config: Config) -> Arc<Self> {
        let store = Arc::new(FileStore::new(config.codex_home()));
        let services = Arc::new(Services::new(&config));
        Arc::new_cyclic(|this| Self {
            config: ConfigHandle::new(config),
            store,
            ephemeral: Arc::new(MemoryStore::ephemeral()),
            services,
            bus: Arc::default(),
            threads: Mutex::default(),
            gates: Mutex::default(),
            this: Weak::clone(this),
        })
    }

    /// The configuration that is in force.
    pub fn config(&self) -> Config {
        self.config.current()
    }

    /// Puts another configuration in force: for threads that start from here on, and for those that are loaded from their
    /// next turn on. What a thread has of its own (its settings, its instructions) stays.
    pub fn set_config(&self, config: Config) {
        self.config.replace(config);
    }

    /// Adds a sink for the events of all threads, also of those that are started by no client. It hears of each event before
    /// those who follow the thread do.
    pub fn listen(&self, sink: &Arc<dyn EventSink>) {
        self.bus.add(sink);
    }

    /// Starts a thread. Its rollout is made with its first turn.
    pub async fn start_thread(&self, start: StartThread) -> Result<Arc<CodexThread>, StartError> {
        let agent = self.this.upgrade().ok_or(StartError::ShuttingDown)?;
        let prepared = tokio::task::spawn_blocking(move || agent.prepare(start, None)).await;
        let thread =
            self.add(prepared.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))?)?;
        self.tell(thread.id(), EventMsg::Started(Box::new(thread.info())));
        Ok(thread)
    }

    /// A loaded thread.
    pub fn thread(&self, id: ThreadId) -> Option<Arc<CodexThread>> {
        self.threads().loaded.get(&id).filter(|thread| !thread.is_closing()).cloned()
    }

    /// The loaded threads, oldest first.
    pub fn loaded(&self) -> Vec<ThreadId> {
        self.threads().loaded.keys().copied().collect()
    }

    /// Subscribes to a loaded thread, in a way that it cannot be unloaded in between. `first` runs before the sink hears
    /// anything; it must not block.
    pub fn join(
        &self,
        id: ThreadId,
        subscriber: SubscriberId,
        sink: Arc<dyn EventSink>,
        first: impl FnOnce(&Joined),
    ) -> Option<(Arc<CodexThread>, Joined)> {
        let threads = self.threads();
        let thread = threads.loaded.get(&id).filter(|thread| !thread.is_closing())?;
        let joined = thread.join(subscriber, sink, first);
        Some((Arc::clone(thread), joined))
    }

    /// Ends a loaded thread, a running turn first; false when it is not loaded.
    pub async fn unload(&self, id: ThreadId) -> bool {
        let _gate = self.gate(id).await;
        self.end(id, Ending::Asked).await
    }

    /// Interrupts every turn and waits until each has ended: its span ended, its last event emitted, its command gone. No
    /// thread can be started afterwards.
    pub async fn shutdown(&self) {
        let threads = {
            let mut threads = self.threads();
            threads.closing = true;
            std::mem::take(&mut threads.loaded)
        };
        futures_util::future::join_all(threads.values().map(|thread| thread.close(Ending::Asked))).await;
        self.services.executor.shutdown().await;
    }

    /// Waits for whoever loads, changes, archives or deletes a thread at this moment, and keeps others from it.
    ///
    /// Taken before the map of threads, never while it is held.
    pub(super) async fn gate(&self, id: ThreadId) -> impl Drop + use<> {
        let gate = {
            let mut gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
            let gate = gates.get(&id).and_then(Weak::upgrade).unwrap_or_default();
            gates.retain(|_, gate| gate.strong_count() > 0);
            gates.insert(id, Arc::downgrade(&gate));
            gate
        };
        gate.lock_owned().await
    }

    /// A loaded thread, or the gate of one that is not: a stored one that is being moved is for a moment in no place.
    pub(super) async fn loaded_or_gate(&self, id: ThreadId) -> Result<Arc<CodexThread>, impl Drop + use<>> {
        if let Some(thread) = self.thread(id) {
            return Ok(thread);
        }
        let gate = self.gate(id).await;
        self.thread(id).ok_or(gate)
    }

    /// Starts the loop of a thread that was put together.
    pub(super) fn add(&self, parts: ThreadParts) -> Result<Arc<CodexThread>, StartError> {
        let mut threads = self.threads();
        if threads.closing {
            return Err(StartError::ShuttingDown);
        }
        let thread = CodexThread::start(parts);
        threads.loaded.insert(thread.id(), Arc::clone(&thread));
        Ok(thread)
    }

    /// Ends a thread that is loaded; false when it is not. Only behind its gate.
    pub(super) async fn end(&self, id: ThreadId, ending: Ending) -> bool {
        let Some(thread) = self.threads().loaded.get(&id).cloned() else { return false };
        thread.close(ending).await;
        self.ended(&thread);
        true
    }

    /// Forgets a thread whose loop has ended. Not before: a shutdown waits for those that are here.
    fn ended(&self, thread: &CodexThread) {
        self.threads().loaded.remove(&thread.id());
    }

    /// Tells the bus what concerns a thread that is not loaded, or is loaded just now.
    pub(super) fn tell(&self, id: ThreadId, msg: EventMsg) {
        let trace = codex_otel::current().map(Arc::new);
        self.bus.emit(id, &Event { id: SubmissionId::generate(), msg, trace });
    }

    pub(super) fn threads(&self) -> MutexGuard<'_, Threads> {
        self.threads.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Host for Agent {
    fn unused(&self, id: ThreadId) {
        let Some(agent) = self.this.upgrade() else { return };
        codex_otel::spawn_detached(async move {
            let _gate = agent.gate(id).await;
            let Some(thread) = agent.threads().loaded.get(&id).filter(|thread| thread.retire()).cloned()
            else {
                return;
            };
            thread.closed().await;
            agent.ended(&thread);
        });
    }
}

//! The one owner of all threads.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};

use codex_protocol::{ThreadId, ThreadStatus, ThreadTokenUsage, now_ms};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::Services;
use crate::{
    AccountInfo, ActiveTurnInfo, CodexThread, Config, Diagnostics, ModelInfo, ModelsError, StartError,
    StartThread, ThreadSettings,
    conversation::{ConversationItem, History, Role},
    instructions::{self, ProjectDoc, project_docs},
    store::{FileStore, LoadedThread, MemoryStore, OpenThread, ThreadMeta, ThreadState, ThreadStore},
    thread::{Shared, State, Subscribers},
    tools::{BuiltIn, ToolSource},
};

/// The one owner of all threads.
pub struct Agent {
    pub(super) config: Config,
    services: Arc<Services>,
    threads: Mutex<Threads>,
    pub(super) store: Arc<dyn ThreadStore>,
    /// Threads that end with their lease.
    pub(super) ephemeral: Arc<dyn ThreadStore>,
    this: Weak<Self>,
}

#[derive(Default)]
pub(super) struct Threads {
    pub(super) loaded: BTreeMap<ThreadId, Arc<CodexThread>>,
    pub(super) closing: bool,
}

impl Agent {
    /// An agent with no threads. Does no I/O: what is needed later is opened when it is needed.
    pub fn new(config: Config) -> Arc<Self> {
        let store = Arc::new(FileStore::new(config.codex_home()));
        Arc::new_cyclic(|this| Self {
            config,
            store,
            ephemeral: Arc::new(MemoryStore::ephemeral()),
            services: Arc::default(),
            threads: Mutex::default(),
            this: Weak::clone(this),
        })
    }

    /// The configuration that new threads start from.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Starts a thread. Its rollout is made with its first turn.
    #[expect(clippy::unused_async, reason = "a thread with MCP servers will wait for them here")]
    pub async fn start_thread(&self, start: StartThread) -> Result<Arc<CodexThread>, StartError> {
        let shared = self.prepare(start, None)?;
        let mut threads = self.threads();
        if threads.closing {
            return Err(StartError::ShuttingDown);
        }
        let thread = CodexThread::start(Arc::new(shared));
        threads.loaded.insert(thread.id(), Arc::clone(&thread));
        Ok(thread)
    }

    /// A loaded thread.
    pub fn thread(&self, id: ThreadId) -> Option<Arc<CodexThread>> {
        self.threads().loaded.get(&id).cloned()
    }

    /// The loaded threads, oldest first.
    pub fn loaded(&self) -> Vec<ThreadId> {
        self.threads().loaded.keys().copied().collect()
    }

    /// Ends a loaded thread, a running turn first; false when it is not loaded.
    pub async fn unload(&self, id: ThreadId) -> bool {
        let Some(thread) = self.threads().loaded.remove(&id) else { return false };
        thread.close().await;
        true
    }

    /// Takes a thread that nobody uses out of the loaded ones; false if somebody uses it after all. Its loop ends then.
    pub(crate) fn retire(&self, shared: &Shared) -> bool {
        let mut threads = self.threads();
        let unused = shared.is_unused();
        if unused {
            // Whoever loads it next must find the lock free.
            shared.writer.release();
            threads.loaded.remove(&shared.id);
        }
        unused
    }

    /// The models of a provider (the configured one where none is named): the configured model first, then those that
    /// the provider tells, which is asked at most every few minutes.
    pub async fn models(&self, provider: Option<&str>) -> Result<Vec<ModelInfo>, ModelsError> {
        let provider = provider.unwrap_or_else(|| self.config.model_provider());
        if self.config.provider(provider).is_none() {
            return Err(ModelsError::UnknownProvider { name: provider.to_owned() });
        }
        let configured = self.config.model(provider);
        let others = self.services.model_ids(&self.config, provider).await;
        let mut models = vec![ModelInfo::named(configured, true, self.config.effort())];
        models
            .extend(others.iter().filter(|id| *id != configured).map(|id| ModelInfo::named(id, false, None)));
        Ok(models)
    }

    /// What is known of the account.
    pub fn account(&self) -> AccountInfo {
        let provider = self.config.provider(self.config.model_provider());
        AccountInfo {
            api_key: provider.is_some_and(|provider| {
                provider.experimental_bearer_token.is_some()
                    || provider
                        .env_key
                        .as_ref()
                        .is_some_and(|key| std::env::var_os(key).is_some_and(|key| !key.is_empty()))
            }),
            requires_openai_auth: provider.is_some_and(|provider| provider.requires_openai_auth),
        }
    }

    /// What the process is doing.
    pub fn diagnostics(&self) -> Diagnostics {
        let threads: Vec<_> = self.threads().loaded.values().cloned().collect();
        let turns = threads.iter().filter_map(|thread| {
            let active = thread.active()?;
            Some(ActiveTurnInfo {
                thread_id: thread.id(),
                turn_id: active.id,
                trace_id: active.trace_id,
                started_at_ms: active.started_at_ms,
            })
        });
        Diagnostics {
            threads: threads.len(),
            queued_submissions: threads.iter().map(|thread| thread.queued()).sum(),
            turns: turns.collect(),
        }
    }

    /// Interrupts every turn and waits until each has ended: its span ended, its last event emitted, its command gone. No
    /// thread can be started afterwards.
    pub async fn shutdown(&self) {
        let threads = {
            let mut threads = self.threads();
            threads.closing = true;
            std::mem::take(&mut threads.loaded)
        };
        futures_util::future::join_all(threads.values().map(|thread| thread.close())).await;
        self.services.executor.shutdown().await;
    }

    pub(super) fn threads(&self) -> MutexGuard<'_, Threads> {
        self.threads.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a thread together that has no loop yet: a new one, or one with a rollout.
    pub(crate) fn prepare(&self, start: StartThread, stored: Option<Opened>) -> Result<Shared, StartError> {
        let config = self.config.with_overrides(&start.config)?;
        let before =
            stored.as_ref().map(|stored| stored.open.loaded.state.settings.clone()).unwrap_or_default();
        let provider = start
            .model_provider
            .clone()
            .or(before.model_provider)
            .or_else(|| stored.as_ref().map(|stored| stored.open.loaded.meta.model_provider.clone()))
            .unwrap_or_else(|| config.model_provider().to_owned());
        if config.provider(&provider).is_none() {
            return Err(StartError::UnknownProvider { name: provider });
        }
        let cwd = start.cwd.clone().or_else(|| before.cwd.map(PathBuf::from)).unwrap_or_default();
        let cwd =
            if cwd.as_os_str().is_empty() { std::env::current_dir() } else { std::path::absolute(&cwd) }
                .map_err(|source| StartError::Cwd { path: cwd, source })?;
        let docs = project_docs(config.codex_home(), &cwd, config.project_doc_max_bytes());
        let settings = ThreadSettings {
            model: start.model.clone().or(before.model).unwrap_or_else(|| config.model(&provider).to_owned()),
            effort: start.effort.clone().or(before.effort).or_else(|| config.effort().map(str::to_owned)),
            approval_policy: start
                .approval_policy
                .or(before.approval_policy)
                .unwrap_or_else(|| config.approval_policy()),
            approvals_reviewer: start
                .approvals_reviewer
                .or(before.approvals_reviewer)
                .unwrap_or_else(|| config.approvals_reviewer()),
            sandbox_policy: match (start.sandbox, before.sandbox_policy) {
                (None, Some(policy)) => policy,
                (mode, _) => config.sandbox_policy(mode),
            },
            instruction_sources: docs.iter().map(|doc| doc.path.clone()).collect(),
            model_provider: provider,
            cwd,
        };
        let base_instructions = start.base_instructions.clone();
        let Opened { open: OpenThread { writer, loaded }, history } =
            stored.unwrap_or_else(|| self.new_thread(start, &config, &settings, &docs));
        let LoadedThread { meta, state, usage, updated_at_ms, .. } = loaded;
        let base = base_instructions
            .or_else(|| meta.base_instructions.clone())
            .or_else(|| config.base_instructions().map(str::to_owned));
        Ok(Shared {
            id: meta.id,
            services: Arc::clone(&self.services),
            agent: Weak::clone(&self.this),
            instructions: base.unwrap_or_else(|| instructions::BASE.to_owned()),
            tools: Arc::from([Arc::new(BuiltIn) as Arc<dyn ToolSource>]),
            subscribers: Subscribers::new(),
            questions: Arc::default(),
            history: Mutex::new(history),
            state: Mutex::new(State {
                updated_at_ms,
                meta,
                settings,
                status: ThreadStatus::Idle,
                preview: state.preview,
                name: state.name,
                git_info: state.git_info,
                read: state.read,
                usage: ThreadTokenUsage {
                    total: usage.map(|usage| usage.total).unwrap_or_default(),
                    last: usage.map(|usage| usage.last).unwrap_or_default(),
                    model_context_window: config.context_window(),
                },
                usage_turn: usage.and_then(|usage| usage.turn),
                active: None,
            }),
            live: Mutex::default(),
            left: Notify::new(),
            writer,
            closing: CancellationToken::new(),
            closed: CancellationToken::new(),
            config,
        })
    }

    /// A thread of which nothing is kept yet.
    fn new_thread(
        &self,
        start: StartThread,
        config: &Config,
        settings: &ThreadSettings,
        docs: &[ProjectDoc],
    ) -> Opened {
        let meta = ThreadMeta {
            id: ThreadId::generate(),
            created_at_ms: now_ms(),
            cwd: settings.cwd.display().to_string(),
            model: settings.model.clone(),
            model_provider: settings.model_provider.clone(),
            effort: settings.effort.clone(),
            server_version: env!("CARGO_PKG_VERSION").to_owned(),
            originator: start.originator,
            source: start.source,
            thread_source: start.thread_source,
            forked_from: None,
            base_instructions: start.base_instructions,
        };
        let developer =
            start.developer_instructions.or_else(|| config.developer_instructions().map(str::to_owned));
        let beginning =
            developer.map(|text| ConversationItem::message(Role::Developer, text)).into_iter().chain(
                instructions::agents_message(docs).map(|text| ConversationItem::message(Role::User, text)),
            );
        let store = if start.ephemeral { &self.ephemeral } else { &self.store };
        let writer = store.create(meta.clone());
        let loaded = LoadedThread {
            updated_at_ms: meta.created_at_ms,
            meta,
            state: ThreadState::default(),
            usage: None,
            unfinished: None,
        };
        Opened { open: OpenThread { writer, loaded }, history: History::beginning(beginning.collect()) }
    }
}

/// A leased thread that has no loop yet, with what the model sees of it.
pub(crate) struct Opened {
    pub(crate) open: OpenThread,
    pub(crate) history: History,
}

//! The one owner of all threads.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use codex_protocol::{Thread, ThreadId, ThreadStatus, ThreadTokenUsage};
use tokio_util::sync::CancellationToken;

use super::Services;
use crate::{
    AccountInfo, ActiveTurnInfo, CodexThread, Config, Diagnostics, ListError, ListQuery, ModelInfo,
    ModelsError, Page, ReadError, StartError, StartThread, ThreadSettings,
    instructions::{self, project_docs},
    model::{ModelItem, Role},
    store::{self, Living, Replay, Rollout, ThreadMeta, now_ms},
    thread::{Shared, State, Subscribers},
    tools::Registry,
    turn::History,
};

/// The one owner of all threads.
pub struct ThreadManager {
    config: Config,
    services: Arc<Services>,
    threads: Mutex<Threads>,
}

#[derive(Default)]
struct Threads {
    loaded: BTreeMap<ThreadId, Arc<CodexThread>>,
    closing: bool,
}

impl ThreadManager {
    /// A manager with no threads. Does no I/O: what is needed later is opened when it is needed.
    pub fn new(config: Config) -> Arc<Self> {
        Arc::new(Self { config, services: Arc::default(), threads: Mutex::default() })
    }

    /// The configuration that new threads start from.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Starts a thread. Its rollout is made with its first turn.
    #[expect(clippy::unused_async, reason = "a thread with MCP servers will wait for them here")]
    pub async fn start_thread(&self, start: StartThread) -> Result<Arc<CodexThread>, StartError> {
        let shared = self.prepare(start)?;
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

    /// A thread as clients see it, loaded or from its rollout.
    pub async fn read(&self, id: ThreadId, turns: bool) -> Result<Thread, ReadError> {
        let home = self.config.codex_home().to_owned();
        let Some(loaded) = self.thread(id) else {
            return blocking(move || read_stored(&home, id, turns)).await;
        };
        let mut thread = loaded.info();
        if turns {
            let shared = Arc::clone(loaded.shared());
            let path = shared.rollout.path().map(PathBuf::from).unwrap_or_default();
            let replay = blocking(move || shared.rollout.replay()).await;
            thread.turns = replay.map_err(|source| ReadError::Io { path, source })?.turns;
        }
        Ok(thread)
    }

    /// A page of the threads that have a rollout.
    pub async fn list(&self, query: ListQuery) -> Result<Page<Thread>, ListError> {
        let home = self.config.codex_home().to_owned();
        let mut page = blocking(move || store::list(&home, &query)).await?;
        for thread in &mut page.data {
            if let Some(loaded) = self.thread(thread.id) {
                *thread = loaded.info();
            }
        }
        Ok(page)
    }

    /// Ends a loaded thread, a running turn first; false when it is not loaded.
    pub async fn unload(&self, id: ThreadId) -> bool {
        let Some(thread) = self.threads().loaded.remove(&id) else { return false };
        thread.close().await;
        true
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

    /// Interrupts every turn and waits until each has ended: its span ended, its last event emitted. No thread can be
    /// started afterwards.
    pub async fn shutdown(&self) {
        let threads = {
            let mut threads = self.threads();
            threads.closing = true;
            std::mem::take(&mut threads.loaded)
        };
        futures_util::future::join_all(threads.values().map(|thread| thread.close())).await;
    }

    fn threads(&self) -> MutexGuard<'_, Threads> {
        self.threads.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a thread together that has no loop yet.
    pub(crate) fn prepare(&self, start: StartThread) -> Result<Shared, StartError> {
        let config = self.config.with_overrides(&start.config)?;
        let provider = start.model_provider.unwrap_or_else(|| config.model_provider().to_owned());
        if config.provider(&provider).is_none() {
            return Err(StartError::UnknownProvider { name: provider });
        }
        let cwd = start.cwd.unwrap_or_default();
        let cwd =
            if cwd.as_os_str().is_empty() { std::env::current_dir() } else { std::path::absolute(&cwd) }
                .map_err(|source| StartError::Cwd { path: cwd, source })?;
        let docs = project_docs(config.codex_home(), &cwd, config.project_doc_max_bytes());
        let settings = ThreadSettings {
            model: start.model.unwrap_or_else(|| config.model(&provider).to_owned()),
            effort: start.effort.or_else(|| config.effort().map(str::to_owned)),
            approval_policy: start.approval_policy.unwrap_or_else(|| config.approval_policy()),
            approvals_reviewer: start.approvals_reviewer.unwrap_or_else(|| config.approvals_reviewer()),
            sandbox_policy: config.sandbox_policy(start.sandbox),
            instruction_sources: docs.iter().map(|doc| doc.path.clone()).collect(),
            model_provider: provider,
            cwd,
        };
        let id = ThreadId::generate();
        let meta = ThreadMeta {
            id,
            created_at_ms: now_ms(),
            cwd: settings.cwd.display().to_string(),
            model: settings.model.clone(),
            model_provider: settings.model_provider.clone(),
            effort: settings.effort.clone(),
            server_version: env!("CARGO_PKG_VERSION").to_owned(),
            originator: start.originator,
            source: start.source,
            thread_source: start.thread_source,
        };
        let developer =
            start.developer_instructions.or_else(|| config.developer_instructions().map(str::to_owned));
        let beginning = developer
            .map(|text| ModelItem::input(Role::Developer, text))
            .into_iter()
            .chain(instructions::agents_message(&docs).map(|text| ModelItem::input(Role::User, text)));
        let base = start.base_instructions.or_else(|| config.base_instructions().map(str::to_owned));
        let usage =
            ThreadTokenUsage { model_context_window: config.context_window(), ..ThreadTokenUsage::default() };
        Ok(Shared {
            id,
            services: Arc::clone(&self.services),
            instructions: base.unwrap_or_else(|| instructions::BASE.to_owned()),
            tools: Registry::of(&settings.model_provider),
            rollout: if start.ephemeral {
                Rollout::in_memory(meta.clone())
            } else {
                Rollout::at(store::new_path(config.codex_home(), id, meta.created_at_ms), meta.clone())
            },
            subscribers: Subscribers::new(),
            history: Mutex::new(History::beginning(beginning.collect())),
            state: Mutex::new(State {
                updated_at_ms: meta.created_at_ms,
                meta,
                settings,
                status: ThreadStatus::Idle,
                preview: String::new(),
                usage,
                active: None,
            }),
            closing: CancellationToken::new(),
            closed: CancellationToken::new(),
            config,
        })
    }
}

/// Runs work that blocks on files.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(value) => value,
        // It is never cancelled, so it panicked: the caller's own isolation deals with that.
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

fn read_stored(home: &std::path::Path, id: ThreadId, turns: bool) -> Result<Thread, ReadError> {
    let found = store::find(home, id).map_err(|source| ReadError::Io { path: home.to_owned(), source })?;
    let path = found.ok_or(ReadError::NotFound { id })?;
    let mut replay = store::read(&path).map_err(|source| ReadError::Io { path: path.clone(), source })?;
    replay.end_open_turns();
    let preview = replay.preview().unwrap_or_default();
    let Replay { meta, turns: stored, .. } = replay;
    let meta = meta.ok_or(ReadError::NotFound { id })?;
    let mut thread = meta.thread(Living {
        preview: &preview,
        updated_at_ms: store::modified_ms(&path).max(meta.created_at_ms),
        status: ThreadStatus::NotLoaded,
        path: Some(&path),
        loaded: false,
    });
    if turns {
        thread.turns = stored;
    }
    Ok(thread)
}

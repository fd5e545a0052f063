//! Copying a thread.

use std::{
    future::Future,
    path::{Path, PathBuf},
    sync::Arc,
};

use codex_protocol::{EventMsg, ThreadId, TurnId, now_ms};

use super::{Agent, StartThread, foreign::distrust, prepare::Opened};
use crate::{
    CodexThread, OpenError, StartError, StoreError,
    conversation::History,
    git,
    store::{
        CutError, HistoryCut, LoadedThread, OpenThread, ReadMark, Scope, ThreadMeta, ThreadRef, ThreadState,
        ThreadStore, blocking,
    },
    thread::Ending,
    turn::read_history,
};

/// A thread to copy.
#[derive(Clone, Debug)]
pub struct ForkThread {
    /// The thread.
    pub thread: ThreadRef,
    /// The last turn that is copied; all where there is none.
    pub last_turn: Option<String>,
    /// The first turn that is not copied.
    pub before_turn: Option<String>,
    /// Settings that differ from the stored ones.
    pub with: StartThread,
}

/// Why a thread was not copied.
#[derive(Debug, thiserror::Error)]
pub enum ForkError {
    /// It cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// It has no such turn.
    #[error("turn not found: {turn}")]
    NoSuchTurn {
        /// The turn as named.
        turn: String,
    },
    /// The copy cannot be started.
    #[error(transparent)]
    Start(#[from] StartError),
}

impl From<StoreError> for ForkError {
    fn from(error: StoreError) -> Self {
        Self::Open(error.into())
    }
}

impl Agent {
    /// Copies a thread, and loads the copy. `first` runs when the copy is loaded and before anybody is told of it: whoever is
    /// to hear of what it tells joins there. Where the copy cannot be loaded, or `first` fails, nothing is left of it and
    /// nobody has heard of it.
    pub async fn fork<T, E, F>(
        &self,
        fork: ForkThread,
        first: impl FnOnce(Arc<CodexThread>) -> F,
    ) -> Result<(Arc<CodexThread>, T), E>
    where
        E: From<ForkError>,
        F: Future<Output = Result<T, E>>,
    {
        let thread = self.copy(fork).await?;
        match first(Arc::clone(&thread)).await {
            Ok(result) => {
                self.tell(thread.id(), EventMsg::Started(Box::new(thread.info())));
                Ok((thread, result))
            }
            Err(error) => {
                self.discard(&thread).await;
                Err(error)
            }
        }
    }

    /// Copies a thread, and loads the copy. A copy that cannot be loaded is deleted again.
    async fn copy(&self, fork: ForkThread) -> Result<Arc<CodexThread>, ForkError> {
        let ForkThread { thread, last_turn, before_turn, with } = fork;
        let id = self.id_of(&thread).await?;
        let _gate = self.gate(id).await;
        let loaded = self.thread(id);
        let copy = Copying {
            source: match loaded {
                Some(loaded) => Source::Loaded(loaded),
                None => Source::Stored(thread),
            },
            last: last_turn,
            before: before_turn,
            target: if with.ephemeral { Arc::clone(&self.ephemeral) } else { Arc::clone(&self.store) },
            with: with.clone(),
        };
        let agent = self.this.upgrade().ok_or(StartError::ShuttingDown)?;
        let parts = blocking(move || {
            let opened = copy.run(&*agent.store, agent.config().codex_home())?;
            let id = opened.open.loaded.meta.id;
            agent.prepare(with, Some(opened)).map_err(|error| {
                if let Err(error) = agent.store.delete(id) {
                    tracing::debug!(%error, "a copy that was not loaded is left");
                }
                ForkError::from(error)
            })
        })
        .await?;
        Ok(self.add(parts)?)
    }

    /// Unloads and deletes a copy that nobody has heard of.
    async fn discard(&self, copy: &CodexThread) {
        let id = copy.id();
        let _gate = self.gate(id).await;
        self.end(id, Ending::Removed).await;
        let (store, ephemeral) = (Arc::clone(&self.store), copy.journal().writer().is_ephemeral());
        if !ephemeral && let Err(error) = blocking(move || store.delete(id)).await {
            tracing::debug!(%error, "a copy that was given up is left");
        }
    }
}

/// What is copied.
enum Source {
    Loaded(Arc<CodexThread>),
    Stored(ThreadRef),
}

/// A copy to make.
struct Copying {
    source: Source,
    last: Option<String>,
    before: Option<String>,
    target: Arc<dyn ThreadStore>,
    with: StartThread,
}

impl Copying {
    /// Makes the copy. Blocks.
    fn run(self, store: &dyn ThreadStore, codex_home: &Path) -> Result<Opened, ForkError> {
        let history = match &self.source {
            Source::Loaded(thread) => thread.journal().moment().history,
            Source::Stored(thread) => store.snapshot(thread, Scope::Active)?,
        };
        if let Source::Loaded(thread) = &self.source {
            let writer = thread.journal().writer();
            if writer.is_ephemeral() {
                return Err(OpenError::NotFound { id: thread.id() }.into());
            }
            if !writer.is_kept() {
                return Ok(self.fresh(thread));
            }
        }
        let mut whole = history.load()?;
        if let Source::Stored(thread) = &self.source {
            distrust(&mut whole, thread, codex_home);
        }
        let part = history.cut(&self.cut()?).map_err(|error| match error {
            CutError::NoSuchTurn { turn } => ForkError::NoSuchTurn { turn: turn.to_string() },
            CutError::Store(error) => error.into(),
        })?;
        let usage = part.load()?.usage;
        let meta = self.meta(whole.meta);
        let cwd =
            self.with.settings.cwd.clone().or_else(|| whole.state.settings.cwd.clone().map(PathBuf::from));
        let git_info = git::info(&cwd.unwrap_or_else(|| PathBuf::from(&meta.cwd)));
        let state = ThreadState { read: ReadMark::default(), git_info, ..whole.state };
        let history = if self.with.ephemeral { read_history(&part)? } else { History::stored() };
        let writer = self.target.fork(&part, meta.clone(), &state)?;
        let updated_at_ms = meta.created_at_ms;
        let loaded = LoadedThread { meta, state, usage, unfinished: None, updated_at_ms };
        Ok(Opened { open: OpenThread { writer, loaded }, history })
    }

    /// A copy of a thread of which nothing is kept yet but what it is.
    fn fresh(&self, thread: &CodexThread) -> Opened {
        let now = thread.snapshot();
        let (meta, state) = (self.meta((*now.meta).clone()), now.stored.clone());
        let writer = self.target.create(meta.clone());
        let history = History::beginning(now.beginning.to_vec());
        let loaded = LoadedThread {
            updated_at_ms: meta.created_at_ms,
            meta,
            state: ThreadState { read: ReadMark::default(), ..state },
            usage: None,
            unfinished: None,
        };
        Opened { open: OpenThread { writer, loaded }, history }
    }

    /// What the copy is known by.
    fn meta(&self, source: ThreadMeta) -> ThreadMeta {
        ThreadMeta {
            id: ThreadId::generate(),
            created_at_ms: now_ms(),
            server_version: env!("CARGO_PKG_VERSION").to_owned(),
            originator: self.with.originator.clone().or(source.originator),
            source: self.with.source.clone(),
            thread_source: self.with.thread_source.clone().or(source.thread_source),
            forked_from: Some(source.id),
            ..source
        }
    }

    fn cut(&self) -> Result<HistoryCut, ForkError> {
        let parse = |turn: &Option<String>| -> Result<Option<TurnId>, ForkError> {
            let Some(turn) = turn else { return Ok(None) };
            turn.parse().map(Some).map_err(|_| ForkError::NoSuchTurn { turn: turn.clone() })
        };
        Ok(HistoryCut { last: parse(&self.last)?, before: parse(&self.before)? })
    }
}

//! Loading a thread from its rollout: resuming it, and copying it.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use codex_protocol::{ThreadId, ThreadTokenUsage, Turn, TurnId, TurnStatus, now_ms};

use super::{Agent, StartThread};
use crate::{
    ChangeError, CodexThread, EventSink, Joined, StartError, SubscriberId,
    conversation::{ConversationItem, History, Role},
    instructions::TURN_ABORTED,
    store::{self, ReadMark, Reader, Record, Rollout, Tail, ThreadMeta, ThreadState, blocking, copy_rollout},
    turn::read_history,
};

/// A thread as its rollout has it.
pub(crate) struct Stored {
    pub(crate) meta: ThreadMeta,
    pub(crate) rollout: Rollout,
    pub(crate) state: ThreadState,
    pub(crate) usage: ThreadTokenUsage,
    pub(crate) usage_turn: Option<TurnId>,
    pub(crate) history: History,
}

/// A thread to load.
#[derive(Clone, Debug)]
pub struct ResumeThread {
    /// The thread.
    pub id: ThreadId,
    /// Its rollout, where the caller knows it.
    pub path: Option<PathBuf>,
    /// Settings that differ from the stored ones.
    pub with: StartThread,
}

/// A thread to copy.
#[derive(Clone, Debug)]
pub struct ForkThread {
    /// The thread.
    pub id: ThreadId,
    /// Its rollout, where the caller knows it.
    pub path: Option<PathBuf>,
    /// The last turn that is copied; all where there is none.
    pub last_turn: Option<String>,
    /// The first turn that is not copied.
    pub before_turn: Option<String>,
    /// Settings that differ from the stored ones.
    pub with: StartThread,
}

impl Agent {
    /// Loads a stored thread, or gives the loaded one: true when it was loaded now. A loaded thread keeps its settings.
    pub async fn resume(&self, resume: ResumeThread) -> Result<(Arc<CodexThread>, bool), ChangeError> {
        if let Some(thread) = self.thread(resume.id) {
            return Ok((thread, false));
        }
        let home = self.config.codex_home().to_owned();
        let ResumeThread { id, path, with } = resume;
        let stored = blocking(move || {
            let path = match path {
                Some(path) => path,
                None => store::find(&home, id)
                    .map_err(|source| ChangeError::io(home, source))?
                    .ok_or(ChangeError::NotFound { id })?,
            };
            open(id, &path)
        })
        .await?;
        self.add(with, stored).map(|thread| (thread, true))
    }

    /// Copies a thread, and loads the copy.
    pub async fn fork(&self, fork: ForkThread) -> Result<Arc<CodexThread>, ChangeError> {
        let ForkThread { id, path, last_turn, before_turn, with } = fork;
        let home = self.config.codex_home().to_owned();
        let loaded = self.thread(id).filter(|_| path.is_none());
        let (ephemeral, source, originator, thread_source) =
            (with.ephemeral, with.source.clone(), with.originator.clone(), with.thread_source.clone());
        let stored = blocking(move || {
            let (live, length) = loaded.as_ref().map_or((None, None), |thread| thread.shared().moment());
            let path = match (path, &loaded) {
                (Some(path), _) => path,
                (None, Some(thread)) => match thread.shared().rollout.path() {
                    Some(path) => path.to_owned(),
                    None => return Err(ChangeError::NotFound { id }),
                },
                (None, None) => store::find(&home, id)
                    .map_err(|source| ChangeError::io(home.clone(), source))?
                    .ok_or(ChangeError::NotFound { id })?,
            };
            let new_id = ThreadId::generate();
            let created_at_ms = now_ms();
            let about = |meta: ThreadMeta| ThreadMeta {
                id: new_id,
                created_at_ms,
                server_version: env!("CARGO_PKG_VERSION").to_owned(),
                originator: originator.or(meta.originator),
                source,
                thread_source: thread_source.or(meta.thread_source),
                forked_from: Some(id),
                ..meta
            };
            let target = store::new_path(&home, new_id, created_at_ms);
            if let Some(thread) = loaded.as_ref().filter(|_| length.is_none()) {
                // Nothing to copy yet but what the thread is.
                let (meta, state) = {
                    let state = thread.shared().state();
                    (about(state.meta.clone()), state.stored())
                };
                let rollout = if ephemeral {
                    Rollout::in_memory(meta.clone())
                } else {
                    Rollout::at(target, meta.clone())
                };
                let state = ThreadState { read: ReadMark::default(), ..state };
                return Ok(Stored {
                    meta,
                    rollout,
                    state,
                    usage: ThreadTokenUsage::default(),
                    usage_turn: None,
                    history: History::beginning(thread.shared().history().items().to_vec()),
                });
            }
            let reader = match length {
                Some(length) => Reader::open_up_to(&path, length),
                None => Reader::open(&path),
            }
            .map_err(|source| ChangeError::io(path.clone(), source))?;
            let io = |source| ChangeError::io(path.clone(), source);
            let until = cut_at(&reader, live.as_ref(), last_turn.as_deref(), before_turn.as_deref(), &path)?;
            let (meta, preview) = reader.head().map_err(io)?;
            let meta = about(meta.ok_or_else(|| ChangeError::NoHead { path: path.clone() })?);
            let Tail { state, usage, .. } = reader.tail().map_err(io)?;
            let mut state = state.unwrap_or_default();
            state.read = ReadMark::default();
            state.git_info = None;
            if state.preview.is_empty() {
                state.preview = preview.unwrap_or_default();
            }
            let (rollout, history) = if ephemeral {
                let mut records = vec![Record::Thread(meta.clone())];
                let part = Reader::open_up_to(&path, until).map_err(io)?;
                part.every(|foreign, record| {
                    let head = matches!(record, Record::Thread(_));
                    let twice = foreign && matches!(record, Record::Context { .. });
                    if !head && !twice {
                        records.push(record);
                    }
                })
                .map_err(io)?;
                let rollout = Rollout::in_memory(meta.clone());
                rollout.append(&records[1..]).map_err(io)?;
                (rollout, read_history(&path, until).map_err(io)?)
            } else {
                let from = reader.second_line().map_err(io)?;
                let records = [Record::State(state.clone())];
                copy_rollout(&path, (from, until), &target, &meta, &records)
                    .map_err(|source| ChangeError::io(target.clone(), source))?;
                let rollout = Rollout::resume(target.clone())
                    .map_err(|error| ChangeError::open(new_id, target, error))?;
                (rollout, History::stored())
            };
            let (usage, usage_turn) = usage_of(usage);
            Ok(Stored { meta, rollout, state, usage, usage_turn, history })
        })
        .await?;
        self.add(with, stored)
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

    fn add(&self, with: StartThread, stored: Stored) -> Result<Arc<CodexThread>, ChangeError> {
        let shared = self.prepare(with, Some(stored))?;
        let mut threads = self.threads();
        if threads.closing {
            return Err(StartError::ShuttingDown.into());
        }
        let thread = CodexThread::start(Arc::new(shared));
        threads.loaded.insert(thread.id(), Arc::clone(&thread));
        Ok(thread)
    }
}

/// Opens a rollout to write on it. A turn that was cut off with its process is ended in it.
fn open(id: ThreadId, path: &Path) -> Result<Stored, ChangeError> {
    let rollout =
        Rollout::resume(path.to_owned()).map_err(|error| ChangeError::open(id, path.to_owned(), error))?;
    let io = |source| ChangeError::io(path.to_owned(), source);
    let reader = Reader::open(path).map_err(io)?;
    let (meta, preview) = reader.head().map_err(io)?;
    let meta = meta.ok_or_else(|| ChangeError::NoHead { path: path.to_owned() })?;
    let Tail { state, usage, last_turn } = reader.tail().map_err(io)?;
    let mut state = state.unwrap_or_default();
    if state.preview.is_empty() {
        state.preview = preview.unwrap_or_default();
    }
    let (usage, usage_turn) = usage_of(usage);
    if let Some((turn, false)) = last_turn {
        let item = ConversationItem::message(Role::User, TURN_ABORTED);
        let stored = reader.turns_before(reader.end(), 1).map_err(io)?.pop();
        let begun = stored.map(|stored| stored.turn).filter(|stored| stored.id == turn);
        let ended = begun.map(|begun| Turn { items: Vec::new(), status: TurnStatus::Interrupted, ..begun });
        let mut records = vec![Record::Context { item }];
        records.extend(ended.map(|turn| Record::TurnEnded {
            turn,
            usage: usage.total,
            last: Some(usage.last),
        }));
        records.push(Record::State(state.clone()));
        rollout.append(&records).map_err(io)?;
    }
    Ok(Stored { meta, rollout, state, usage, usage_turn, history: History::stored() })
}

fn usage_of(
    usage: Option<(codex_protocol::TokenUsage, codex_protocol::TokenUsage, Option<TurnId>)>,
) -> (ThreadTokenUsage, Option<TurnId>) {
    usage.map_or((ThreadTokenUsage::default(), None), |(total, last, turn)| {
        (ThreadTokenUsage { total, last, ..ThreadTokenUsage::default() }, turn)
    })
}

/// Where a copy ends: before the running turn at the latest.
fn cut_at(
    reader: &Reader,
    live: Option<&Turn>,
    last: Option<&str>,
    before: Option<&str>,
    path: &Path,
) -> Result<u64, ChangeError> {
    let find = |turn: &str| {
        let id = turn.parse().map_err(|_| ChangeError::NoTurn { turn: turn.to_owned() })?;
        reader
            .find_turn(id)
            .map_err(|source| ChangeError::io(path.to_owned(), source))?
            .ok_or_else(|| ChangeError::NoTurn { turn: turn.to_owned() })
    };
    let mut until = reader.end();
    if let Some(last) = last {
        until = find(last)?.1;
    }
    if let Some(before) = before {
        until = until.min(find(before)?.0);
    }
    if let Some(live) = live
        && let Ok((at, _)) = find(&live.id.to_string())
    {
        until = until.min(at);
    }
    Ok(until)
}

/// Takes a turn and all after it out of a rollout.
pub(crate) fn cut(
    rollout: &Rollout,
    path: &Path,
    before: &str,
    state: &ThreadState,
) -> Result<(), ChangeError> {
    let io = |source| ChangeError::io(path.to_owned(), source);
    if rollout.length().is_none() {
        return Err(ChangeError::NoTurn { turn: before.to_owned() });
    }
    let reader = Reader::open(path).map_err(io)?;
    let keep = cut_at(&reader, None, None, Some(before), path)?;
    rollout.cut(keep, &[Record::State(state.clone())]).map_err(io)
}

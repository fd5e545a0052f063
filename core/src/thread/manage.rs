//! What clients change about a thread beside its turns, and how they join it.

use std::{path::PathBuf, sync::Arc};

use codex_protocol::{
    ApprovalPolicy, ApprovalsReviewer, Event, EventMsg, SandboxPolicy, Thread, ThreadTokenUsage, TurnId,
};
use serde::Deserialize;
use serde_json::Value;

use super::{CodexThread, EventSink, InjectError, MetadataError, RevertError, SubscriberId};
use crate::{
    conversation::{ConversationItem, History},
    store::{HistorySnapshot, OpenError, ReadMark, Record, StoreError, ThreadState},
};

/// A thread at the moment that somebody joined it.
pub struct Joined {
    /// The thread, without its turns.
    pub thread: Thread,
    /// What was told of items that still grow, merged: to be heard before what follows.
    pub catch_up: Vec<Event>,
    /// The tokens of the thread and the turn that they were last counted in, where any were.
    pub usage: Option<(ThreadTokenUsage, TurnId)>,
    pub(crate) history: HistorySnapshot,
}

/// What the user says about what they have read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadChange {
    /// All of it.
    Read,
    /// None of it.
    Unread,
}

/// Settings that change. What is left out stays.
#[derive(Clone, Debug, Default)]
pub struct SettingsChange {
    /// The working directory.
    pub cwd: Option<PathBuf>,
    /// The model.
    pub model: Option<String>,
    /// The reasoning effort.
    pub effort: Option<String>,
    /// When the user is asked.
    pub approval_policy: Option<ApprovalPolicy>,
    /// Who answers.
    pub approvals_reviewer: Option<ApprovalsReviewer>,
    /// The sandbox.
    pub sandbox_policy: Option<SandboxPolicy>,
}

impl CodexThread {
    /// Adds a subscriber, and tells the thread as it stands: what comes after that is told to the sink, nothing twice.
    pub fn join(&self, subscriber: SubscriberId, sink: Arc<dyn EventSink>) -> Joined {
        let (history, catch_up) = self.shared.join(subscriber, sink);
        let state = self.shared.state();
        let usage = state.usage_turn.map(|turn| (state.usage, turn));
        drop(state);
        Joined { thread: self.info(), catch_up, usage, history }
    }

    /// What the user has read.
    pub(crate) fn read_mark(&self) -> ReadMark {
        self.shared.state().read.clone()
    }

    /// Changes what is kept beside the turns, and writes it.
    pub(crate) fn change<T, E: From<MetadataError>>(
        &self,
        change: impl FnOnce(&mut ThreadState) -> Result<T, E>,
    ) -> Result<T, E> {
        let shared = &self.shared;
        if shared.writer.is_ephemeral() {
            return Err(MetadataError::Ephemeral { id: shared.id }.into());
        }
        let mut state = shared.state();
        let mut stored = state.stored();
        let result = change(&mut stored)?;
        let written = shared.writer.append(&[Record::State(stored.clone())]);
        written.map_err(|error| MetadataError::from(OpenError::from(error)))?;
        state.name = stored.name;
        state.git_info = stored.git_info;
        state.read = stored.read;
        Ok(result)
    }

    /// Changes the settings from the next turn on. Subscribers are told if anything changed.
    pub fn change_settings(&self, change: SettingsChange) -> Result<(), StoreError> {
        let changed = {
            let mut state = self.shared.state();
            let before = state.settings.clone();
            let settings = &mut state.settings;
            if let Some(cwd) = change.cwd {
                settings.cwd = std::path::absolute(&cwd).unwrap_or(cwd);
            }
            if let Some(model) = change.model {
                settings.model = model;
            }
            if change.effort.is_some() {
                settings.effort = change.effort;
            }
            if let Some(policy) = change.approval_policy {
                settings.approval_policy = policy;
            }
            if let Some(reviewer) = change.approvals_reviewer {
                settings.approvals_reviewer = reviewer;
            }
            if let Some(policy) = change.sandbox_policy {
                settings.sandbox_policy = policy;
            }
            before != *settings
        };
        if !changed {
            return Ok(());
        }
        // Before its first turn a thread has nothing on disk that could need it.
        if !self.shared.writer.is_ephemeral() && self.shared.writer.is_kept() {
            self.shared.writer.append(&[self.shared.state_record()])?;
        }
        self.shared.tell(EventMsg::SettingsChanged(Box::new(self.shared.snapshot())));
        Ok(())
    }

    /// The settings, for clients.
    pub fn snapshot(&self) -> codex_protocol::SettingsSnapshot {
        self.shared.snapshot()
    }

    /// Adds items to what the model sees.
    pub fn inject(&self, items: Vec<Value>) -> Result<(), InjectError> {
        if items.is_empty() {
            return Err(InjectError::NoItems);
        }
        let mut parsed = Vec::with_capacity(items.len());
        for (index, item) in items.into_iter().enumerate() {
            let bad = |reason: String| InjectError::BadItem { index, reason };
            match ConversationItem::deserialize(item) {
                Ok(item) if !item.is_known() => return Err(bad("its type is not known here".to_owned())),
                Ok(item) => parsed.push(item),
                Err(error) => return Err(bad(error.to_string())),
            }
        }
        let shared = &self.shared;
        let mut history = shared.history();
        let mut records: Vec<Record> = history
            .take_unwritten()
            .into_iter()
            .chain(parsed.iter().cloned())
            .map(|item| Record::Context { item })
            .collect();
        records.push(shared.state_record());
        shared.writer.append(&records)?;
        history.inject(parsed);
        Ok(())
    }

    /// Takes back a turn and all after it. Blocks.
    pub(crate) fn revert(&self, before: TurnId) -> Result<(), RevertError> {
        let shared = &self.shared;
        if shared.writer.is_ephemeral() {
            return Err(RevertError::Ephemeral { id: shared.id });
        }
        if shared.state().active.is_some() {
            return Err(RevertError::TurnRunning);
        }
        let state = {
            let mut state = shared.state();
            state.read.first_unread = None;
            state.stored()
        };
        shared.writer.revert(before, &state)?;
        *shared.history() = History::stored();
        Ok(())
    }
}

//! Changes of a thread beside its turns.

use codex_protocol::{
    EventMsg, GitChange, GitInfo, ReadChange, SettingsChange, ThreadId, TurnId, W3cTraceContext,
};
use serde::Deserialize;
use serde_json::Value;

use super::{InjectError, MetadataError, ReadStateError, ReadView, RevertError, SettingsError, actor::Actor};
use crate::{
    conversation::{ConversationItem, History},
    store::{CutError, HistoryCut, Record, StoreError, ThreadState, blocking},
    turn::InterruptedBy,
};

impl Actor {
    /// Changes the settings from the next turn on. Those who follow the thread are told if anything changed.
    pub(super) fn change_settings(
        &mut self,
        change: SettingsChange,
        trace: Option<W3cTraceContext>,
    ) -> Result<(), SettingsError> {
        let settings = self.changed(change)?;
        if settings == self.data.settings {
            return Ok(());
        }
        let before = std::mem::replace(&mut self.data.settings, settings);
        let writer = self.resources.journal.writer();
        // Before its first turn a thread has nothing on disk that could need it.
        if !writer.is_ephemeral()
            && writer.is_kept()
            && let Err(error) = self.append_state(self.data.stored())
        {
            self.data.settings = before;
            return Err(error.into());
        }
        self.publish();
        self.emit(EventMsg::SettingsChanged(Box::new(self.data.settings.clone())), trace);
        Ok(())
    }

    /// Gives the thread a name.
    pub(super) fn set_name(
        &mut self,
        name: String,
        trace: Option<W3cTraceContext>,
    ) -> Result<(), MetadataError> {
        self.keep(|state| state.name = Some(name.clone()))?;
        self.emit(EventMsg::NameChanged(name), trace);
        Ok(())
    }

    /// Changes what is known of the thread's repository.
    pub(super) fn set_git_info(&mut self, change: GitChange) -> Result<(), MetadataError> {
        self.keep(|state| state.git_info = changed(state.git_info.take(), change))
    }

    /// Notes what the user has read, if the caller knows what was noted last.
    pub(super) async fn set_read(
        &mut self,
        expected: &str,
        change: ReadChange,
        trace: Option<W3cTraceContext>,
    ) -> Result<ReadView, ReadStateError> {
        self.check_not_ephemeral()?;
        let first = match change {
            ReadChange::Read => None,
            ReadChange::Unread => self.first_turn().await,
        };
        let mut state = self.data.stored();
        let view = set_read(&mut state, self.data.id(), expected, change, first)?;
        self.keep(|kept| kept.read = state.read)?;
        // Those who follow the thread need the new revision for their own next change.
        self.emit(view.clone().event(), trace);
        Ok(view)
    }

    /// Adds items to what the model sees.
    pub(super) fn inject(&mut self, items: Vec<Value>) -> Result<(), InjectError> {
        let items = parsed(items)?;
        // What the model is to be shown first comes first.
        let first = self.data.history.unwritten();
        let mut records: Vec<Record> =
            first.iter().chain(&items).cloned().map(|item| Record::Context { item }).collect();
        records.push(Record::State(self.data.stored()));
        self.resources.journal.append(&records)?;
        drop(self.data.history.take_unwritten());
        match &mut self.data.active {
            Some(active) => active.inject(items),
            None => self.data.history.inject(items),
        }
        self.publish();
        Ok(())
    }

    /// Takes back a turn and all after it. A running turn is interrupted first.
    pub(super) async fn revert(
        &mut self,
        before: String,
        trace: Option<W3cTraceContext>,
    ) -> Result<(), RevertError> {
        if self.resources.journal.writer().is_ephemeral() {
            return Err(RevertError::Ephemeral { id: self.data.id() });
        }
        let Ok(turn) = before.parse::<TurnId>() else { return Err(RevertError::NoSuchTurn { turn: before }) };
        // Before anything is interrupted: a turn that is not there is no reason to.
        let stored = self.resources.journal.writer().snapshot();
        blocking(move || stored.cut(&HistoryCut { last: None, before: Some(turn) }).map(drop)).await?;
        if let Some(active) = &mut self.data.active {
            active.interrupt(InterruptedBy::Client, trace.clone());
        }
        self.turn_ended().await;
        let mut state = self.data.stored();
        let writer = self.resources.journal.writer().clone();
        let reverted = blocking(move || {
            state.read = writer.snapshot().read_after_revert(&state.read, turn)?;
            writer.revert(turn, &state)?;
            Ok::<_, CutError>(state.read)
        });
        let read = reverted.await?;
        let unread_gone = read != self.data.read;
        self.data.read = read;
        self.data.history = History::stored();
        self.publish();
        if unread_gone {
            self.emit(self.data.read_view().event(), trace.clone());
        }
        self.emit(EventMsg::Reverted, trace);
        Ok(())
    }

    /// Changes what is kept beside the turns, and writes it.
    fn keep(&mut self, change: impl FnOnce(&mut ThreadState)) -> Result<(), MetadataError> {
        self.check_not_ephemeral()?;
        let mut state = self.data.stored();
        change(&mut state);
        self.append_state(state.clone())?;
        (self.data.name, self.data.git_info, self.data.read) = (state.name, state.git_info, state.read);
        self.publish();
        Ok(())
    }

    fn append_state(&self, state: ThreadState) -> Result<(), StoreError> {
        self.resources.journal.append(&[Record::State(state)])
    }

    fn check_not_ephemeral(&self) -> Result<(), MetadataError> {
        if self.resources.journal.writer().is_ephemeral() {
            return Err(MetadataError::Ephemeral { id: self.data.id() });
        }
        Ok(())
    }

    async fn first_turn(&self) -> Option<TurnId> {
        let stored = self.resources.journal.writer().snapshot();
        blocking(move || stored.first().ok()?).await
    }
}

/// What is known of a repository after a change.
pub(crate) fn changed(git: Option<GitInfo>, change: GitChange) -> Option<GitInfo> {
    let GitChange { sha, branch, origin_url } = change;
    let git = git.unwrap_or(GitInfo { sha: None, branch: None, origin_url: None });
    let git = GitInfo {
        sha: sha.unwrap_or(git.sha),
        branch: branch.unwrap_or(git.branch),
        origin_url: origin_url.unwrap_or(git.origin_url),
    };
    (git.sha.is_some() || git.branch.is_some() || git.origin_url.is_some()).then_some(git)
}

/// Notes what the user has read, if the caller knows what was noted last. `first` is the thread's first turn.
pub(crate) fn set_read(
    state: &mut ThreadState,
    id: ThreadId,
    expected: &str,
    change: ReadChange,
    first: Option<TurnId>,
) -> Result<ReadView, ReadStateError> {
    let ReadView { first_unread, from_start, revision } = ReadView::of(&state.read, id);
    if revision != expected {
        return Err(ReadStateError::Conflict { first_unread, from_start, revision });
    }
    state.read.first_unread = first;
    state.read.from_start = change == ReadChange::Unread && first.is_none();
    state.read.revision = Some(uuid::Uuid::new_v4().to_string());
    Ok(ReadView::of(&state.read, id))
}

fn parsed(items: Vec<Value>) -> Result<Vec<ConversationItem>, InjectError> {
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
    Ok(parsed)
}

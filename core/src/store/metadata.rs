//! What a thread is known by, apart from its turns.

use codex_protocol::{SessionSource, Thread, ThreadEnvironment, ThreadId, ThreadStatus};
use serde::{Deserialize, Serialize};

use super::{LoadedThread, ReadMark, ThreadState};

/// What a thread is known by: the first record of its rollout.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct ThreadMeta {
    pub(crate) id: ThreadId,
    /// Unix milliseconds.
    pub(crate) created_at_ms: i64,
    pub(crate) cwd: String,
    pub(crate) model: String,
    pub(crate) model_provider: String,
    #[serde(default)]
    pub(crate) effort: Option<String>,
    pub(crate) server_version: String,
    #[serde(default)]
    pub(crate) originator: Option<String>,
    #[serde(default)]
    pub(crate) source: SessionSource,
    #[serde(default)]
    pub(crate) thread_source: Option<String>,
    /// The thread that it is a copy of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) forked_from: Option<ThreadId>,
    /// Base instructions in place of ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) base_instructions: Option<String>,
}

/// A thread at one moment, as far as it changes.
#[derive(Clone, Debug)]
pub(crate) struct CurrentState<'a> {
    pub(crate) state: &'a ThreadState,
    pub(crate) updated_at_ms: i64,
    pub(crate) status: ThreadStatus,
    /// Where clients are told that it is.
    pub(crate) location: Option<&'a str>,
    pub(crate) ephemeral: bool,
    pub(crate) loaded: bool,
}

/// A stored thread without its turns, and what the user has read of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct StoredThread {
    pub(crate) thread: Thread,
    pub(crate) read: ReadMark,
}

impl StoredThread {
    /// A thread that is not loaded.
    pub(super) fn of(loaded: LoadedThread, location: Option<&str>) -> Self {
        let thread = loaded.meta.thread(CurrentState {
            state: &loaded.state,
            updated_at_ms: loaded.updated_at_ms,
            status: ThreadStatus::NotLoaded,
            location,
            ephemeral: false,
            loaded: false,
        });
        Self { thread, read: loaded.state.read }
    }
}

impl ThreadMeta {
    /// The thread as clients see it, without its turns.
    pub(crate) fn thread(&self, snapshot: CurrentState<'_>) -> Thread {
        let state = snapshot.state;
        let settings = &state.settings;
        let cwd = settings.cwd.clone().unwrap_or_else(|| self.cwd.clone());
        Thread {
            id: self.id,
            environments: Some(vec![ThreadEnvironment {
                environment_id: "local".to_owned(),
                cwd: cwd.clone(),
                runtime_workspace_roots: vec![cwd.clone()],
            }]),
            extra: None,
            session_id: self.id,
            forked_from_id: self.forked_from,
            attached_to_thread_id: None,
            parent_thread_id: None,
            preview: state.preview.clone(),
            ephemeral: snapshot.ephemeral,
            section: None,
            section_entered_at: None,
            project_id: None,
            history_mode: codex_protocol::HistoryMode::Paginated,
            model_provider: settings.model_provider.clone().unwrap_or_else(|| self.model_provider.clone()),
            model: Some(settings.model.clone().unwrap_or_else(|| self.model.clone())),
            reasoning_effort: settings.effort.clone().or_else(|| self.effort.clone()),
            created_at: self.created_at_ms / 1000,
            updated_at: snapshot.updated_at_ms / 1000,
            recency_at: Some(snapshot.updated_at_ms / 1000),
            status: snapshot.status,
            path: snapshot.location.map(str::to_owned),
            cwd,
            cli_version: self.server_version.clone(),
            originator: self.originator.clone(),
            source: self.source.clone(),
            can_accept_direct_input: snapshot.loaded.then_some(true),
            thread_source: self.thread_source.clone(),
            agent_nickname: None,
            agent_role: None,
            git_info: state.git_info.clone(),
            name: state.name.clone(),
            daybreak_enabled: None,
            turns: Vec::new(),
        }
    }
}

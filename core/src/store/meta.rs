//! What a thread is known by, apart from its turns.

use std::path::Path;

use codex_protocol::{SessionSource, Thread, ThreadEnvironment, ThreadId, ThreadStatus};
use serde::{Deserialize, Serialize};

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
}

/// What changes while a thread lives.
#[derive(Clone, Debug)]
pub(crate) struct Living<'a> {
    pub(crate) preview: &'a str,
    pub(crate) updated_at_ms: i64,
    pub(crate) status: ThreadStatus,
    pub(crate) path: Option<&'a Path>,
    pub(crate) loaded: bool,
}

impl ThreadMeta {
    /// The thread as clients see it, without its turns.
    pub(crate) fn thread(&self, living: Living<'_>) -> Thread {
        Thread {
            id: self.id,
            environments: Some(vec![ThreadEnvironment {
                environment_id: "local".to_owned(),
                cwd: self.cwd.clone(),
                runtime_workspace_roots: vec![self.cwd.clone()],
            }]),
            extra: None,
            session_id: self.id,
            forked_from_id: None,
            attached_to_thread_id: None,
            parent_thread_id: None,
            preview: living.preview.to_owned(),
            ephemeral: living.path.is_none(),
            section: None,
            section_entered_at: None,
            project_id: None,
            history_mode: codex_protocol::HistoryMode::Paginated,
            model_provider: self.model_provider.clone(),
            model: Some(self.model.clone()),
            reasoning_effort: self.effort.clone(),
            created_at: self.created_at_ms / 1000,
            updated_at: living.updated_at_ms / 1000,
            recency_at: Some(living.updated_at_ms / 1000),
            status: living.status,
            path: living.path.map(|path| path.display().to_string()),
            cwd: self.cwd.clone(),
            cli_version: self.server_version.clone(),
            originator: self.originator.clone(),
            source: self.source.clone(),
            can_accept_direct_input: living.loaded.then_some(true),
            thread_source: self.thread_source.clone(),
            agent_nickname: None,
            agent_role: None,
            git_info: None,
            name: None,
            daybreak_enabled: None,
            turns: Vec::new(),
        }
    }
}

/// Now, in Unix milliseconds.
pub(crate) fn now_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

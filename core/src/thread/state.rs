//! What a thread's loop owns.

use std::sync::Arc;

use codex_protocol::{
    GitInfo, ThreadId, ThreadSettings, ThreadStatus, ThreadTokenUsage, TurnId, UserInput, now_ms,
};

use super::{ActiveTurnInfo, ReadView, ThreadSnapshot};
use crate::{
    approval::PendingQuestions,
    conversation::History,
    journal::Journal,
    store::{CurrentState, ReadMark, StoredSettings, ThreadMeta, ThreadState, preview_of_input},
    turn::RunningTurn,
};

/// What a thread's loop owns: everything that changes while the thread is loaded.
pub(crate) struct ThreadData {
    pub(crate) meta: Arc<ThreadMeta>,
    pub(crate) settings: ThreadSettings,
    pub(crate) status: ThreadStatus,
    pub(crate) preview: String,
    pub(crate) name: Option<String>,
    pub(crate) git_info: Option<GitInfo>,
    pub(crate) read: ReadMark,
    pub(crate) updated_at_ms: i64,
    pub(crate) usage: ThreadTokenUsage,
    /// What the model is shown; lent to the running turn.
    pub(crate) history: History,
    pub(crate) active: Option<RunningTurn>,
    pub(crate) questions: PendingQuestions,
}

impl ThreadData {
    /// What the rollout keeps of it.
    pub(crate) fn stored(&self) -> ThreadState {
        let settings = &self.settings;
        ThreadState {
            name: self.name.clone(),
            preview: self.preview.clone(),
            git_info: self.git_info.clone(),
            read: self.read.clone(),
            settings: StoredSettings {
                cwd: Some(settings.cwd.display().to_string()),
                model: Some(settings.model.clone()),
                model_provider: Some(settings.model_provider.clone()),
                effort: settings.effort.clone(),
                approval_policy: Some(settings.approval_policy),
                approvals_reviewer: Some(settings.approvals_reviewer),
                sandbox_policy: Some(settings.sandbox_policy.clone()),
                permission_profile: settings.permission_profile.clone(),
            },
        }
    }

    /// The thread as it is to be read.
    pub(crate) fn snapshot(&self, journal: &Journal) -> ThreadSnapshot {
        let (id, stored) = (self.meta.id, self.stored());
        // As with the reference server: the repository is not told before anything is kept.
        let git_info = stored.git_info.clone().filter(|_| journal.writer().is_kept());
        let thread = self.meta.thread(CurrentState {
            state: &ThreadState { git_info, ..stored.clone() },
            updated_at_ms: self.updated_at_ms,
            status: self.status.clone(),
            location: journal.writer().location(),
            ephemeral: journal.writer().is_ephemeral(),
            loaded: true,
        });
        let beginning = self.history.unwritten().into();
        ThreadSnapshot {
            thread,
            settings: self.settings.clone(),
            active: self.active.as_ref().map(|turn| ActiveTurnInfo {
                thread_id: id,
                turn_id: turn.id,
                trace_id: turn.trace_id.clone(),
                started_at_ms: turn.started_at_ms,
            }),
            meta: Arc::clone(&self.meta),
            stored,
            beginning,
        }
    }

    /// What the user has read, as clients are told.
    pub(crate) fn read_view(&self) -> ReadView {
        ReadView::of(&self.read, self.id())
    }

    /// The thread's id.
    pub(crate) fn id(&self) -> ThreadId {
        self.meta.id
    }

    /// The first thing that the user says is what lists show of the thread.
    pub(crate) fn note_input(&mut self, input: &[UserInput]) {
        if self.preview.is_empty() {
            self.preview = preview_of_input(input).unwrap_or_default();
        }
    }

    /// A turn has begun.
    pub(crate) fn note_start(&mut self, turn: RunningTurn) {
        self.status = ThreadStatus::Active { active_flags: Vec::new() };
        self.updated_at_ms = turn.started_at_ms;
        self.active = Some(turn);
    }

    /// A turn has ended. One that is news to the user is unread, with all after it.
    pub(crate) fn note_end(&mut self, turn: TurnId, status: ThreadStatus, is_news: bool) {
        self.status = status;
        self.updated_at_ms = now_ms();
        if !is_news {
            return;
        }
        if !self.read.from_start {
            self.read.first_unread.get_or_insert(turn);
        }
        self.read.revision = Some(uuid::Uuid::new_v4().to_string());
    }
}

//! What a thread's handle, its loop and its turns share.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use codex_protocol::{
    Event, EventMsg, GitInfo, SettingsSnapshot, SubmissionId, Thread, ThreadActiveFlag, ThreadId,
    ThreadStatus, ThreadTokenUsage, TurnId,
};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::{EventSink, SubscriberId, Subscribers, ThreadSettings, live::Live};
use crate::{
    Agent, Config,
    agent::Services,
    approval::Questions,
    conversation::History,
    store::{
        CurrentState, HistorySnapshot, ReadMark, Record, StoredSettings, ThreadMeta, ThreadState,
        ThreadWriter,
    },
    tools::ToolSource,
    turn::TurnControl,
};

/// What a thread's handle, its loop and its turns share.
pub(crate) struct Shared {
    pub(crate) id: ThreadId,
    pub(crate) services: Arc<Services>,
    pub(crate) agent: Weak<Agent>,
    pub(crate) config: Config,
    /// The base instructions.
    pub(crate) instructions: String,
    /// Where the tools of its turns come from.
    pub(crate) tools: Arc<[Arc<dyn ToolSource>]>,
    pub(crate) writer: Arc<dyn ThreadWriter>,
    pub(crate) subscribers: Subscribers,
    /// What the user is asked.
    pub(crate) questions: Arc<Questions>,
    pub(crate) history: Mutex<History>,
    /// Never locked while an event is emitted.
    pub(crate) state: Mutex<State>,
    /// Locked while an event is emitted, so that all subscribers hear all events in one order.
    pub(crate) live: Mutex<Live>,
    /// Told when somebody stops following the thread, or a turn ends.
    pub(crate) left: Notify,
    /// Set to end the loop.
    pub(crate) closing: CancellationToken,
    /// Set when the loop has ended.
    pub(crate) closed: CancellationToken,
}

/// What changes while a thread lives.
pub(crate) struct State {
    pub(crate) meta: ThreadMeta,
    pub(crate) settings: ThreadSettings,
    pub(crate) status: ThreadStatus,
    pub(crate) preview: String,
    pub(crate) name: Option<String>,
    pub(crate) git_info: Option<GitInfo>,
    pub(crate) read: ReadMark,
    pub(crate) updated_at_ms: i64,
    pub(crate) usage: ThreadTokenUsage,
    /// The turn that the usage was last counted in.
    pub(crate) usage_turn: Option<TurnId>,
    pub(crate) active: Option<ActiveTurn>,
}

/// The turn that is running, or has ended and is telling so.
#[derive(Clone)]
pub(crate) struct ActiveTurn {
    pub(crate) id: TurnId,
    pub(crate) control: Arc<TurnControl>,
    pub(crate) trace_id: Option<String>,
    pub(crate) started_at_ms: i64,
    /// Set when its last event has been emitted.
    pub(crate) done: CancellationToken,
}

impl State {
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
            },
        }
    }
}

impl Shared {
    /// The state.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The model's view of the conversation.
    pub(crate) fn history(&self) -> MutexGuard<'_, History> {
        self.history.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn live(&self) -> MutexGuard<'_, Live> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells the subscribers.
    pub(crate) fn emit(&self, event: &Event) {
        let mut live = self.live();
        live.note(event);
        self.subscribers.emit(self.id, event);
    }

    /// Tells the subscribers something that no submission led to.
    pub(crate) fn tell(&self, msg: EventMsg) {
        let trace = codex_otel::current().map(Arc::new);
        self.emit(&Event { id: SubmissionId::generate(), msg, trace });
    }

    /// Tells whether the running turn waits for the user.
    pub(crate) fn tell_waiting(&self, waiting: bool) {
        let active_flags = if waiting { vec![ThreadActiveFlag::WaitingOnApproval] } else { Vec::new() };
        let status = ThreadStatus::Active { active_flags };
        self.state().status = status.clone();
        self.tell(EventMsg::StatusChanged(status));
    }

    /// The record of what can change about the thread.
    pub(crate) fn state_record(&self) -> Record {
        Record::State(self.state().stored())
    }

    /// The stored turns and the running one as it was told: both at one moment between two events.
    pub(crate) fn history_snapshot(&self) -> HistorySnapshot {
        let live = self.live();
        self.writer.snapshot().with_live(live.turn())
    }

    /// As [`history_snapshot`](Self::history_snapshot), with a subscriber that hears everything after it. What is told of
    /// items that still grow comes back too.
    pub(crate) fn join(
        &self,
        subscriber: SubscriberId,
        sink: Arc<dyn EventSink>,
    ) -> (HistorySnapshot, Vec<Event>) {
        let live = self.live();
        self.subscribers.insert(subscriber, sink);
        (self.writer.snapshot().with_live(live.turn()), live.growing())
    }

    /// Whether nothing would be missed if the thread were unloaded.
    pub(crate) fn is_unused(&self) -> bool {
        self.subscribers.followers() == 0 && self.state().active.is_none()
    }

    /// The thread as clients see it, without its turns.
    pub(crate) fn info(&self) -> Thread {
        let state = self.state();
        state.meta.thread(CurrentState {
            state: &state.stored(),
            updated_at_ms: state.updated_at_ms,
            status: state.status.clone(),
            location: self.writer.location(),
            ephemeral: self.writer.is_ephemeral(),
            loaded: true,
        })
    }

    /// The settings, for clients.
    pub(crate) fn snapshot(&self) -> SettingsSnapshot {
        let settings = self.state().settings.clone();
        SettingsSnapshot {
            cwd: settings.cwd.display().to_string(),
            approval_policy: settings.approval_policy,
            approvals_reviewer: settings.approvals_reviewer,
            sandbox_policy: settings.sandbox_policy,
            model: settings.model,
            model_provider: settings.model_provider,
            effort: settings.effort,
        }
    }
}

//! From a thread's events to the notifications of one connection.

use codex_app_server_protocol::{
    RequestId, ServerNotificationId, account, item, notice, server_request, thread, turn,
};
use codex_core::EventSink;
use codex_protocol::{
    Event, EventMsg, SettingsSnapshot, ThreadEnvironment, ThreadId, ThreadTokenUsage, TurnId,
    W3cTraceContext, now_ms,
};

use super::{Connection, notify::LOCAL};
use crate::wire::delta::DeltaKind;

impl Connection {
    fn tell_usage(
        &self,
        thread_id: ThreadId,
        turn_id: TurnId,
        token_usage: ThreadTokenUsage,
        trace: Option<&W3cTraceContext>,
    ) {
        let params = thread::TokenUsageUpdatedNotification { thread_id, turn_id, token_usage };
        self.notify(ServerNotificationId::ThreadTokenUsageUpdated, &params, trace);
        // Clients of the reference server take this as the sign that the limits are known: none are.
        let rate_limits = account::RateLimitSnapshot {
            limit_id: Some("codex".to_owned()),
            ..account::RateLimitSnapshot::default()
        };
        let params = account::RateLimitsUpdatedNotification { rate_limits };
        self.notify(ServerNotificationId::AccountRateLimitsUpdated, &params, trace);
    }
}

/// What a connection that follows a thread is told. The thread's status is not here: every connection hears of that.
impl EventSink for Connection {
    fn emit(&self, thread_id: ThreadId, event: &Event) {
        use ServerNotificationId as Id;
        if let Some((kind, delta)) = DeltaKind::of(&event.msg) {
            return self.notify_delta(kind, thread_id, delta, event);
        }
        let trace = event.trace.as_deref();
        match &event.msg {
            // The status goes to all; deltas are on their way.
            EventMsg::StatusChanged(_)
            | EventMsg::AgentMessageDelta(_)
            | EventMsg::CommandOutputDelta(_)
            | EventMsg::ReasoningSummaryDelta(_)
            | EventMsg::ReasoningDelta(_) => {}
            EventMsg::TurnStarted(turn) => {
                let params = turn::StartedNotification { thread_id, turn: turn.clone() };
                self.notify(Id::TurnStarted, &params, trace);
            }
            EventMsg::TurnCompleted(turn) => {
                let params = turn::CompletedNotification { thread_id, turn: turn.clone() };
                self.notify(Id::TurnCompleted, &params, trace);
            }
            EventMsg::ItemStarted { turn_id, item } => {
                let started_at_ms = item.started_at_ms.unwrap_or_else(now_ms);
                let item = item.clone();
                let params = item::StartedNotification { item, thread_id, turn_id: *turn_id, started_at_ms };
                self.notify(Id::ItemStarted, &params, trace);
            }
            EventMsg::ItemCompleted { turn_id, item } => {
                let completed_at_ms = item.completed_at_ms.unwrap_or_else(now_ms);
                let params = item::CompletedNotification {
                    item: item.clone(),
                    thread_id,
                    turn_id: *turn_id,
                    content_token_count: None,
                    completed_at_ms,
                };
                self.notify(Id::ItemCompleted, &params, trace);
            }
            EventMsg::ApprovalRequested(approval) => self.ask(thread_id, approval),
            EventMsg::QuestionResolved(question) => {
                let request_id = RequestId::Integer(question.0);
                let params = server_request::ResolvedNotification { thread_id, request_id };
                self.notify(Id::ServerRequestResolved, &params, trace);
            }
            EventMsg::ReasoningSummaryPartAdded { turn_id, item_id, index } => {
                let params = item::ReasoningSummaryPartAddedNotification {
                    thread_id,
                    turn_id: *turn_id,
                    item_id: item_id.clone(),
                    summary_index: i64::from(*index),
                };
                self.notify(Id::ItemReasoningSummaryPartAdded, &params, trace);
            }
            EventMsg::PlanUpdated { turn_id, explanation, plan } => {
                let params = turn::PlanUpdatedNotification {
                    thread_id,
                    turn_id: *turn_id,
                    explanation: explanation.clone(),
                    plan: plan.clone(),
                };
                self.notify(Id::TurnPlanUpdated, &params, trace);
            }
            EventMsg::TokenUsage { turn_id, usage } => self.tell_usage(thread_id, *turn_id, *usage, trace),
            EventMsg::Error { turn_id, error, will_retry } => {
                let params = notice::ErrorNotification {
                    error: error.clone(),
                    will_retry: *will_retry,
                    thread_id,
                    turn_id: *turn_id,
                };
                self.notify(Id::Error, &params, trace);
            }
            EventMsg::Warning(message) => {
                let params =
                    notice::WarningNotification { thread_id: Some(thread_id), message: message.clone() };
                self.notify(Id::Warning, &params, trace);
            }
            EventMsg::ReadStateChanged { first_unread, from_start, revision } => {
                let read_state = read_state(*first_unread, *from_start, revision.clone());
                let params = thread::ReadStateChangedNotification { thread_id, read_state };
                self.notify(Id::ThreadReadStateChanged, &params, trace);
            }
            EventMsg::SettingsChanged(settings) => {
                let params = thread::SettingsUpdatedNotification {
                    thread_id,
                    thread_settings: thread_settings(settings),
                };
                self.notify(Id::ThreadSettingsUpdated, &params, trace);
            }
            // Every connection hears of it, and those that followed the thread no longer do.
            EventMsg::Closed => {
                self.unfollow(thread_id);
            }
        }
    }
}

/// What the user has read, as clients are told.
pub(crate) fn read_state(
    first_unread: Option<TurnId>,
    from_start: bool,
    revision: String,
) -> thread::ReadState {
    let first_unread = match first_unread {
        Some(turn_id) => Some(thread::UnreadPosition::Turn { turn_id }),
        None => from_start.then_some(thread::UnreadPosition::ThreadStart),
    };
    thread::ReadState { first_unread, revision }
}

/// A thread's settings, as clients are told.
fn thread_settings(settings: &SettingsSnapshot) -> thread::Settings {
    let settings = settings.clone();
    thread::Settings {
        environments: Some(vec![ThreadEnvironment {
            environment_id: LOCAL.to_owned(),
            cwd: settings.cwd.clone(),
            runtime_workspace_roots: vec![settings.cwd.clone()],
        }]),
        cwd: settings.cwd,
        approval_policy: settings.approval_policy,
        approvals_reviewer: settings.approvals_reviewer,
        sandbox_policy: settings.sandbox_policy,
        active_permission_profile: None,
        collaboration_mode: collaboration(&settings.model, settings.effort.as_deref()),
        model: settings.model,
        model_provider: settings.model_provider,
        service_tier: None,
        effort: settings.effort,
        summary: None,
        multi_agent_mode: thread::MultiAgentMode::ExplicitRequestOnly,
        personality: None,
        disabled_plugin_ids: Vec::new(),
    }
}

/// The one mode of collaboration that there is.
pub(crate) fn collaboration(model: &str, effort: Option<&str>) -> thread::CollaborationMode {
    thread::CollaborationMode {
        mode: thread::ModeKind::Default,
        settings: thread::CollaborationSettings {
            model: model.to_owned(),
            reasoning_effort: effort.map(str::to_owned),
            developer_instructions: None,
        },
    }
}

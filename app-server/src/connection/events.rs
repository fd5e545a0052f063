//! From a thread's events to the notifications of one connection.

use std::{
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use codex_app_server_protocol::{
    ServerNotificationId, account, item, notice, thread, turn, write_notification,
};
use codex_core::EventSink;
use codex_protocol::{
    Delta, Event, EventMsg, SettingsSnapshot, ThreadEnvironment, ThreadId, TurnId, W3cTraceContext,
};
use serde::Serialize;

use super::{
    Client, Connection,
    delta::{DeltaKind, QueuedDelta},
    outgoing::Entry,
};

impl Connection {
    /// Queues a notification, unless the client does not want it.
    pub(crate) fn notify<P: Serialize>(
        &self,
        id: ServerNotificationId,
        params: &P,
        trace: Option<&W3cTraceContext>,
    ) {
        let Some(client) = self.listener(id) else { return };
        let trace = trace.filter(|_| client.trace_context);
        let mut message = Vec::with_capacity(256);
        match write_notification(&mut message, id.name(), Some(params), Some(now_ms()), trace) {
            Ok(()) => self.outgoing().push(Entry::Message(message)),
            Err(error) => tracing::error!(%error, method = id.name(), "a notification could not be written"),
        }
    }

    /// The client, if it has introduced itself and wants this notification.
    fn listener(&self, id: ServerNotificationId) -> Option<&Client> {
        if !self.is_initialized() {
            return None;
        }
        self.client().filter(|client| client.wants(id.name()))
    }

    fn notify_delta(&self, kind: DeltaKind, thread: ThreadId, delta: &Delta, event: &Event) {
        let Some(client) = self.listener(kind.id()) else { return };
        let trace = event.trace.as_ref().filter(|_| client.trace_context).map(Arc::clone);
        let delta = QueuedDelta::new(kind, thread, delta, now_ms(), trace);
        self.outgoing().push(Entry::Delta(Box::new(delta)));
    }
}

/// What a connection that follows a thread is told. The thread's status is not here: every connection hears of that.
impl EventSink for Connection {
    fn emit(&self, thread_id: ThreadId, event: &Event) {
        use ServerNotificationId as Id;
        let trace = event.trace.as_deref();
        match &event.msg {
            EventMsg::StatusChanged(_) => {}
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
            EventMsg::AgentMessageDelta(delta) => {
                self.notify_delta(DeltaKind::AgentMessage, thread_id, delta, event);
            }
            EventMsg::ReasoningSummaryDelta(delta) => {
                self.notify_delta(DeltaKind::ReasoningSummary, thread_id, delta, event);
            }
            EventMsg::ReasoningDelta(delta) => {
                self.notify_delta(DeltaKind::Reasoning, thread_id, delta, event);
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
            EventMsg::TokenUsage { turn_id, usage } => {
                let params = thread::TokenUsageUpdatedNotification {
                    thread_id,
                    turn_id: *turn_id,
                    token_usage: *usage,
                };
                self.notify(Id::ThreadTokenUsageUpdated, &params, trace);
                // Clients of the reference server take this as the sign that the limits are known: none are.
                let rate_limits = account::RateLimitSnapshot {
                    limit_id: Some("codex".to_owned()),
                    ..account::RateLimitSnapshot::default()
                };
                let params = account::RateLimitsUpdatedNotification { rate_limits };
                self.notify(Id::AccountRateLimitsUpdated, &params, trace);
            }
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
            environment_id: "local".to_owned(),
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

/// Unix time in milliseconds.
fn now_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64)
}

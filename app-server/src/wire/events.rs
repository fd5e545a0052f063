//! From a thread's events to the notifications of those that follow it.

use codex_app_server_protocol::{
    NotificationPayload, RequestId, account, item, notice, server_request, thread, turn,
};
use codex_protocol::{EventMsg, ThreadId, ThreadTokenUsage, TurnId, now_ms};

/// Takes notifications.
pub(crate) trait Notify {
    /// Takes one.
    fn notify<N: NotificationPayload>(&self, payload: &N);
}

/// Tells what a connection that follows a thread is told of an event.
pub(crate) fn notify_of_event(thread_id: ThreadId, msg: &EventMsg, to: &impl Notify) {
    match msg {
        // These go to all connections; deltas and questions have ways of their own.
        EventMsg::StatusChanged(_)
        | EventMsg::Started(_)
        | EventMsg::Loaded
        | EventMsg::Unloaded
        | EventMsg::NameChanged(_)
        | EventMsg::Reverted
        | EventMsg::Archived
        | EventMsg::Unarchived
        | EventMsg::Deleted
        | EventMsg::Closed
        | EventMsg::QuestionAsked(_)
        | EventMsg::AgentMessageDelta(_)
        | EventMsg::CommandOutputDelta(_)
        | EventMsg::ReasoningSummaryDelta(_)
        | EventMsg::ReasoningDelta(_) => {}
        EventMsg::TurnStarted(turn) => {
            let params = turn::StartedNotification { thread_id, turn: turn.clone() };
            to.notify(&params);
        }
        EventMsg::TurnCompleted(turn) => {
            let params = turn::CompletedNotification { thread_id, turn: turn.clone() };
            to.notify(&params);
        }
        EventMsg::ItemStarted { turn_id, item } => {
            let started_at_ms = item.started_at_ms.unwrap_or_else(now_ms);
            let item = item.clone();
            let params = item::StartedNotification { item, thread_id, turn_id: *turn_id, started_at_ms };
            to.notify(&params);
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
            to.notify(&params);
        }
        EventMsg::QuestionResolved(question) => {
            let request_id = RequestId::Integer(question.0);
            let params = server_request::ResolvedNotification { thread_id, request_id };
            to.notify(&params);
        }
        EventMsg::ReasoningSummaryPartAdded { turn_id, item_id, index } => {
            let params = item::ReasoningSummaryPartAddedNotification {
                thread_id,
                turn_id: *turn_id,
                item_id: item_id.clone(),
                summary_index: i64::from(*index),
            };
            to.notify(&params);
        }
        EventMsg::PlanUpdated { turn_id, explanation, plan } => {
            let params = turn::PlanUpdatedNotification {
                thread_id,
                turn_id: *turn_id,
                explanation: explanation.clone(),
                plan: plan.clone(),
            };
            to.notify(&params);
        }
        EventMsg::DiffUpdated { turn_id, diff } => {
            to.notify(&turn::DiffUpdatedNotification { thread_id, turn_id: *turn_id, diff: diff.clone() });
        }
        EventMsg::TokenUsage { turn_id, usage, cost_usd } => {
            notify_of_usage(thread_id, *turn_id, *usage, *cost_usd, to);
        }
        EventMsg::Error { turn_id, error, will_retry } => {
            let params = notice::ErrorNotification {
                error: error.clone(),
                will_retry: *will_retry,
                thread_id,
                turn_id: *turn_id,
            };
            to.notify(&params);
        }
        EventMsg::Warning(message) => {
            let params = notice::WarningNotification { thread_id: Some(thread_id), message: message.clone() };
            to.notify(&params);
        }
        EventMsg::ReadStateChanged { first_unread, from_start, revision } => {
            let read_state = super::thread::read_state(*first_unread, *from_start, revision.clone());
            let params = thread::ReadStateChangedNotification { thread_id, read_state };
            to.notify(&params);
        }
        EventMsg::SettingsChanged(settings) => {
            let params = thread::SettingsUpdatedNotification {
                thread_id,
                thread_settings: super::thread::settings(settings),
            };
            to.notify(&params);
        }
    }
}

fn notify_of_usage(
    thread_id: ThreadId,
    turn_id: TurnId,
    token_usage: ThreadTokenUsage,
    cost_usd: Option<f64>,
    to: &impl Notify,
) {
    to.notify(&thread::TokenUsageUpdatedNotification { thread_id, turn_id, token_usage, cost_usd });
    // Clients of the reference server take this as the sign that the limits are known: none are.
    let rate_limits = account::RateLimitSnapshot {
        limit_id: Some("codex".to_owned()),
        ..account::RateLimitSnapshot::default()
    };
    to.notify(&account::RateLimitsUpdatedNotification { rate_limits });
}

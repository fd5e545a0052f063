//! Events as short lines.

use codex_protocol::{
    EventMsg, FileUpdateChange, QuestionRequest, ThreadItem, ThreadItemKind, ThreadStatus, Turn,
};

/// Events as lines, without ids and times.
pub fn render(events: &[EventMsg]) -> String {
    events.iter().map(|event| line(event) + "\n").collect()
}

/// The texts of all deltas.
pub fn texts(events: &[EventMsg]) -> String {
    events
        .iter()
        .filter_map(|event| match event {
            EventMsg::AgentMessageDelta(delta) => Some(delta.text.as_str()),
            _ => None,
        })
        .collect()
}

fn line(event: &EventMsg) -> String {
    match event {
        EventMsg::StatusChanged(ThreadStatus::Active { active_flags }) if active_flags.is_empty() => {
            "status active".to_owned()
        }
        EventMsg::StatusChanged(status) => format!("status {status:?}"),
        EventMsg::TurnStarted(turn) => format!("turn started {}", turn_line(turn)),
        EventMsg::TurnCompleted(turn) => format!("turn completed {}", turn_line(turn)),
        EventMsg::ItemStarted { item, .. } => format!("item started {}", item_line(item)),
        EventMsg::ItemCompleted { item, .. } => format!("item completed {}", item_line(item)),
        EventMsg::AgentMessageDelta(delta) => format!("delta {:?}", delta.text),
        EventMsg::CommandOutputDelta(delta) => format!("output {:?}", delta.text),
        EventMsg::QuestionAsked(question) => match &question.request {
            QuestionRequest::Command(approval) => {
                format!("may it run? {} {:?}", approval.command, approval.reason)
            }
            other => format!("question {other:?}"),
        },
        EventMsg::QuestionResolved(id) => format!("question {} resolved", id.0),
        EventMsg::ReasoningSummaryDelta(delta) => format!("summary {} {:?}", delta.index, delta.text),
        EventMsg::ReasoningSummaryPartAdded { index, .. } => format!("summary part {index}"),
        EventMsg::ReasoningDelta(delta) => format!("reasoning {} {:?}", delta.index, delta.text),
        EventMsg::PlanUpdated { plan, .. } => {
            format!("plan {:?}", plan.iter().map(|step| step.status).collect::<Vec<_>>())
        }
        EventMsg::DiffUpdated { diff, .. } => format!("diff {diff:?}"),
        EventMsg::TokenUsage { usage, .. } => {
            format!("usage total={} last={}", usage.total.output_tokens, usage.last.output_tokens)
        }
        EventMsg::Error { error, will_retry, .. } => {
            format!("error retry={will_retry} {:?} {:?}", error.codex_error_info, error.message)
        }
        EventMsg::Warning(text) => format!("warning {text:?}"),
        EventMsg::ReadStateChanged { first_unread, .. } => format!("unread {}", first_unread.is_some()),
        EventMsg::SettingsChanged(settings) => format!("settings {}", settings.model),
        EventMsg::Started(thread) => format!("thread started {:?}", thread.status),
        EventMsg::Loaded => "loaded".to_owned(),
        EventMsg::Unloaded => "unloaded".to_owned(),
        EventMsg::NameChanged(name) => format!("name {name:?}"),
        EventMsg::Reverted => "reverted".to_owned(),
        EventMsg::Archived => "archived".to_owned(),
        EventMsg::Unarchived => "unarchived".to_owned(),
        EventMsg::Deleted => "deleted".to_owned(),
        EventMsg::Closed => "closed".to_owned(),
    }
}

fn turn_line(turn: &Turn) -> String {
    let error = turn.error.as_ref().map(|error| format!(" {:?}", error.message)).unwrap_or_default();
    format!("{:?} {:?} items={}{error}", turn.status, turn.items_view, turn.items.len())
}

fn item_line(item: &ThreadItem) -> String {
    match &item.kind {
        ThreadItemKind::UserMessage { content, .. } => format!("user {} parts", content.len()),
        ThreadItemKind::AgentMessage { text, .. } => format!("agent {text:?}"),
        ThreadItemKind::Reasoning { summary, content, .. } => format!("reasoning {summary:?} {content:?}"),
        ThreadItemKind::CommandExecution { command, status, exit_code, aggregated_output, .. } => {
            format!("command {command} {status:?} {exit_code:?} {aggregated_output:?}")
        }
        ThreadItemKind::FileChange { changes, status, .. } => {
            let change =
                |change: &FileUpdateChange| format!("{} {:?} {:?}", change.path, change.kind, change.diff);
            format!("patch {status:?} {}", changes.iter().map(change).collect::<Vec<_>>().join(", "))
        }
        other => format!("{other:?}"),
    }
}

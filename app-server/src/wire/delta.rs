//! A text delta that waits for the writer, in a form that the next one can join.

use std::sync::Arc;

use codex_app_server_protocol::{ServerNotificationId, item, write_notification};
use codex_protocol::{Delta, EventMsg, ItemId, ThreadId, TurnId, W3cTraceContext};

/// Which notification a delta becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DeltaKind {
    AgentMessage,
    CommandOutput,
    ReasoningSummary,
    Reasoning,
}

impl DeltaKind {
    /// The delta in an event, if it is one.
    pub(crate) fn of(msg: &EventMsg) -> Option<(Self, &Delta)> {
        match msg {
            EventMsg::AgentMessageDelta(delta) => Some((Self::AgentMessage, delta)),
            EventMsg::CommandOutputDelta(delta) => Some((Self::CommandOutput, delta)),
            EventMsg::ReasoningSummaryDelta(delta) => Some((Self::ReasoningSummary, delta)),
            EventMsg::ReasoningDelta(delta) => Some((Self::Reasoning, delta)),
            _ => None,
        }
    }

    /// The notification's row.
    pub(crate) const fn id(self) -> ServerNotificationId {
        match self {
            Self::AgentMessage => ServerNotificationId::ItemAgentMessageDelta,
            Self::CommandOutput => ServerNotificationId::ItemCommandExecutionOutputDelta,
            Self::ReasoningSummary => ServerNotificationId::ItemReasoningSummaryTextDelta,
            Self::Reasoning => ServerNotificationId::ItemReasoningTextDelta,
        }
    }
}

/// One delta, or several adjacent ones of the same item.
#[derive(Debug)]
pub(crate) struct QueuedDelta {
    kind: DeltaKind,
    thread: ThreadId,
    turn: TurnId,
    item: ItemId,
    index: u32,
    pub(crate) text: String,
    emitted_at_ms: i64,
    trace: Option<Arc<W3cTraceContext>>,
}

impl QueuedDelta {
    pub(crate) fn new(
        kind: DeltaKind,
        thread: ThreadId,
        delta: &Delta,
        emitted_at_ms: i64,
        trace: Option<Arc<W3cTraceContext>>,
    ) -> Self {
        Self {
            kind,
            thread,
            turn: delta.turn_id,
            item: delta.item_id.clone(),
            index: delta.index,
            text: delta.text.clone(),
            emitted_at_ms,
            trace,
        }
    }

    /// Takes in the next delta if it continues this one. The time stays that of the first.
    pub(crate) fn merge(&mut self, next: &Self) -> bool {
        let same = self.kind == next.kind
            && self.thread == next.thread
            && self.turn == next.turn
            && self.index == next.index
            && self.item == next.item;
        if same {
            self.text.push_str(&next.text);
        }
        same
    }

    /// About what it takes on the wire.
    pub(crate) fn bytes(&self) -> usize {
        220 + self.text.len()
    }

    /// Writes the notification.
    pub(crate) fn write(self, buffer: &mut Vec<u8>) -> Result<(), serde_json::Error> {
        let Self { kind, thread: thread_id, turn: turn_id, item: item_id, index, text: delta, .. } = self;
        let (method, at, trace) = (kind.id().name(), Some(self.emitted_at_ms), self.trace.as_deref());
        match kind {
            DeltaKind::AgentMessage => {
                let params = item::AgentMessageDeltaNotification { thread_id, turn_id, item_id, delta };
                write_notification(buffer, method, Some(&params), at, trace)
            }
            DeltaKind::CommandOutput => {
                let params = item::CommandOutputDeltaNotification { thread_id, turn_id, item_id, delta };
                write_notification(buffer, method, Some(&params), at, trace)
            }
            DeltaKind::ReasoningSummary => {
                let summary_index = index.into();
                let params = item::ReasoningSummaryTextDeltaNotification {
                    thread_id,
                    turn_id,
                    item_id,
                    delta,
                    summary_index,
                };
                write_notification(buffer, method, Some(&params), at, trace)
            }
            DeltaKind::Reasoning => {
                let content_index = index.into();
                let params = item::ReasoningTextDeltaNotification {
                    thread_id,
                    turn_id,
                    item_id,
                    delta,
                    content_index,
                };
                write_notification(buffer, method, Some(&params), at, trace)
            }
        }
    }
}

//! What the model's stream becomes: items and deltas for the client, history for the next request.

use codex_protocol::{Delta, EventMsg, ItemId};

use super::{
    guard::TurnGuard,
    sink::{TurnSink, WriteFailed},
};
use crate::{
    conversation::{AgentMessage, Content, ConversationItem, ItemWriter, Reasoning},
    model::{ModelError, ModelEvent, StartedItem},
    store::Record,
    tools::ToolCall,
};

/// What one response of the model has become so far.
#[derive(Default)]
pub(super) struct Output {
    growing: Option<Growing>,
    /// For the history, in the model's order.
    fresh: Vec<ConversationItem>,
    calls: Vec<ToolCall>,
}

/// The item that grows now.
enum Growing {
    Message(ItemWriter<TurnSink, AgentMessage>),
    Reasoning(ItemWriter<TurnSink, Reasoning>),
}

impl Growing {
    fn id(&self) -> &ItemId {
        match self {
            Self::Message(writer) => writer.id(),
            Self::Reasoning(writer) => writer.id(),
        }
    }
}

impl Output {
    /// Takes an event of the stream.
    pub(super) fn take(&mut self, guard: &mut TurnGuard, event: ModelEvent<'_>) -> Result<(), ModelError> {
        match event {
            ModelEvent::TextDelta { item, delta } => {
                guard.first_token();
                let writer = self.message(guard, &item);
                writer.body_mut().text.push_str(&delta);
                let delta = delta_of(guard, writer.id(), 0, delta.into_owned());
                writer.emit(EventMsg::AgentMessageDelta(delta));
            }
            ModelEvent::SummaryPart { item, index } => {
                let writer = self.reasoning(guard, &item);
                Reasoning::part(&mut writer.body_mut().summary, index);
                writer.emit(EventMsg::ReasoningSummaryPartAdded {
                    turn_id: guard.id,
                    item_id: writer.id().clone(),
                    index,
                });
            }
            ModelEvent::SummaryDelta { item, index, delta } => {
                let writer = self.reasoning(guard, &item);
                Reasoning::part(&mut writer.body_mut().summary, index).push_str(&delta);
                let delta = delta_of(guard, writer.id(), index, delta.into_owned());
                writer.emit(EventMsg::ReasoningSummaryDelta(delta));
            }
            ModelEvent::ReasoningDelta { item, index, delta } => {
                let writer = self.reasoning(guard, &item);
                Reasoning::part(&mut writer.body_mut().content, index).push_str(&delta);
                let delta = delta_of(guard, writer.id(), index, delta.into_owned());
                writer.emit(EventMsg::ReasoningDelta(delta));
            }
            ModelEvent::ItemStarted { id, kind: StartedItem::Message } => {
                self.message(guard, &id);
            }
            ModelEvent::ItemStarted { id, kind: StartedItem::Reasoning } => {
                self.reasoning(guard, &id);
            }
            ModelEvent::ItemDone(item) => self.item_done(guard, item)?,
            ModelEvent::Completed { usage: Some(usage), .. } => {
                guard.tally.usage += usage;
                let usage = {
                    let mut state = guard.shared.state();
                    state.usage.total += usage;
                    state.usage.last = usage;
                    state.usage_turn = Some(guard.id);
                    state.usage
                };
                guard.emit(EventMsg::TokenUsage { turn_id: guard.id, usage });
            }
            ModelEvent::ItemStarted { kind: StartedItem::Other, .. }
            | ModelEvent::Created { .. }
            | ModelEvent::Completed { usage: None, .. }
            | ModelEvent::Failed(_) => {}
        }
        Ok(())
    }

    /// The response is whole: it becomes history, and what it asks for is done next.
    pub(super) fn commit(self, guard: &TurnGuard) -> Vec<ToolCall> {
        guard.shared.history().items.extend(self.fresh);
        self.calls
    }

    /// The response broke off. Whole messages were shown, so they stay; calls and reasoning without their answer would
    /// not be understood.
    pub(super) fn abandon(self, guard: &TurnGuard) {
        let messages = self.fresh.into_iter().filter(|item| matches!(item, ConversationItem::Message { .. }));
        guard.shared.history().items.extend(messages);
    }

    /// The message that grows; begins it when it is new.
    fn message(&mut self, guard: &TurnGuard, id: &str) -> &mut ItemWriter<TurnSink, AgentMessage> {
        if !self.grows(id, |growing| matches!(growing, Growing::Message(_))) {
            self.growing = None;
            let writer = ItemWriter::begin(guard.sink(), item_id(id), AgentMessage::default());
            self.growing = Some(Growing::Message(writer));
        }
        match &mut self.growing {
            Some(Growing::Message(writer)) => writer,
            _ => unreachable!("a message grows now"),
        }
    }

    /// The reasoning that grows; begins it when it is new.
    fn reasoning(&mut self, guard: &TurnGuard, id: &str) -> &mut ItemWriter<TurnSink, Reasoning> {
        if !self.grows(id, |growing| matches!(growing, Growing::Reasoning(_))) {
            self.growing = None;
            let writer = ItemWriter::begin(guard.sink(), item_id(id), Reasoning::default());
            self.growing = Some(Growing::Reasoning(writer));
        }
        match &mut self.growing {
            Some(Growing::Reasoning(writer)) => writer,
            _ => unreachable!("reasoning grows now"),
        }
    }

    /// Whether an item of that name and kind grows. Not every provider names its items.
    fn grows(&self, id: &str, kind: fn(&Growing) -> bool) -> bool {
        self.growing
            .as_ref()
            .is_some_and(|growing| kind(growing) && (id.is_empty() || growing.id().as_str() == id))
    }

    fn item_done(&mut self, guard: &mut TurnGuard, item: ConversationItem) -> Result<(), ModelError> {
        match &item {
            ConversationItem::Message { id, content, .. } => {
                let text = content
                    .iter()
                    .filter_map(|part| match part {
                        Content::OutputText { text } => Some(text.as_str()),
                        _ => None,
                    })
                    .collect::<String>();
                self.message(guard, id.as_deref().unwrap_or_default()).body_mut().text = text;
                if let Some(Growing::Message(writer)) = self.growing.take() {
                    guard.tally.answer = Some(writer.complete().map_err(store)?);
                }
            }
            ConversationItem::Reasoning { id, summary, content, .. } => {
                let body = self.reasoning(guard, id).body_mut();
                body.summary = summary.iter().map(|part| part.text.clone()).collect();
                body.content = content.iter().flatten().map(|part| part.text.clone()).collect();
                body.whole = Some(item.clone());
                if let Some(Growing::Reasoning(writer)) = self.growing.take() {
                    writer.complete().map_err(store)?;
                }
            }
            ConversationItem::FunctionCall { call_id, name, arguments } => {
                guard.sink().append(&[Record::Context { item: item.clone() }]).map_err(store)?;
                self.calls.push(ToolCall {
                    call_id: call_id.clone(),
                    name: name.clone(),
                    arguments: arguments.clone(),
                });
            }
            ConversationItem::FunctionCallOutput { .. } | ConversationItem::Other => return Ok(()),
        }
        self.fresh.push(item);
        Ok(())
    }
}

fn item_id(id: &str) -> ItemId {
    if id.is_empty() { ItemId::generate() } else { ItemId::from(id) }
}

fn delta_of(guard: &TurnGuard, id: &ItemId, index: u32, text: String) -> Delta {
    Delta { turn_id: guard.id, item_id: id.clone(), index, text }
}

/// What cannot be written ends the response.
pub(super) fn store(failed: WriteFailed) -> ModelError {
    ModelError::Store { reason: failed.reason }
}

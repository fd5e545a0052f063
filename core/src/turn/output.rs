//! What the model's stream becomes: items and deltas for the client, history for the next request.

use codex_protocol::{Delta, EventMsg};

use super::{
    guard::TurnGuard,
    open_items::{OpenItem, OpenItems},
};
use crate::{
    conversation::{Content, ConversationItem, Message, Reasoning, ReasoningItem, Role, text_of},
    model::{ItemRef, ModelEvent, StartedItem},
    store::{Record, StoreError},
    tools::ToolCall,
};

/// What one response of the model has become so far. Dropped, what it has begun ends as it stands.
#[derive(Default)]
pub(super) struct Output {
    open_items: OpenItems,
    /// For the history, in the model's order.
    new_items: Vec<ConversationItem>,
    calls: Vec<ToolCall>,
    /// What could not be written. Nothing after it counts.
    failed: Option<StoreError>,
}

impl Output {
    /// Takes an event of the stream. False when the rest is of no use.
    pub(super) fn take(&mut self, guard: &mut TurnGuard, event: ModelEvent<'_>) -> bool {
        if event.is_token() {
            guard.first_token();
        }
        let result = self.apply(guard, event);
        if let Err(failed) = result {
            self.failed.get_or_insert(failed);
        }
        self.failed.is_none()
    }

    fn apply(&mut self, guard: &mut TurnGuard, event: ModelEvent<'_>) -> Result<(), StoreError> {
        match event {
            ModelEvent::TextDelta { item, delta } if !delta.is_empty() => {
                let writer = self.open_items.message(guard, &item);
                writer.body_mut().text.push_str(&delta);
                writer.emit(EventMsg::AgentMessageDelta(Delta {
                    turn_id: guard.id,
                    item_id: writer.id().clone(),
                    index: 0,
                    text: delta.into_owned(),
                }));
            }
            ModelEvent::SummaryPart { item, index } => {
                let writer = self.open_items.reasoning(guard, &item);
                Reasoning::part(&mut writer.body_mut().summary, index);
                let item_id = writer.id().clone();
                writer.emit(EventMsg::ReasoningSummaryPartAdded { turn_id: guard.id, item_id, index });
            }
            ModelEvent::SummaryDelta { item, index, delta } if !delta.is_empty() => {
                let writer = self.open_items.reasoning(guard, &item);
                Reasoning::part(&mut writer.body_mut().summary, index).push_str(&delta);
                writer.emit(EventMsg::ReasoningSummaryDelta(Delta {
                    turn_id: guard.id,
                    item_id: writer.id().clone(),
                    index,
                    text: delta.into_owned(),
                }));
            }
            ModelEvent::ReasoningDelta { item, index, delta } if !delta.is_empty() => {
                let writer = self.open_items.reasoning(guard, &item);
                Reasoning::part(&mut writer.body_mut().content, index).push_str(&delta);
                writer.emit(EventMsg::ReasoningDelta(Delta {
                    turn_id: guard.id,
                    item_id: writer.id().clone(),
                    index,
                    text: delta.into_owned(),
                }));
            }
            ModelEvent::ItemStarted { item, kind: StartedItem::Message, phase } => {
                self.open_items.message_with(guard, &item, phase);
            }
            ModelEvent::ItemStarted { item, kind: StartedItem::Reasoning, .. } => {
                self.open_items.reasoning(guard, &item);
            }
            ModelEvent::ItemDone { item, done } => self.item_done(guard, &item, done)?,
            ModelEvent::Usage(usage) => guard.count(usage),
            ModelEvent::TextDelta { .. }
            | ModelEvent::SummaryDelta { .. }
            | ModelEvent::ReasoningDelta { .. }
            | ModelEvent::ToolCallDelta
            | ModelEvent::ItemStarted { kind: StartedItem::Other, .. }
            | ModelEvent::Created { .. }
            | ModelEvent::Completed { .. } => {}
        }
        Ok(())
    }

    /// The response is whole: it becomes history, and what it asks for is done next. Items whose own end did not come
    /// end with the text that did.
    pub(super) fn commit(mut self, guard: &mut TurnGuard) -> Result<Vec<ToolCall>, StoreError> {
        for item in self.open_items.take() {
            match item {
                OpenItem::Message(writer) => {
                    let content = vec![Content::Text(writer.body().text.clone())];
                    let phase = writer.body().phase.clone();
                    guard.tally.answer = Some(writer.complete()?);
                    self.new_items.push(ConversationItem::Message(Message {
                        role: Role::Assistant,
                        content,
                        phase,
                    }));
                }
                // Without its end it has no form that a provider takes back.
                OpenItem::Reasoning(writer) => {
                    writer.complete()?;
                }
            }
        }
        if let Some(failed) = self.failed {
            return Err(failed);
        }
        guard.history.items.extend(self.new_items);
        Ok(self.calls)
    }

    /// The response broke off. Whole messages were shown, so they stay; calls and reasoning without their answer would
    /// not be understood, and messages that broke off are for people alone.
    pub(super) fn abandon(mut self, guard: &mut TurnGuard) -> Option<StoreError> {
        drop(self.open_items.take());
        let messages = self.new_items.into_iter().filter(|item| matches!(item, ConversationItem::Message(_)));
        guard.history.items.extend(messages);
        self.failed
    }

    fn item_done(
        &mut self,
        guard: &mut TurnGuard,
        item: &ItemRef<'_>,
        mut done: ConversationItem,
    ) -> Result<(), StoreError> {
        match &mut done {
            ConversationItem::Message(Message { role: Role::Assistant, content, phase }) => {
                let mut writer = self.open_items.end_message(guard, item, phase.clone());
                let body = writer.body_mut();
                let text = text_of(content);
                if text.is_empty() && !body.text.is_empty() {
                    // Some end a message with nothing in it; what was said was said.
                    *content = vec![Content::Text(body.text.clone())];
                } else {
                    body.text = text;
                }
                *phase = phase.take().or_else(|| body.phase.clone());
                body.phase.clone_from(phase);
                if !matches!(content.as_slice(), [Content::Text(_)]) {
                    body.whole = Some(done.clone());
                }
                guard.tally.answer = Some(writer.complete()?);
            }
            ConversationItem::Reasoning(ReasoningItem { summary, content, .. }) => {
                let mut writer = self.open_items.end_reasoning(guard, item);
                let body = writer.body_mut();
                if !summary.is_empty() || !content.is_empty() {
                    body.summary.clone_from(summary);
                    body.content.clone_from(content);
                }
                body.whole = Some(done.clone());
                writer.complete()?;
            }
            ConversationItem::ToolCall { call_id, name, input } => {
                guard.history.claim_id(call_id).as_str().clone_into(call_id);
                self.calls.push(ToolCall {
                    call_id: call_id.clone(),
                    name: name.clone(),
                    input: input.clone(),
                });
                guard.sink().append(&[Record::Context { item: done.clone() }])?;
            }
            // Nobody else speaks in a response.
            ConversationItem::Message(_) | ConversationItem::ToolOutput { .. } => return Ok(()),
            ConversationItem::Other(_) => {
                guard.sink().append(&[Record::Context { item: done.clone() }])?;
            }
        }
        self.new_items.push(done);
        Ok(())
    }
}

//! What the model's stream becomes: items and deltas for the client, history for the next request.

use std::io;

use codex_protocol::{Delta, EventMsg, ItemId, ThreadItem, ThreadItemKind};

use super::guard::TurnGuard;
use crate::{
    model::{Content, ModelError, ModelEvent, ModelItem, StartedItem},
    store::{Record, now_ms},
    tools::ToolCall,
};

/// What one response of the model has become so far.
#[derive(Debug, Default)]
pub(super) struct Output {
    growing: Option<Growing>,
    /// For the history, in the model's order.
    fresh: Vec<ModelItem>,
    calls: Vec<ToolCall>,
}

/// The item that grows now.
#[derive(Debug)]
struct Growing {
    id: ItemId,
    started_at_ms: i64,
}

impl Output {
    /// Takes an event of the stream.
    pub(super) fn take(&mut self, guard: &mut TurnGuard, event: ModelEvent<'_>) -> Result<(), ModelError> {
        match event {
            ModelEvent::TextDelta { item, delta } => {
                guard.first_token();
                let item_id = self.grow(guard, &item, StartedItem::Message);
                let delta = Delta { turn_id: guard.id, item_id, index: 0, text: delta.into_owned() };
                guard.emit(EventMsg::AgentMessageDelta(delta));
            }
            ModelEvent::SummaryPart { item, index } => {
                let item_id = self.grow(guard, &item, StartedItem::Reasoning);
                guard.emit(EventMsg::ReasoningSummaryPartAdded { turn_id: guard.id, item_id, index });
            }
            ModelEvent::SummaryDelta { item, index, delta } => {
                let item_id = self.grow(guard, &item, StartedItem::Reasoning);
                let delta = Delta { turn_id: guard.id, item_id, index, text: delta.into_owned() };
                guard.emit(EventMsg::ReasoningSummaryDelta(delta));
            }
            ModelEvent::ReasoningDelta { item, index, delta } => {
                let item_id = self.grow(guard, &item, StartedItem::Reasoning);
                let delta = Delta { turn_id: guard.id, item_id, index, text: delta.into_owned() };
                guard.emit(EventMsg::ReasoningDelta(delta));
            }
            ModelEvent::ItemStarted { id, kind } if kind != StartedItem::Other => {
                self.grow(guard, &id, kind);
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
            ModelEvent::ItemStarted { .. }
            | ModelEvent::Created { .. }
            | ModelEvent::Completed { .. }
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
        let messages = self.fresh.into_iter().filter(|item| matches!(item, ModelItem::Message { .. }));
        guard.shared.history().items.extend(messages);
    }

    /// The id of an item that grows; announces it when it is new.
    fn grow(&mut self, guard: &TurnGuard, id: &str, kind: StartedItem) -> ItemId {
        // Not every provider names its items.
        if let Some(growing) = &self.growing
            && (id.is_empty() || growing.id.as_str() == id)
        {
            return growing.id.clone();
        }
        let item_id = if id.is_empty() { ItemId::generate() } else { ItemId::from(id) };
        let started_at_ms = now_ms();
        let empty = match kind {
            StartedItem::Reasoning => {
                ThreadItemKind::Reasoning { id: item_id.clone(), summary: Vec::new(), content: Vec::new() }
            }
            _ => ThreadItemKind::agent_message(item_id.clone(), "", None),
        };
        let item = ThreadItem { kind: empty, started_at_ms: Some(started_at_ms), completed_at_ms: None };
        guard.emit(EventMsg::ItemStarted { turn_id: guard.id, item });
        self.growing = Some(Growing { id: item_id.clone(), started_at_ms });
        item_id
    }

    fn item_done(&mut self, guard: &mut TurnGuard, item: ModelItem) -> Result<(), ModelError> {
        match &item {
            ModelItem::Message { id, content, .. } => {
                let text = content
                    .iter()
                    .filter_map(|part| match part {
                        Content::OutputText { text } => Some(text.as_str()),
                        _ => None,
                    })
                    .collect::<String>();
                let item_id = self.grow(guard, id.as_deref().unwrap_or_default(), StartedItem::Message);
                let whole = self.complete(guard, ThreadItemKind::agent_message(item_id, text, None), None)?;
                guard.tally.answer = Some(whole);
            }
            ModelItem::Reasoning { id, summary, content, .. } => {
                let item_id = self.grow(guard, id, StartedItem::Reasoning);
                let kind = ThreadItemKind::Reasoning {
                    id: item_id,
                    summary: summary.iter().map(|part| part.text.clone()).collect(),
                    content: content.iter().flatten().map(|part| part.text.clone()).collect(),
                };
                self.complete(guard, kind, Some(&item))?;
            }
            ModelItem::FunctionCall { call_id, name, arguments } => {
                keep(guard, &[Record::Context { item: item.clone() }])?;
                self.calls.push(ToolCall {
                    call_id: call_id.clone(),
                    name: name.clone(),
                    arguments: arguments.clone(),
                });
            }
            ModelItem::FunctionCallOutput { .. } | ModelItem::Other => return Ok(()),
        }
        self.fresh.push(item);
        Ok(())
    }

    /// Writes a whole item, then tells of it.
    fn complete(
        &mut self,
        guard: &TurnGuard,
        kind: ThreadItemKind,
        context: Option<&ModelItem>,
    ) -> Result<ThreadItem, ModelError> {
        let now = now_ms();
        let started_at_ms = self.growing.take().map_or(now, |growing| growing.started_at_ms);
        let item = ThreadItem { kind, started_at_ms: Some(started_at_ms), completed_at_ms: Some(now) };
        let mut records = vec![Record::Item { turn_id: guard.id, item: item.clone() }];
        records.extend(context.map(|item| Record::Context { item: item.clone() }));
        keep(guard, &records)?;
        guard.emit(EventMsg::ItemCompleted { turn_id: guard.id, item: item.clone() });
        Ok(item)
    }
}

/// Writes records of the turn; what cannot be written is told with the file's name.
pub(super) fn keep(guard: &TurnGuard, records: &[Record]) -> Result<(), ModelError> {
    guard.shared.rollout.append(records).map_err(|error| store(guard, &error))
}

/// A failure to read or write the thread's rollout.
pub(super) fn store(guard: &TurnGuard, error: &io::Error) -> ModelError {
    ModelError::Store { reason: guard.shared.rollout.reason(error) }
}

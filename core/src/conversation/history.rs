//! The conversation so far, as the model sees it.

use std::collections::HashSet;

use codex_protocol::ItemId;

use super::{ConversationItem, Role, text_of};

/// The conversation so far, as the model sees it.
#[derive(Debug, Default)]
pub(crate) struct History {
    pub(crate) items: Vec<ConversationItem>,
    /// What the model was last told about its environment.
    pub(crate) environment: Option<String>,
    /// Whether it is still on disk: a thread that is only looked at never needs it.
    stored: bool,
    /// How many of the first items are not on disk yet: a thread that says nothing leaves nothing there.
    unwritten: usize,
    /// The ids of items and calls so far. Providers repeat theirs.
    ids: HashSet<Box<str>>,
}

impl History {
    /// A conversation that begins with these, which are written down with its first turn.
    pub(crate) fn beginning(items: Vec<ConversationItem>) -> Self {
        Self { unwritten: items.len(), items, ..Self::default() }
    }

    /// A conversation that is in the thread's rollout.
    pub(crate) fn stored() -> Self {
        Self { stored: true, ..Self::default() }
    }

    /// Whether it has to be read first.
    pub(crate) fn is_stored(&self) -> bool {
        self.stored
    }

    /// A conversation that was read back from where it is stored, and the ids of the items that clients saw of it.
    pub(crate) fn read_back(items: Vec<ConversationItem>, shown: impl IntoIterator<Item = Box<str>>) -> Self {
        let environment = items.iter().rev().find_map(|item| match item {
            ConversationItem::Message(message) if message.role == Role::User => {
                Some(text_of(&message.content)).filter(|text| text.starts_with("<environment_context>"))
            }
            _ => None,
        });
        let mut ids: HashSet<Box<str>> = shown.into_iter().collect();
        ids.extend(items.iter().filter_map(ConversationItem::call_id).map(Box::from));
        Self { items, environment: Some(environment.unwrap_or_default()), ids, ..Self::default() }
    }

    /// What it begins with, as long as that is not written.
    pub(crate) fn unwritten(&self) -> &[ConversationItem] {
        &self.items[..self.unwritten]
    }

    /// The items that are to be written before anything else is.
    pub(crate) fn take_unwritten(&mut self) -> Vec<ConversationItem> {
        self.items[..std::mem::take(&mut self.unwritten)].to_vec()
    }

    /// Adds what a client injects. What is on disk has it already.
    pub(crate) fn inject(&mut self, items: Vec<ConversationItem>) {
        if !self.stored {
            self.items.extend(items);
        }
    }

    /// An id for an item or a call: the provider's own, unless it has none or has used it before.
    pub(crate) fn claim_id(&mut self, wanted: &str) -> ItemId {
        if !wanted.is_empty() && self.ids.insert(wanted.into()) {
            return ItemId::from(wanted);
        }
        let id = ItemId::generate();
        self.ids.insert(id.as_str().into());
        id
    }
}

/// The items without those whose other half is missing, in a crash or an attempt that was given up: providers refuse a
/// call without its output, an output without its call, and reasoning that leads to nothing.
pub(crate) fn paired(items: &[ConversationItem]) -> Vec<&ConversationItem> {
    let (mut calls, mut outputs) = (HashSet::new(), HashSet::new());
    for item in items {
        match item {
            ConversationItem::ToolCall { call_id, .. } => {
                calls.insert(call_id.as_str());
            }
            ConversationItem::ToolOutput { call_id, .. } => {
                outputs.insert(call_id.as_str());
            }
            ConversationItem::Other(_) => calls.extend(item.call_id()),
            ConversationItem::Message(_) | ConversationItem::Reasoning(_) => {}
        }
    }
    let mut kept: Vec<&ConversationItem> = Vec::with_capacity(items.len());
    // From the end, so that what follows an item is known to stay.
    for item in items.iter().rev() {
        let keep = match item {
            ConversationItem::ToolCall { call_id, .. } => outputs.contains(call_id.as_str()),
            ConversationItem::ToolOutput { call_id, .. } => calls.contains(call_id.as_str()),
            ConversationItem::Reasoning(_) => kept.last().is_some_and(|next| of_the_model(next)),
            ConversationItem::Message(message) => !message.content.is_empty(),
            ConversationItem::Other(_) => item.call_id().is_none_or(|id| outputs.contains(id)),
        };
        if keep {
            kept.push(item);
        }
    }
    kept.reverse();
    kept
}

/// Whether reasoning can lead to it.
fn of_the_model(item: &ConversationItem) -> bool {
    match item {
        ConversationItem::Message(message) => message.role == Role::Assistant,
        ConversationItem::ToolCall { .. } | ConversationItem::Reasoning(_) | ConversationItem::Other(_) => {
            true
        }
        ConversationItem::ToolOutput { .. } => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::{ReasoningItem, ToolInput, ToolOutput};

    fn call(id: &str) -> ConversationItem {
        let input = ToolInput::Json("{}".to_owned());
        ConversationItem::ToolCall { call_id: id.to_owned(), name: "t".to_owned(), input }
    }

    fn output(id: &str) -> ConversationItem {
        let output = ToolOutput::text_for(&ToolInput::Json(String::new()), "o");
        ConversationItem::ToolOutput { call_id: id.to_owned(), output }
    }

    fn thought() -> ConversationItem {
        ConversationItem::Reasoning(ReasoningItem {
            encrypted: Some("x".to_owned()),
            ..ReasoningItem::default()
        })
    }

    #[test]
    fn halves_of_what_broke_off_are_left_out() {
        let said = ConversationItem::message(Role::User, "hi");
        let all = [said.clone(), thought(), call("1"), output("1"), call("2"), output("3"), thought()];
        assert_eq!(paired(&all), [&said, &thought(), &call("1"), &output("1")]);
    }

    #[test]
    fn an_id_is_given_once() {
        let mut history = History::read_back(vec![call("call_0")], ["msg_0".into()]);
        assert_eq!(history.claim_id("msg_1").as_str(), "msg_1");
        for used in ["msg_0", "msg_1", "call_0", ""] {
            let (one, other) = (history.claim_id(used), history.claim_id(used));
            assert_ne!(one.as_str(), used);
            assert_ne!(one, other);
        }
    }

    #[test]
    fn the_beginning_is_written_once() {
        let said = ConversationItem::message(Role::Developer, "be kind");
        let mut history = History::beginning(vec![said.clone()]);
        history.inject(vec![ConversationItem::message(Role::User, "injected")]);
        assert_eq!(history.take_unwritten(), [said]);
        assert_eq!(history.take_unwritten(), []);
    }
}

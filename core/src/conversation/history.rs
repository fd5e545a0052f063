//! The conversation so far, as the model sees it.

use std::collections::HashSet;

use super::{ConversationItem, Role, text_of};

/// The conversation so far, as the model sees it.
#[derive(Debug, Default)]
pub(crate) struct History {
    pub(crate) items: Vec<ConversationItem>,
    /// What the model was last told about its environment.
    pub(crate) environment: Option<String>,
    /// Whether it is still on disk: a thread that is only looked at never needs it.
    stored: bool,
}

impl History {
    /// A conversation that begins with these.
    pub(crate) fn beginning(items: Vec<ConversationItem>) -> Self {
        Self { items, environment: None, stored: false }
    }

    /// A conversation that is in the thread's rollout.
    pub(crate) fn stored() -> Self {
        Self { items: Vec::new(), environment: None, stored: true }
    }

    /// Whether it has to be read first.
    pub(crate) fn is_stored(&self) -> bool {
        self.stored
    }

    /// Adds what a client injects. What is on disk has it already.
    pub(crate) fn inject(&mut self, items: Vec<ConversationItem>) {
        if !self.stored {
            self.items.extend(items);
        }
    }

    /// The items, as far as they are in memory.
    pub(crate) fn items(&self) -> &[ConversationItem] {
        &self.items
    }

    /// A conversation that was read back from where it is stored.
    pub(crate) fn read_back(items: Vec<ConversationItem>) -> Self {
        let items = whole(items);
        let environment = items.iter().rev().find_map(|item| match item {
            ConversationItem::Message { role: Role::User, content, .. } => {
                Some(text_of(content)).filter(|text| text.starts_with("<environment_context>"))
            }
            _ => None,
        });
        Self { items, environment: Some(environment.unwrap_or_default()), stored: false }
    }
}

/// The items without those that lost their other half, in a crash or an attempt that was given up: providers refuse a
/// call without its result, a result without its call, and reasoning that leads to nothing.
fn whole(items: Vec<ConversationItem>) -> Vec<ConversationItem> {
    let calls: HashSet<String> = items
        .iter()
        .filter_map(|item| match item {
            ConversationItem::FunctionCall { call_id, .. } => Some(call_id.clone()),
            _ => None,
        })
        .collect();
    let results: HashSet<String> = items
        .iter()
        .filter_map(|item| match item {
            ConversationItem::FunctionCallOutput { call_id, .. } => Some(call_id.clone()),
            _ => None,
        })
        .collect();
    let mut kept: Vec<ConversationItem> = Vec::with_capacity(items.len());
    // From the end, so that what follows an item is known to stay.
    for item in items.into_iter().rev() {
        let keep = match &item {
            ConversationItem::FunctionCall { call_id, .. } => results.contains(call_id),
            ConversationItem::FunctionCallOutput { call_id, .. } => calls.contains(call_id),
            ConversationItem::Reasoning { .. } => matches!(
                kept.last(),
                Some(
                    ConversationItem::FunctionCall { .. }
                        | ConversationItem::Reasoning { .. }
                        | ConversationItem::Message { role: Role::Assistant, .. }
                )
            ),
            ConversationItem::Message { .. } => true,
            ConversationItem::Other => false,
        };
        if keep {
            kept.push(item);
        }
    }
    kept.reverse();
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(id: &str) -> ConversationItem {
        ConversationItem::FunctionCall {
            call_id: id.to_owned(),
            name: "t".to_owned(),
            arguments: "{}".to_owned(),
        }
    }

    fn result(id: &str) -> ConversationItem {
        ConversationItem::FunctionCallOutput { call_id: id.to_owned(), output: "o".to_owned() }
    }

    fn thought() -> ConversationItem {
        ConversationItem::Reasoning {
            id: String::new(),
            summary: Vec::new(),
            content: None,
            encrypted_content: Some("x".to_owned()),
        }
    }

    #[test]
    fn halves_of_what_broke_off_are_left_out() {
        let said = ConversationItem::input(Role::User, "hi");
        let all = vec![said.clone(), thought(), call("1"), result("1"), call("2"), result("3"), thought()];
        assert_eq!(whole(all), [said, thought(), call("1"), result("1")]);
    }
}

//! The conversation so far, as the model sees it.

use std::{collections::HashSet, io, path::Path};

use codex_protocol::ThreadItemKind;

use super::user_input;
use crate::{
    model::{Content, ModelItem, Role, text_of},
    store::{Reader, Record},
};

/// The conversation so far, as the model sees it.
#[derive(Debug, Default)]
pub(crate) struct History {
    pub(super) items: Vec<ModelItem>,
    /// What the model was last told about its environment.
    pub(super) environment: Option<String>,
    /// Whether it is still on disk: a thread that is only looked at never needs it.
    stored: bool,
}

impl History {
    /// A conversation that begins with these.
    pub(crate) fn beginning(items: Vec<ModelItem>) -> Self {
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
    pub(crate) fn inject(&mut self, items: Vec<ModelItem>) {
        if !self.stored {
            self.items.extend(items);
        }
    }

    /// The items, as far as they are in memory.
    pub(crate) fn items(&self) -> &[ModelItem] {
        &self.items
    }

    /// Reads the conversation of a rollout, up to that place.
    pub(crate) fn read(path: &Path, end: u64) -> io::Result<Self> {
        let mut items = Vec::new();
        Reader::open_up_to(path, end)?.every(|foreign, record| match record {
            Record::Context { item: ModelItem::Other } => {}
            Record::Context { item } => items.push(item),
            // The reference server's items stand beside what the model saw, ours are what it saw.
            Record::Item { item, .. } if !foreign => items.extend(seen(item.kind)),
            _ => {}
        })?;
        let items = whole(items);
        let environment = items.iter().rev().find_map(|item| match item {
            ModelItem::Message { role: Role::User, content, .. } => {
                Some(text_of(content)).filter(|text| text.starts_with("<environment_context>"))
            }
            _ => None,
        });
        Ok(Self { items, environment: Some(environment.unwrap_or_default()), stored: false })
    }
}

/// What the model saw of an item.
fn seen(kind: ThreadItemKind) -> Option<ModelItem> {
    match kind {
        ThreadItemKind::UserMessage { content, .. } => Some(user_input::message(&content)),
        ThreadItemKind::AgentMessage { id, text, .. } => Some(ModelItem::Message {
            id: Some(id.as_str().to_owned()),
            role: Role::Assistant,
            content: vec![Content::OutputText { text }],
        }),
        _ => None,
    }
}

/// The items without those that lost their other half, in a crash or an attempt that was given up: providers refuse a
/// call without its result, a result without its call, and reasoning that leads to nothing.
fn whole(items: Vec<ModelItem>) -> Vec<ModelItem> {
    let calls: HashSet<String> = items
        .iter()
        .filter_map(|item| match item {
            ModelItem::FunctionCall { call_id, .. } => Some(call_id.clone()),
            _ => None,
        })
        .collect();
    let results: HashSet<String> = items
        .iter()
        .filter_map(|item| match item {
            ModelItem::FunctionCallOutput { call_id, .. } => Some(call_id.clone()),
            _ => None,
        })
        .collect();
    let mut kept: Vec<ModelItem> = Vec::with_capacity(items.len());
    // From the end, so that what follows an item is known to stay.
    for item in items.into_iter().rev() {
        let keep = match &item {
            ModelItem::FunctionCall { call_id, .. } => results.contains(call_id),
            ModelItem::FunctionCallOutput { call_id, .. } => calls.contains(call_id),
            ModelItem::Reasoning { .. } => matches!(
                kept.last(),
                Some(
                    ModelItem::FunctionCall { .. }
                        | ModelItem::Reasoning { .. }
                        | ModelItem::Message { role: Role::Assistant, .. }
                )
            ),
            ModelItem::Message { .. } => true,
            ModelItem::Other => false,
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

    fn call(id: &str) -> ModelItem {
        ModelItem::FunctionCall { call_id: id.to_owned(), name: "t".to_owned(), arguments: "{}".to_owned() }
    }

    fn result(id: &str) -> ModelItem {
        ModelItem::FunctionCallOutput { call_id: id.to_owned(), output: "o".to_owned() }
    }

    fn thought() -> ModelItem {
        ModelItem::Reasoning {
            id: String::new(),
            summary: Vec::new(),
            content: None,
            encrypted_content: Some("x".to_owned()),
        }
    }

    #[test]
    fn halves_of_what_broke_off_are_left_out() {
        let said = ModelItem::input(Role::User, "hi");
        let all = vec![said.clone(), thought(), call("1"), result("1"), call("2"), result("3"), thought()];
        assert_eq!(whole(all), [said, thought(), call("1"), result("1")]);
    }
}

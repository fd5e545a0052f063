//! The conversation of a stored thread, read back.

use codex_protocol::{ThreadItem, ThreadItemKind};

use crate::{
    conversation::{Content, ConversationItem, History, Message, Role, user_message},
    store::{HistorySnapshot, Record, StoreError},
};

/// Reads the conversation of a stored thread.
pub(crate) fn read_history(stored: &HistorySnapshot) -> Result<History, StoreError> {
    let (mut items, mut shown) = (Vec::new(), Vec::new());
    stored.each_record(|record| match record {
        Record::Context { item } => items.push(item),
        Record::Item { item, unseen, .. } => {
            shown.push(item.id().as_str().into());
            if !unseen {
                items.extend(seen(item));
            }
        }
        _ => {}
    })?;
    Ok(History::read_back(items, shown))
}

/// What the model saw of an item that says it all.
fn seen(item: ThreadItem) -> Option<ConversationItem> {
    match item.kind {
        ThreadItemKind::UserMessage { content, .. } => {
            // Files are embedded when they are said; a rollout of before that does not have them.
            Some(user_message(&content, |_| Err("not kept by the version of then".to_owned())))
        }
        ThreadItemKind::AgentMessage { text, phase, .. } => Some(ConversationItem::Message(Message {
            role: Role::Assistant,
            content: vec![Content::Text(text)],
            phase,
        })),
        _ => None,
    }
}

//! The conversation of a rollout, read back.

use std::{io, path::Path};

use codex_protocol::ThreadItemKind;

use crate::{
    conversation::{Content, ConversationItem, History, Role, user_message},
    store::{Reader, Record},
};

/// Reads the conversation of a rollout, up to that place.
pub(crate) fn read_history(path: &Path, end: u64) -> io::Result<History> {
    let mut items = Vec::new();
    Reader::open_up_to(path, end)?.every(|foreign, record| match record {
        Record::Context { item: ConversationItem::Other } => {}
        Record::Context { item } => items.push(item),
        // The reference server's items stand beside what the model saw, ours are what it saw.
        Record::Item { item, .. } if !foreign => items.extend(seen(item.kind)),
        _ => {}
    })?;
    Ok(History::read_back(items))
}

/// What the model saw of an item.
fn seen(kind: ThreadItemKind) -> Option<ConversationItem> {
    match kind {
        ThreadItemKind::UserMessage { content, .. } => Some(user_message(&content)),
        ThreadItemKind::AgentMessage { id, text, .. } => Some(ConversationItem::Message {
            id: Some(id.as_str().to_owned()),
            role: Role::Assistant,
            content: vec![Content::OutputText { text }],
        }),
        _ => None,
    }
}

//! The conversation of a rollout, read back.

use std::{io, path::Path};

use codex_protocol::{ThreadItem, ThreadItemKind};

use crate::{
    conversation::{Content, ConversationItem, History, Message, Role, user_message},
    store::{Reader, Record},
};

/// Reads the conversation of a rollout, up to that place.
pub(crate) fn read_history(path: &Path, end: u64) -> io::Result<History> {
    let (mut items, mut shown) = (Vec::new(), Vec::new());
    Reader::open_up_to(path, end)?.every(|_, record| match record {
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

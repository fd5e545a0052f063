//! Items that are made of text: what the user says, what the agent says and thinks.

use std::slice;

use codex_protocol::{ItemId, ThreadItemKind, UserInput};

use super::{ConversationItem, ItemBody, ModelView};

/// What the user says.
pub(crate) struct UserMessage {
    pub(crate) client_id: Option<String>,
    pub(crate) content: Vec<UserInput>,
    /// What the model sees of it, where the input alone does not tell.
    pub(crate) read: Vec<ConversationItem>,
}

impl ItemBody for UserMessage {
    fn kind(&self, id: &ItemId) -> ThreadItemKind {
        ThreadItemKind::UserMessage {
            id: id.clone(),
            client_id: self.client_id.clone(),
            content: self.content.clone(),
        }
    }

    fn model_view(&self) -> ModelView<'_> {
        if self.read.is_empty() { ModelView::Same } else { ModelView::Replaced(&self.read) }
    }
}

/// What the agent says.
#[derive(Default)]
pub(crate) struct AgentMessage {
    pub(crate) text: String,
    pub(crate) phase: Option<String>,
    /// The message as the model gets it back, where its text alone does not tell.
    pub(crate) whole: Option<ConversationItem>,
    /// Whether the response broke off.
    pub(crate) cut: bool,
}

impl ItemBody for AgentMessage {
    fn kind(&self, id: &ItemId) -> ThreadItemKind {
        ThreadItemKind::agent_message(id.clone(), self.text.clone(), self.phase.clone())
    }

    fn model_view(&self) -> ModelView<'_> {
        match &self.whole {
            _ if self.cut => ModelView::Hidden,
            Some(whole) => ModelView::Replaced(slice::from_ref(whole)),
            None => ModelView::Same,
        }
    }

    fn abandon(&mut self) {
        self.cut = true;
    }
}

/// What the agent thinks, as far as it can be read.
#[derive(Default)]
pub(crate) struct Reasoning {
    pub(crate) summary: Vec<String>,
    pub(crate) content: Vec<String>,
    /// The reasoning as the model gets it back, once it is whole.
    pub(crate) whole: Option<ConversationItem>,
}

impl Reasoning {
    /// A part of the text, empty where it is new.
    pub(crate) fn part(parts: &mut Vec<String>, index: u32) -> &mut String {
        // The number is the provider's: one far from the others is a mistake, not a part.
        let at = (index as usize).min(parts.len());
        if at == parts.len() {
            parts.push(String::new());
        }
        &mut parts[at]
    }
}

impl ItemBody for Reasoning {
    fn kind(&self, id: &ItemId) -> ThreadItemKind {
        ThreadItemKind::Reasoning {
            id: id.clone(),
            summary: self.summary.clone(),
            content: self.content.clone(),
        }
    }

    fn model_view(&self) -> ModelView<'_> {
        self.whole.as_ref().map_or(ModelView::Hidden, |whole| ModelView::Replaced(slice::from_ref(whole)))
    }
}

//! What is asked of the model, before it has a wire form.

use serde_json::Value;

use super::ToolSpec;
use crate::conversation::ConversationItem;

/// What is asked of the model.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Prompt<'a> {
    pub(crate) model: &'a str,
    pub(crate) instructions: &'a str,
    pub(crate) items: &'a [ConversationItem],
    pub(crate) tools: &'a [ToolSpec],
    pub(crate) effort: Option<&'a str>,
    /// How much the model tells of its reasoning: `auto`, `concise`, `detailed` or `none`.
    pub(crate) reasoning_summary: &'a str,
    pub(crate) output_schema: Option<&'a Value>,
    /// Names the conversation, so that the provider finds its cache again.
    pub(crate) conversation: &'a str,
}

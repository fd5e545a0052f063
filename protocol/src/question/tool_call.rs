//! Calls of tools that a client has.

use serde_json::Value;

use crate::{DynamicToolCallOutputContentItem, ItemId};

/// A call of a tool that clients have.
#[derive(Clone, Debug, PartialEq)]
pub struct DynamicToolCall {
    /// The call: its id is that of its item.
    pub call_id: ItemId,
    /// The group that the tool belongs to.
    pub namespace: Option<String>,
    /// The tool.
    pub tool: String,
    /// What it is called with.
    pub arguments: Value,
}

/// What a client's tool gave back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DynamicToolResult {
    /// What it gave back.
    pub content: Vec<DynamicToolCallOutputContentItem>,
    /// Whether it did its work.
    pub success: bool,
}

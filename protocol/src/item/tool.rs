//! Calls to tools of MCP servers and of clients.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

/// What a tool gave back to the model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(untagged)]
pub enum FunctionCallOutputBody {
    /// Text.
    Text(String),
    /// Pieces of content, in the form of the model's interface.
    Content(#[ts(type = "Array<unknown>")] Vec<Value>),
}

/// How a call to an MCP server stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub enum McpToolCallStatus {
    /// It is under way.
    InProgress,
    /// It was done.
    Completed,
    /// It failed.
    Failed,
}

/// What an MCP server gave back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct McpToolCallResult {
    /// Pieces of content, as the MCP specification has them.
    #[ts(type = "Array<unknown>")]
    pub content: Vec<Value>,
    /// The same as data.
    #[ts(type = "unknown")]
    pub structured_content: Option<Value>,
    /// What the server adds for clients.
    #[serde(rename = "_meta")]
    #[ts(type = "unknown")]
    pub meta: Option<Value>,
}

/// Why a call to an MCP server failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct McpToolCallError {
    /// What happened.
    pub message: String,
}

/// Which app a call to an MCP server belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct McpToolCallAppContext {
    /// The connector.
    pub connector_id: String,
    /// The link of the user to the connector.
    pub link_id: Option<String>,
    /// The app's page.
    pub resource_uri: Option<String>,
    /// The app's name.
    pub app_name: Option<String>,
    /// What is done with it.
    pub action_name: Option<String>,
}

/// How an app wants to be shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct McpAppUi {
    /// The app's page.
    pub resource_uri: String,
    /// Where it likes to be.
    pub preferred_model_display_mode: McpAppDisplayMode,
}

/// Where an app can be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub enum McpAppDisplayMode {
    /// Among the messages.
    Inline,
    /// On the whole screen.
    Fullscreen,
}

/// How a call to a client's tool stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub enum DynamicToolCallStatus {
    /// It is under way.
    InProgress,
    /// It was done.
    Completed,
    /// It failed.
    Failed,
}

/// A piece of what a client's tool gave back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum DynamicToolCallOutputContentItem {
    /// Text.
    InputText {
        /// The text.
        text: String,
    },
    /// An image.
    InputImage {
        /// Where it is; `data:` URLs included.
        image_url: String,
    },
    /// Audio.
    InputAudio {
        /// Where it is; `data:` URLs included.
        audio_url: String,
    },
}

//! `mcpServer/elicitation/request`: an MCP server asks the user.

use std::fmt;

use codex_protocol::{ThreadId, TurnId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

/// A question of an MCP server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "McpServerElicitationRequestParams", rename_all = "camelCase")]
pub struct RequestParams {
    /// The thread.
    pub thread_id: ThreadId,
    /// The turn that was running when the server asked.
    pub turn_id: Option<TurnId>,
    /// The server.
    pub server_name: String,
    /// The question, by the way in which it is answered.
    #[serde(flatten)]
    pub request: Elicitation,
}

/// A question of an MCP server, by the way in which it is answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(
    rename = "McpServerElicitationRequest",
    tag = "mode",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Elicitation {
    /// By filling in a form.
    Form {
        /// What the server sent beside it.
        #[serde(rename = "_meta")]
        meta: Option<Value>,
        /// What the server says.
        message: String,
        /// JSON schema of the answer.
        requested_schema: Value,
    },
    /// On a web page.
    Url {
        /// What the server sent beside it.
        #[serde(rename = "_meta")]
        meta: Option<Value>,
        /// What the server says.
        message: String,
        /// The page.
        url: String,
        /// The server's own id of the question.
        elicitation_id: String,
    },
}

/// What the user said to the server.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "McpServerElicitationRequestResponse", rename_all = "camelCase")]
#[ts(optional_fields = nullable)]
pub struct RequestResponse {
    /// What the user did.
    pub action: Action,
    /// What was filled in, where it was accepted.
    #[serde(default)]
    pub content: Option<Value>,
    /// What the client sends the server beside it.
    #[serde(default, rename = "_meta")]
    pub meta: Option<Value>,
}

/// A user's words may be a secret, so none of them is shown.
impl fmt::Debug for RequestResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { action, content: _, meta: _ } = self;
        f.debug_struct("RequestResponse").field("action", action).finish_non_exhaustive()
    }
}

/// What the user did with the question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "McpServerElicitationAction", rename_all = "camelCase")]
pub enum Action {
    /// Answered it.
    Accept,
    /// Said no.
    Decline,
    /// Went away from it.
    Cancel,
}

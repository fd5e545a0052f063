//! Questions of MCP servers to the user.

use serde_json::Value;

/// A question of an MCP server.
#[derive(Clone, Debug, PartialEq)]
pub struct ElicitationRequest {
    /// The server.
    pub server_name: String,
    /// What it says.
    pub message: String,
    /// How it is answered.
    pub mode: ElicitationMode,
    /// What the server sent beside it.
    pub meta: Option<Value>,
}

/// How a question of an MCP server is answered.
#[derive(Clone, Debug, PartialEq)]
pub enum ElicitationMode {
    /// By filling in a form.
    Form {
        /// JSON schema of the answer.
        requested_schema: Value,
    },
    /// On a web page.
    Url {
        /// The server's own id of the question.
        elicitation_id: String,
        /// The page.
        url: String,
    },
}

/// An answer to a question of an MCP server.
#[derive(Clone, PartialEq)]
pub struct ElicitationAnswer {
    /// What the user did.
    pub action: ElicitationAction,
    /// What was filled in, where it was accepted.
    pub content: Option<Value>,
    /// What the client sends the server beside it.
    pub meta: Option<Value>,
}

/// What the user did with a question of an MCP server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ElicitationAction {
    /// Answered it.
    Accept,
    /// Said no.
    Decline,
    /// Went away from it.
    Cancel,
}

/// A user's words may be a secret, so none of them is shown.
impl std::fmt::Debug for ElicitationAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { action, content: _, meta: _ } = self;
        f.debug_struct("ElicitationAnswer").field("action", action).finish_non_exhaustive()
    }
}

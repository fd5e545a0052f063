//! `mcpServerStatus/…`: the MCP servers and what they offer.

use std::collections::BTreeMap;

use codex_protocol::ThreadId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use ts_rs::TS;

/// Which page of which servers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ListMcpServerStatusParams", rename_all = "camelCase", default)]
#[ts(optional_fields = nullable)]
pub struct ListParams {
    /// Where the last page ended: its `nextCursor`.
    pub cursor: Option<String>,
    /// How many at most.
    pub limit: Option<u32>,
    /// How much of each.
    pub detail: Option<McpServerStatusDetail>,
    /// The one with this name.
    pub server_name: Option<String>,
    /// The thread whose configuration counts.
    pub thread_id: Option<ThreadId>,
}

/// How much of each server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub enum McpServerStatusDetail {
    /// All of it.
    Full,
    /// Its tools, and how it knows us.
    ToolsAndAuthOnly,
}

/// One page of servers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ListMcpServerStatusResponse", rename_all = "camelCase")]
pub struct ListResponse {
    /// The servers.
    pub data: Vec<McpServerStatus>,
    /// Where the next page begins; null at the end.
    pub next_cursor: Option<String>,
}

/// A server and what it offers. Tools and resources are open objects: what MCP says of them is MCP's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct McpServerStatus {
    /// Its key in the configuration.
    pub name: String,
    /// Where it is, for one that is reached by HTTP.
    pub http_origin: Option<String>,
    /// The plug-in that brings it.
    pub plugin_id: Option<String>,
    /// What it says of itself.
    pub server_info: Option<McpServerInfo>,
    /// What it can do.
    #[ts(type = "unknown")]
    pub server_capabilities: Option<Value>,
    /// How far its connection is.
    pub runtime_status: Option<McpServerConnectionStatus>,
    /// Its tools, by name.
    #[ts(type = "Record<string, Record<string, unknown>>")]
    pub tools: BTreeMap<String, Map<String, Value>>,
    /// What it says of the list of its tools.
    #[ts(type = "unknown")]
    pub tool_list_meta: Option<Value>,
    /// Why there are no tools.
    pub tools_error: Option<String>,
    /// Its resources.
    #[ts(type = "Array<Record<string, unknown>>")]
    pub resources: Vec<Map<String, Value>>,
    /// The templates of its resources.
    #[ts(type = "Array<Record<string, unknown>>")]
    pub resource_templates: Vec<Map<String, Value>>,
    /// How it knows us.
    pub auth_status: McpAuthStatus,
}

/// What a server says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct McpServerInfo {
    /// Its name.
    pub name: String,
    /// Its name for people.
    pub title: Option<String>,
    /// Its version.
    pub version: String,
    /// What it is for.
    pub description: Option<String>,
    /// Its icons.
    #[ts(type = "Array<unknown> | null")]
    pub icons: Option<Vec<Value>>,
    /// Its page.
    pub website_url: Option<String>,
}

/// How far a server's connection is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub enum McpServerConnectionStatus {
    /// Not begun.
    NotStarted,
    /// Begun.
    Starting,
    /// There.
    Connected,
    /// It waits for a log-in.
    AuthenticationRequired,
    /// It failed.
    Failed,
    /// It was given up.
    Cancelled,
    /// The configuration does not want it.
    Disabled,
}

/// How a server knows us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub enum McpAuthStatus {
    /// Nobody knows.
    Unknown,
    /// Not at all.
    Unsupported,
    /// It could, but nobody is logged in.
    NotLoggedIn,
    /// By a token.
    BearerToken,
    /// By a log-in.
    OAuth,
}

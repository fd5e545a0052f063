//! `initialize` and `initialized`: the two sides introduce themselves.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

/// Who the client is, and what it can do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "InitializeParams", rename_all = "camelCase")]
#[ts(optional_fields = nullable)]
pub struct Params {
    /// Who the client is.
    pub client_info: ClientInfo,
    /// What the client can do; nothing beyond the plain protocol where absent.
    pub capabilities: Option<Capabilities>,
}

/// Who a client is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[ts(optional_fields = nullable)]
pub struct ClientInfo {
    /// Its name, for programs.
    pub name: String,
    /// Its name, for people.
    pub title: Option<String>,
    /// Its version.
    pub version: String,
}

/// What a client can do. Absent means: it cannot.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "InitializeCapabilities", rename_all = "camelCase", default)]
pub struct Capabilities {
    /// It knows the protocol's experimental methods and fields.
    pub experimental_api: bool,
    /// It starts gateway log-ins itself. Kept, never used: bound to the vendor's cloud.
    pub explicit_gateway_oauth: bool,
    /// Extensions by name. Kept, never used.
    #[ts(type = "Record<string, unknown> | null")]
    pub extensions: Option<BTreeMap<String, Value>>,
    /// It shows the forms of MCP servers' questions.
    pub mcp_server_openai_form_elicitation: bool,
    /// Methods of the notifications that it does not want.
    pub opt_out_notification_methods: Option<Vec<String>>,
    /// It answers attestation requests. Kept, never used: bound to the vendor's cloud.
    pub request_attestation: bool,
    /// A person must answer approvals.
    pub required_human_approval: bool,
    /// It wants the trace context on notifications and server requests. Ours: the reference server ignores it.
    pub trace_context: bool,
}

/// Who the server is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "InitializeResponse", rename_all = "camelCase")]
pub struct Response {
    /// The server's name and version, its platform, and the client's name and version.
    pub user_agent: String,
    /// The folder with configuration and rollouts.
    pub codex_home: String,
    /// `unix` or `windows`.
    pub platform_family: String,
    /// `linux`, `macos` or `windows`.
    pub platform_os: String,
}

/// The client is ready for notifications.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "InitializedNotification")]
pub struct Initialized {}

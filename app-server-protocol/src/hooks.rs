//! `hooks/…`: commands that the configuration ties to what happens in a thread.

use codex_protocol::ThreadId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Whose hooks to list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "HooksListParams", rename_all = "camelCase", default)]
#[ts(optional_fields = nullable)]
pub struct ListParams {
    /// The working directories; the server's own where empty.
    #[serde(deserialize_with = "crate::params::null_is_absent")]
    #[ts(optional = nullable, as = "Option<Vec<String>>")]
    pub cwds: Vec<String>,
    /// The thread whose configuration counts.
    pub thread_id: Option<ThreadId>,
}

/// The hooks of each working directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "HooksListResponse")]
pub struct ListResponse {
    /// One entry a working directory.
    pub data: Vec<ListEntry>,
}

/// The hooks of one working directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "HooksListEntry")]
pub struct ListEntry {
    /// The working directory.
    pub cwd: String,
    /// Its hooks.
    pub hooks: Vec<Hook>,
    /// What is left out, and why.
    pub warnings: Vec<String>,
    /// The files that could not be read.
    pub errors: Vec<HookError>,
}

/// A file that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "HookErrorInfo")]
pub struct HookError {
    /// The file.
    pub path: String,
    /// What is wrong with it.
    pub message: String,
}

/// A hook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "HookMetadata", rename_all = "camelCase")]
pub struct Hook {
    /// Its key in the configuration.
    pub key: String,
    /// What it waits for.
    pub event_name: HookEvent,
    /// What it does.
    #[serde(flatten)]
    pub handler: HookHandler,
    /// Which tools it is about.
    pub matcher: Option<String>,
    /// How long it may take, in seconds.
    pub timeout_sec: u64,
    /// What clients show while it runs.
    pub status_message: Option<String>,
    /// How many tokens of context it may add before the rest goes to a file.
    pub additional_context_limit: Option<u64>,
    /// The file that it is in.
    pub source_path: String,
    /// Whose it is.
    pub source: HookSource,
    /// The plug-in that brings it.
    pub plugin_id: Option<String>,
    /// The environment that brings it.
    pub environment_id: Option<String>,
    /// Its place in the list.
    pub display_order: i64,
    /// Whether it runs.
    pub enabled: bool,
    /// Whether it cannot be switched off.
    pub is_managed: bool,
    /// A hash of what it does, which trust is tied to.
    pub current_hash: String,
    /// Whether the user trusts it.
    pub trust_status: HookTrust,
}

/// What a hook does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "handlerType", rename_all = "camelCase")]
pub enum HookHandler {
    /// Runs a command.
    Command {
        /// The command.
        command: String,
        /// Whether nothing waits for it.
        #[serde(default, rename = "async")]
        detached: bool,
    },
    /// Calls a tool of an MCP server.
    McpTool {
        /// The server.
        server: String,
        /// The tool.
        tool: String,
    },
    /// Adds a prompt.
    Prompt,
    /// Asks another agent.
    Agent,
}

/// What a hook waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "HookEventName", rename_all = "camelCase")]
#[expect(missing_docs, reason = "the names say what they are")]
pub enum HookEvent {
    PreModelRequest,
    PostModelRequest,
    PreToolUse,
    PermissionRequest,
    PostToolUse,
    PreCompact,
    PostCompact,
    SessionStart,
    SessionEnd,
    UserPromptSubmit,
    SubagentStart,
    SubagentStop,
    Stop,
    Interrupt,
}

/// Whose a hook is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub enum HookSource {
    /// The machine's.
    System,
    /// The user's.
    User,
    /// The project's.
    Project,
    /// A device management's.
    Mdm,
    /// This start's.
    SessionFlags,
    /// A plug-in's.
    Plugin,
    /// The vendor's cloud's, by its requirements.
    CloudRequirements,
    /// The vendor's cloud's, by its configuration.
    CloudManagedConfig,
    /// An old managed file's.
    LegacyManagedConfigFile,
    /// An old device management's.
    LegacyManagedConfigMdm,
    /// Nobody knows.
    Unknown,
}

/// Whether the user trusts a hook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "HookTrustStatus", rename_all = "camelCase")]
pub enum HookTrust {
    /// It needs no trust.
    Managed,
    /// Not yet.
    Untrusted,
    /// Yes.
    Trusted,
    /// It did, and the hook has changed.
    Modified,
}

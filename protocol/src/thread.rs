//! A conversation as clients see it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{ThreadId, Turn};

/// A conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct Thread {
    /// The thread's id.
    pub id: ThreadId,
    /// Where the thread's commands run.
    #[serde(default)]
    pub environments: Option<Vec<ThreadEnvironment>>,
    /// Always null here: the reference's field for implementations' own additions.
    #[serde(default)]
    #[ts(type = "null")]
    pub extra: Option<serde_json::Value>,
    /// The session that the thread belongs to; its own id unless it is a subagent.
    pub session_id: ThreadId,
    /// The thread it was forked from.
    #[serde(default)]
    pub forked_from_id: Option<ThreadId>,
    /// The thread it hangs on in the client's list.
    #[serde(default)]
    pub attached_to_thread_id: Option<ThreadId>,
    /// The thread whose agent started it.
    #[serde(default)]
    pub parent_thread_id: Option<ThreadId>,
    /// The first words of the user.
    pub preview: String,
    /// Whether the thread lives in memory only.
    pub ephemeral: bool,
    /// Where the client keeps it.
    #[serde(default)]
    pub section: Option<ThreadSection>,
    /// Since when, in Unix seconds.
    #[serde(default)]
    #[ts(type = "number | null")]
    pub section_entered_at: Option<i64>,
    /// The project it belongs to.
    #[serde(default)]
    pub project_id: Option<String>,
    /// How clients should read its history.
    #[serde(default)]
    pub history_mode: HistoryMode,
    /// The provider of its model.
    pub model_provider: String,
    /// Its model.
    #[serde(default)]
    pub model: Option<String>,
    /// Its reasoning effort.
    #[serde(default)]
    pub reasoning_effort: Option<String>,
    /// Creation, in Unix seconds.
    #[ts(type = "number")]
    pub created_at: i64,
    /// Last change, in Unix seconds.
    #[ts(type = "number")]
    pub updated_at: i64,
    /// Last use, in Unix seconds.
    #[serde(default)]
    #[ts(type = "number | null")]
    pub recency_at: Option<i64>,
    /// What it is doing.
    pub status: ThreadStatus,
    /// Its rollout file; null for an ephemeral thread.
    #[serde(default)]
    pub path: Option<String>,
    /// Its working directory.
    pub cwd: String,
    /// The version of the server that made it.
    pub cli_version: String,
    /// The client that made it, by the name it gave in `initialize`.
    #[serde(default)]
    pub originator: Option<String>,
    /// What kind of client made it.
    pub source: SessionSource,
    /// Whether a client can send it input; null where the thread is not loaded.
    #[serde(default)]
    pub can_accept_direct_input: Option<bool>,
    /// Why it was made, in the client's words.
    #[serde(default)]
    pub thread_source: Option<String>,
    /// The agent's nickname, for a subagent.
    #[serde(default)]
    pub agent_nickname: Option<String>,
    /// The agent's role, for a subagent.
    #[serde(default)]
    pub agent_role: Option<String>,
    /// The state of its repository when it was made.
    #[serde(default)]
    pub git_info: Option<GitInfo>,
    /// The name that the user gave it.
    #[serde(default)]
    pub name: Option<String>,
    /// Always null here: bound to the vendor's cloud.
    #[serde(default)]
    pub daybreak_enabled: Option<bool>,
    /// Its turns, where they were asked for.
    pub turns: Vec<Turn>,
}

/// Where a thread's commands run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct ThreadEnvironment {
    /// The environment: `local` is the server's own machine.
    pub environment_id: String,
    /// The working directory there.
    pub cwd: String,
    /// The folders that the work is about.
    pub runtime_workspace_roots: Vec<String>,
}

/// A section of the client's list of threads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct ThreadSection {
    /// The section's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How it looks.
    #[serde(default)]
    pub appearance: Option<ThreadSectionAppearance>,
}

/// How a section looks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct ThreadSectionAppearance {
    /// Its colour.
    #[serde(default)]
    pub color: Option<String>,
    /// Its icon.
    #[serde(default)]
    pub icon: Option<String>,
}

/// How clients should read a thread's history.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ThreadHistoryMode")]
#[ts(rename = "ThreadHistoryMode")]
pub enum HistoryMode {
    /// Whole.
    #[default]
    Legacy,
    /// Page by page.
    Paginated,
}

/// What a thread is doing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ThreadStatus {
    /// It is on disk.
    NotLoaded,
    /// It waits for input.
    Idle,
    /// Its last turn failed.
    SystemError,
    /// A turn is running.
    Active {
        /// What the turn waits for.
        active_flags: Vec<ThreadActiveFlag>,
    },
}

/// What a running turn waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub enum ThreadActiveFlag {
    /// An approval.
    WaitingOnApproval,
    /// An answer of the user.
    WaitingOnUserInput,
}

/// What kind of client made a thread.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub enum SessionSource {
    /// A command line.
    Cli,
    /// An editor, or any client of the app-server: the reference's default.
    #[default]
    #[serde(rename = "vscode")]
    VsCode,
    /// A one-shot run.
    Exec,
    /// An app-server client that says so.
    AppServer,
    /// Not told.
    Unknown,
    /// In the client's own words.
    Custom(String),
    /// An agent of another thread.
    SubAgent(SubAgentSource),
}

/// Why an agent started a thread.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum SubAgentSource {
    /// To review.
    Review,
    /// To compact.
    Compact,
    /// To tidy its memory.
    MemoryConsolidation,
    /// To do a part of its work.
    ThreadSpawn(SubAgentSpawn),
    /// For another reason.
    Other(String),
}

/// Where an agent that an agent started stands among the agents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct SubAgentSpawn {
    /// The thread whose agent started it.
    pub parent_thread_id: ThreadId,
    /// How many agents stand above it.
    pub depth: i32,
    /// Its place among the agents.
    pub agent_path: Option<String>,
    /// Its nickname.
    pub agent_nickname: Option<String>,
    /// Its role.
    pub agent_role: Option<String>,
}

/// The state of a repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct GitInfo {
    /// The commit checked out.
    #[serde(default)]
    pub sha: Option<String>,
    /// The branch checked out.
    #[serde(default)]
    pub branch: Option<String>,
    /// Where it came from.
    #[serde(default)]
    pub origin_url: Option<String>,
}

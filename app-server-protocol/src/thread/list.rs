//! `thread/list` and `thread/loaded/list`.

use std::collections::BTreeMap;

use codex_protocol::{Thread, ThreadId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::ReadState;

/// Which threads to list, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadListParams", rename_all = "camelCase", default)]
#[ts(optional_fields = nullable)]
pub struct ListParams {
    /// Where the last page ended: its `nextCursor`.
    pub cursor: Option<String>,
    /// How many at most.
    pub limit: Option<u32>,
    /// What they are sorted by; creation where absent.
    pub sort_key: Option<SortKey>,
    /// Which way; latest first where absent.
    pub sort_direction: Option<SortDirection>,
    /// Only those of these providers; all where absent or empty.
    pub model_providers: Option<Vec<String>>,
    /// Only those that such clients made; those that people made where absent or empty.
    pub source_kinds: Option<Vec<SourceKind>>,
    /// Only those that these clients made, by the name they gave in `initialize`.
    pub originators: Option<Vec<String>>,
    /// Archived ones instead of the others.
    pub archived: Option<bool>,
    /// Only those of this project.
    pub project_id: Option<String>,
    /// Only those in this section.
    pub section_id: Option<String>,
    /// Only those that work here.
    pub cwd: Option<CwdFilter>,
    /// Only those whose name or preview has these words.
    pub search_term: Option<String>,
    /// Only those that this thread's agent started.
    pub parent_thread_id: Option<ThreadId>,
    /// Only those below this thread.
    pub ancestor_thread_id: Option<ThreadId>,
    /// Only those that hang on this thread.
    pub attached_to_thread_id: Option<ThreadId>,
    /// Not these.
    pub excluded_thread_ids: Option<Vec<ThreadId>>,
    /// Also those that hang on another thread.
    #[serde(deserialize_with = "crate::params::null_is_absent")]
    #[ts(optional = nullable, as = "Option<bool>")]
    pub include_attached_threads: bool,
    /// Only those of the account that is logged in.
    #[serde(deserialize_with = "crate::params::null_is_absent")]
    #[ts(optional = nullable, as = "Option<bool>")]
    pub current_account_only: bool,
    /// Only what the index knows, without a look at the rollouts.
    #[serde(deserialize_with = "crate::params::null_is_absent")]
    #[ts(optional = nullable, as = "Option<bool>")]
    pub use_state_db_only: bool,
}

/// What a list of threads is sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadSortKey", rename_all = "snake_case")]
pub enum SortKey {
    /// Creation.
    #[default]
    CreatedAt,
    /// Last change.
    UpdatedAt,
    /// Last use.
    RecencyAt,
    /// The user's own order within a section.
    SectionPosition,
}

/// Which way a list is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum SortDirection {
    /// Smallest or oldest first.
    Asc,
    /// Largest or latest first.
    #[default]
    Desc,
}

/// What made a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadSourceKind", rename_all = "camelCase")]
pub enum SourceKind {
    /// A command line.
    Cli,
    /// An editor, or any client of the app-server.
    #[serde(rename = "vscode")]
    VsCode,
    /// A one-shot run.
    Exec,
    /// An app-server client that says so.
    AppServer,
    /// Any agent of another thread.
    SubAgent,
    /// A reviewing agent.
    SubAgentReview,
    /// A compacting agent.
    SubAgentCompact,
    /// An agent that an agent started.
    SubAgentThreadSpawn,
    /// Another kind of agent.
    SubAgentOther,
    /// Not told.
    Unknown,
}

/// One working directory, or several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadListCwdFilter", untagged)]
pub enum CwdFilter {
    /// Exactly this one.
    One(String),
    /// Any of these.
    Many(Vec<String>),
}

/// One page of threads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadListResponse", rename_all = "camelCase")]
pub struct ListResponse {
    /// The threads, without turns.
    pub data: Vec<Thread>,
    /// What the user has read of them, by thread id, where it is kept.
    pub read_states: Option<BTreeMap<ThreadId, ReadState>>,
    /// Where the next page begins; null at the end.
    pub next_cursor: Option<String>,
    /// Where the same list begins when read the other way.
    pub backwards_cursor: Option<String>,
}

/// Which page of the loaded threads.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadLoadedListParams", rename_all = "camelCase", default)]
#[ts(optional_fields = nullable)]
pub struct LoadedListParams {
    /// Where the last page ended: its `nextCursor`.
    pub cursor: Option<String>,
    /// How many at most; all where absent.
    pub limit: Option<u32>,
}

/// One page of the loaded threads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadLoadedListResponse", rename_all = "camelCase")]
pub struct LoadedListResponse {
    /// Their ids.
    pub data: Vec<ThreadId>,
    /// Where the next page begins; null at the end.
    pub next_cursor: Option<String>,
}

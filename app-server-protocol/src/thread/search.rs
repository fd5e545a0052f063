//! `thread/search`.

use codex_protocol::Thread;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{SortDirection, SourceKind};

/// What to look for in threads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadSearchParams", rename_all = "camelCase")]
#[ts(optional_fields = nullable)]
pub struct SearchParams {
    /// The words, whatever their case.
    pub search_term: String,
    /// Where the last page ended: its `nextCursor`.
    pub cursor: Option<String>,
    /// How many at most.
    pub limit: Option<u32>,
    /// What the threads are sorted by; creation where absent.
    pub sort_key: Option<SearchSortKey>,
    /// Which way; latest first where absent.
    pub sort_direction: Option<SortDirection>,
    /// Only threads that such clients made; those that people made where absent or empty.
    pub source_kinds: Option<Vec<SourceKind>>,
    /// Archived ones instead of the others.
    pub archived: Option<bool>,
    /// Also those that hang on another thread.
    #[serde(default)]
    #[serde(deserialize_with = "crate::params::null_is_absent")]
    #[ts(optional = nullable, as = "Option<bool>")]
    pub include_attached_threads: bool,
    /// Only those of the account that is logged in.
    #[serde(default)]
    #[serde(deserialize_with = "crate::params::null_is_absent")]
    #[ts(optional = nullable, as = "Option<bool>")]
    pub current_account_only: bool,
}

/// What found threads are sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadSearchSortKey", rename_all = "snake_case")]
pub enum SearchSortKey {
    /// Creation.
    #[default]
    CreatedAt,
    /// Last change.
    UpdatedAt,
    /// Last use.
    RecencyAt,
}

/// One page of found threads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadSearchResponse", rename_all = "camelCase")]
pub struct SearchResponse {
    /// The threads.
    pub data: Vec<SearchResult>,
    /// Where the next page begins; null at the end.
    pub next_cursor: Option<String>,
    /// Where the same list begins when read the other way.
    pub backwards_cursor: Option<String>,
}

/// A thread, and where the words stand in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadSearchResult")]
pub struct SearchResult {
    /// The thread, without turns.
    pub thread: Thread,
    /// The words with what stands around them.
    pub snippet: String,
}

//! `thread/turns/list` and `thread/items/list`.

use codex_protocol::{ItemsView, ThreadId, ThreadItem, Turn, TurnId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::SortDirection;

/// Which page of a thread's turns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadTurnsListParams", rename_all = "camelCase")]
#[ts(optional_fields = nullable)]
pub struct TurnsListParams {
    /// The thread, loaded or not.
    pub thread_id: ThreadId,
    /// Where the last page ended: its `nextCursor`.
    pub cursor: Option<String>,
    /// How many at most.
    pub limit: Option<u32>,
    /// Which way; latest first where absent.
    pub sort_direction: Option<SortDirection>,
    /// How much of each turn; the user's message and the final answer where absent.
    pub items_view: Option<ItemsView>,
}

/// One page of a thread's turns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadTurnsListResponse", rename_all = "camelCase")]
pub struct TurnsListResponse {
    /// The turns.
    pub data: Vec<Turn>,
    /// Where the next page begins; null at the end.
    pub next_cursor: Option<String>,
    /// Where the same list begins when read the other way.
    pub backwards_cursor: Option<String>,
}

/// Which page of a thread's items.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadItemsListParams", rename_all = "camelCase")]
#[ts(optional_fields = nullable)]
pub struct ItemsListParams {
    /// The thread, loaded or not.
    pub thread_id: ThreadId,
    /// Only those of this turn.
    pub turn_id: Option<String>,
    /// Where the last page ended: its `nextCursor`.
    pub cursor: Option<String>,
    /// How many at most.
    pub limit: Option<u32>,
    /// Which way; oldest first where absent.
    pub sort_direction: Option<SortDirection>,
}

/// One page of a thread's items.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadItemsListResponse", rename_all = "camelCase")]
pub struct ItemsListResponse {
    /// The items.
    pub data: Vec<ItemEntry>,
    /// Where the next page begins; null at the end.
    pub next_cursor: Option<String>,
    /// Where the same list begins when read the other way.
    pub backwards_cursor: Option<String>,
}

/// An item, and the turn that it belongs to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadItemEntry", rename_all = "camelCase")]
pub struct ItemEntry {
    /// The turn.
    pub turn_id: TurnId,
    /// The item.
    pub item: ThreadItem,
    /// Start, in Unix milliseconds, if it is known.
    #[ts(type = "number | null")]
    pub started_at_ms: Option<i64>,
    /// End, in Unix milliseconds, if it is known.
    #[ts(type = "number | null")]
    pub completed_at_ms: Option<i64>,
}

//! Which page of a thread's turns or items, and where it begins.

use std::fmt;

use codex_protocol::{ThreadItem, TurnId};

use super::{
    ReadError,
    turn_source::{Position, TurnSource},
};

/// The size of a page where the caller names none.
const DEFAULT_LIMIT: u32 = 25;

/// The largest page.
const MAX_LIMIT: u32 = 500;

/// Which page of a thread's turns or items.
#[derive(Clone, Debug, Default)]
pub struct HistoryQuery {
    /// Where the last page ended.
    pub cursor: Option<String>,
    /// How many at most; 25 where it is left out, never more than 500.
    pub limit: Option<u32>,
    /// Oldest first instead of newest first.
    pub ascending: bool,
}

impl HistoryQuery {
    pub(super) fn limit(&self) -> usize {
        self.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT) as usize
    }

    /// The place of the cursor, if there is one.
    pub(super) fn cursor(&self, source: &dyn TurnSource) -> Result<Option<Cursor>, ReadError> {
        let Some(text) = &self.cursor else { return Ok(None) };
        let cursor = Cursor::parse(text).filter(|cursor| source.has_position(cursor.turn));
        cursor.map(Some).ok_or_else(|| ReadError::InvalidCursor { cursor: text.clone() })
    }
}

/// An item, and the turn that it belongs to.
#[derive(Clone, Debug, PartialEq)]
pub struct ItemEntry {
    /// Its turn.
    pub turn_id: TurnId,
    /// The item.
    pub item: ThreadItem,
}

/// Where a page of turns and one of items begin that are read from the end; none where there are no turns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HistoryEnds {
    /// Where a page of turns begins.
    pub turns: Option<String>,
    /// Where a page of items begins.
    pub items: Option<String>,
}

/// A place among the turns, or among the items of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cursor {
    pub(super) turn: Position,
    pub(super) item: usize,
    /// Whether what stands there belongs to the page.
    pub(super) included: bool,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}{}", self.turn.0, self.item, if self.included { '+' } else { '-' })
    }
}

impl Cursor {
    fn parse(text: &str) -> Option<Self> {
        let (place, included) = match text.strip_suffix('+') {
            Some(place) => (place, true),
            None => (text.strip_suffix('-')?, false),
        };
        let (turn, item) = place.split_once('.')?;
        Some(Self { turn: Position(turn.parse().ok()?), item: item.parse().ok()?, included })
    }
}

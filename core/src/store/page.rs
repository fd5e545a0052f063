//! Pages of a thread's turns and items, read from the end they begin at. Their cost grows with the page.

use std::io;

use codex_protocol::{ItemsView, ThreadItem, ThreadItemKind, Turn, TurnId};

use super::{Page, Reader, StoredTurn};

/// The size of a page where the caller names none, and the largest.
const LIMITS: (u32, u32) = (25, 500);

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
    fn limit(&self) -> usize {
        self.limit.unwrap_or(LIMITS.0).clamp(1, LIMITS.1) as usize
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

/// Where turns come from: a rollout as it stood, with the running turn as it stands.
pub(crate) struct History {
    pub(crate) source: Source,
    pub(crate) live: Option<Turn>,
}

pub(crate) enum Source {
    File(Reader),
    /// All of them, oldest first.
    Memory(Vec<StoredTurn>),
}

/// A place among the turns, or among the items of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    turn: u64,
    item: usize,
    /// Whether what stands there belongs to the page.
    included: bool,
}

impl History {
    /// A page of turns.
    pub(crate) fn turns(&self, query: &HistoryQuery, view: ItemsView) -> io::Result<Option<Page<Turn>>> {
        let Some(cursor) = self.cursor(query) else { return Ok(None) };
        let limit = query.limit();
        let mut turns = self.stretch(cursor, query.ascending, limit + 1)?;
        let more = turns.len() > limit;
        turns.truncate(limit);
        let place = |stored: Option<&StoredTurn>, included| {
            stored.map(|stored| Place { turn: stored.at, item: 0, included }.to_string())
        };
        Ok(Some(Page {
            next_cursor: place(turns.last().filter(|_| more), false),
            backwards_cursor: place(turns.first(), true),
            data: turns.into_iter().map(|stored| seen(stored.turn, view)).collect(),
        }))
    }

    /// A page of items, of one turn or of all.
    pub(crate) fn items(
        &self,
        query: &HistoryQuery,
        only: Option<TurnId>,
    ) -> io::Result<Option<Page<ItemEntry>>> {
        let Some(mut cursor) = self.cursor(query) else { return Ok(None) };
        let limit = query.limit();
        let mut items: Vec<(Place, ItemEntry)> = Vec::new();
        if let (Some(turn), None) = (only, cursor) {
            cursor = self.find(turn)?.map(|at| Place {
                turn: at,
                item: if query.ascending { 0 } else { usize::MAX },
                included: true,
            });
            if cursor.is_none() {
                return Ok(Some(Page { data: Vec::new(), next_cursor: None, backwards_cursor: None }));
            }
        }
        // A turn at a time: the next one is read only if this one did not fill the page.
        let mut turns = cursor.map(|place| Place { included: true, ..place });
        while items.len() <= limit {
            let Some(stored) = self.stretch(turns, query.ascending, 1)?.pop() else { break };
            turns = Some(Place { turn: stored.at, item: 0, included: false });
            if only.is_some_and(|only| only != stored.turn.id) {
                break;
            }
            let turn_id = stored.turn.id;
            let entries = stored.turn.items.into_iter().enumerate().map(|(item, entry)| {
                (Place { turn: stored.at, item, included: false }, ItemEntry { turn_id, item: entry })
            });
            let wanted = |place: &Place| match cursor {
                Some(cursor) if cursor.turn == place.turn => {
                    (cursor.included && cursor.item == place.item)
                        || if query.ascending { place.item > cursor.item } else { place.item < cursor.item }
                }
                _ => true,
            };
            let mut entries: Vec<_> = entries.filter(|(place, _)| wanted(place)).collect();
            if !query.ascending {
                entries.reverse();
            }
            items.extend(entries);
        }
        let more = items.len() > limit;
        items.truncate(limit);
        Ok(Some(Page {
            next_cursor: items.last().filter(|_| more).map(|(place, _)| place.to_string()),
            backwards_cursor: items.first().map(|(place, _)| Place { included: true, ..*place }.to_string()),
            data: items.into_iter().map(|(_, entry)| entry).collect(),
        }))
    }

    /// All turns, oldest first.
    pub(crate) fn all(&self) -> io::Result<Vec<Turn>> {
        let turns = self.stretch(None, true, usize::MAX - 1)?;
        Ok(turns.into_iter().map(|stored| stored.turn).collect())
    }

    /// Where a page of turns and one of items begin that are read from the end.
    pub(crate) fn ends(&self) -> io::Result<(Option<String>, Option<String>)> {
        let last = self.stretch(None, false, 1)?.pop();
        Ok(last.map_or((None, None), |stored| {
            let place = |item| Place { turn: stored.at, item, included: true }.to_string();
            (Some(place(0)), Some(place(stored.turn.items.len().saturating_sub(1))))
        }))
    }

    /// The place of the query's cursor; none where it is none of ours.
    #[expect(clippy::option_option, reason = "no cursor is one thing, a wrong one another")]
    fn cursor(&self, query: &HistoryQuery) -> Option<Option<Place>> {
        let Some(text) = &query.cursor else { return Some(None) };
        let place = Place::parse(text)?;
        let known = match &self.source {
            Source::File(reader) => reader.is_line(place.turn),
            Source::Memory(turns) => turns.iter().any(|stored| stored.at == place.turn),
        };
        known.then_some(Some(place))
    }

    fn find(&self, id: TurnId) -> io::Result<Option<u64>> {
        Ok(match &self.source {
            _ if self.live.as_ref().is_some_and(|live| live.id == id) => {
                self.stretch(None, false, 1)?.pop().map(|stored| stored.at)
            }
            Source::File(reader) => reader.find_turn(id)?.map(|(at, _)| at),
            Source::Memory(turns) => turns.iter().find(|stored| stored.turn.id == id).map(|stored| stored.at),
        })
    }

    /// Turns from a place on, the running one as it stands.
    fn stretch(&self, from: Option<Place>, ascending: bool, count: usize) -> io::Result<Vec<StoredTurn>> {
        let mut turns = match &self.source {
            Source::Memory(all) => {
                let fits = |stored: &&StoredTurn| match from {
                    None => true,
                    Some(place) if stored.at == place.turn => place.included,
                    Some(place) => (stored.at > place.turn) == ascending,
                };
                let fitting = all.iter().filter(fits).cloned();
                if ascending { fitting.take(count).collect() } else { fitting.rev().take(count).collect() }
            }
            Source::File(reader) if ascending => match from {
                None => reader.turns_from(0, count)?,
                Some(place) if place.included => reader.turns_from(place.turn, count)?,
                Some(place) => {
                    let mut turns = reader.turns_from(place.turn, count.saturating_add(1))?;
                    turns.drain(..turns.len().min(1));
                    turns
                }
            },
            Source::File(reader) => match from {
                None => reader.turns_before(reader.end(), count)?,
                Some(place) if place.included => {
                    let mut turns = reader.turns_from(place.turn, 1)?;
                    turns.extend(reader.turns_before(place.turn, count.saturating_sub(turns.len()))?);
                    turns
                }
                Some(place) => reader.turns_before(place.turn, count)?,
            },
        };
        if let Some(live) = &self.live {
            // It is written a moment after it is told, or told a moment after it is written: what was told counts.
            if let Some(stored) = turns.iter_mut().find(|stored| stored.turn.id == live.id) {
                stored.turn = live.clone();
            } else if (from.is_none() && !ascending) || (ascending && turns.len() < count) {
                let at = match &self.source {
                    Source::File(reader) => reader.end(),
                    Source::Memory(all) => all.last().map_or(0, |last| last.at + 1),
                };
                // One that is in the file already is no further page.
                if from.is_none_or(|place| place.turn < at) && !self.stored(live.id)? {
                    turns.insert(
                        if ascending { turns.len() } else { 0 },
                        StoredTurn { at, turn: live.clone() },
                    );
                    turns.truncate(count);
                }
            }
        }
        Ok(turns)
    }

    /// Whether the last turn of the source is that one.
    fn stored(&self, id: TurnId) -> io::Result<bool> {
        Ok(match &self.source {
            Source::File(reader) => {
                reader.turns_before(reader.end(), 1)?.first().is_some_and(|stored| stored.turn.id == id)
            }
            Source::Memory(all) => all.last().is_some_and(|stored| stored.turn.id == id),
        })
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}{}", self.turn, self.item, if self.included { '+' } else { '-' })
    }
}

impl Place {
    fn parse(text: &str) -> Option<Self> {
        let (place, included) = match text.strip_suffix('+') {
            Some(place) => (place, true),
            None => (text.strip_suffix('-')?, false),
        };
        let (turn, item) = place.split_once('.')?;
        Some(Self { turn: turn.parse().ok()?, item: item.parse().ok()?, included })
    }
}

/// A turn with as much of its items as is asked for.
pub(crate) fn seen(mut turn: Turn, view: ItemsView) -> Turn {
    turn.items_view = view;
    match view {
        ItemsView::Full => {}
        ItemsView::NotLoaded => turn.items = Vec::new(),
        ItemsView::Summary => {
            let user =
                turn.items.iter().position(|item| matches!(item.kind, ThreadItemKind::UserMessage { .. }));
            let agent =
                turn.items.iter().rposition(|item| matches!(item.kind, ThreadItemKind::AgentMessage { .. }));
            let mut at = 0;
            turn.items.retain(|_| {
                at += 1;
                user == Some(at - 1) || agent == Some(at - 1)
            });
        }
    }
    turn
}

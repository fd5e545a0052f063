//! Pages of a thread's turns and items, read from the end they begin at. Their cost grows with the page.

use std::{io, sync::Arc};

use codex_protocol::{ItemsView, ThreadItem, ThreadItemKind, Turn, TurnId};

use super::{
    CutError, HistoryCut, HistoryEnds, HistoryQuery, ItemEntry, LoadedThread, OpenError, Page, ReadError,
    ReadMark, Record, StoreError,
    history_query::Cursor,
    turn_source::{Position, StoredTurn, TurnSource},
};

/// The turns of a thread as they stood at one moment, with the running turn as its subscribers know it. Cheap to clone;
/// reading it blocks.
#[derive(Clone, Debug)]
pub(crate) struct HistorySnapshot {
    source: Arc<dyn TurnSource>,
    live: Option<Turn>,
    /// For people who read errors.
    location: Arc<str>,
}

impl HistorySnapshot {
    pub(super) fn new(source: Arc<dyn TurnSource>, location: Arc<str>) -> Self {
        Self { source, live: None, location }
    }

    /// The same, with the running turn as it was told so far.
    pub(crate) fn with_live(self, live: Option<Turn>) -> Self {
        Self { live, ..self }
    }

    pub(super) fn source(&self) -> &Arc<dyn TurnSource> {
        &self.source
    }

    /// Whether nothing is stored.
    pub(super) fn is_empty(&self) -> bool {
        self.source.end() == Position(0)
    }

    /// A page of turns.
    pub(crate) fn turns(&self, query: &HistoryQuery, view: ItemsView) -> Result<Page<Turn>, ReadError> {
        let cursor = query.cursor(&*self.source)?;
        let limit = query.limit();
        let mut turns = self.read(|| self.read_turns(cursor, query.ascending, limit + 1))?;
        let more = turns.len() > limit;
        turns.truncate(limit);
        let place = |stored: Option<&StoredTurn>, included| {
            stored.map(|stored| Cursor { turn: stored.at, item: 0, included }.to_string())
        };
        Ok(Page {
            next_cursor: place(turns.last().filter(|_| more), false),
            backwards_cursor: place(turns.first(), true),
            data: turns.into_iter().map(|stored| limit_items(stored.turn, view)).collect(),
        })
    }

    /// A page of items, of one turn or of all.
    pub(crate) fn items(
        &self,
        query: &HistoryQuery,
        only: Option<TurnId>,
    ) -> Result<Page<ItemEntry>, ReadError> {
        let cursor = query.cursor(&*self.source)?;
        Ok(self.read(|| self.item_page(query, cursor, only))?)
    }

    fn item_page(
        &self,
        query: &HistoryQuery,
        mut cursor: Option<Cursor>,
        only: Option<TurnId>,
    ) -> io::Result<Page<ItemEntry>> {
        let limit = query.limit();
        let mut items: Vec<(Cursor, ItemEntry)> = Vec::new();
        if let (Some(turn), None) = (only, cursor) {
            let Some(turn) = self.find(turn)? else {
                return Ok(Page { data: Vec::new(), next_cursor: None, backwards_cursor: None });
            };
            let item = if query.ascending { 0 } else { usize::MAX };
            cursor = Some(Cursor { turn, item, included: true });
        }
        // A turn at a time: the next one is read only if this one did not fill the page.
        let mut turns = cursor.map(|place| Cursor { included: true, ..place });
        while items.len() <= limit {
            let Some(stored) = self.read_turns(turns, query.ascending, 1)?.pop() else { break };
            turns = Some(Cursor { turn: stored.at, item: 0, included: false });
            if only.is_some_and(|only| only != stored.turn.id) {
                break;
            }
            let turn_id = stored.turn.id;
            let entries = stored.turn.items.into_iter().enumerate().map(|(item, entry)| {
                (Cursor { turn: stored.at, item, included: false }, ItemEntry { turn_id, item: entry })
            });
            let wanted = |place: &Cursor| match cursor {
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
        Ok(Page {
            next_cursor: items.last().filter(|_| more).map(|(place, _)| place.to_string()),
            backwards_cursor: items.first().map(|(place, _)| Cursor { included: true, ..*place }.to_string()),
            data: items.into_iter().map(|(_, entry)| entry).collect(),
        })
    }

    /// All turns, oldest first.
    pub(crate) fn all(&self) -> Result<Vec<Turn>, StoreError> {
        let turns = self.read(|| self.read_turns(None, true, usize::MAX - 1))?;
        Ok(turns.into_iter().map(|stored| stored.turn).collect())
    }

    /// The first turn.
    pub(crate) fn first(&self) -> Result<Option<TurnId>, StoreError> {
        let turns = self.read(|| self.read_turns(None, true, 1))?;
        Ok(turns.first().map(|stored| stored.turn.id))
    }

    /// Where pages begin that are read from the end.
    pub(crate) fn ends(&self) -> Result<HistoryEnds, StoreError> {
        let last = self.read(|| self.read_turns(None, false, 1))?.pop();
        Ok(last.map_or_else(HistoryEnds::default, |stored| {
            let place = |item| Some(Cursor { turn: stored.at, item, included: true }.to_string());
            HistoryEnds { turns: place(0), items: place(stored.turn.items.len().saturating_sub(1)) }
        }))
    }

    /// Calls `each` with every stored record, apart from the first.
    pub(crate) fn each_record(&self, mut each: impl FnMut(Record)) -> Result<(), StoreError> {
        self.read(|| self.source.each_record(&mut each))
    }

    /// What has to be known to go on with the thread.
    pub(crate) fn load(&self) -> Result<LoadedThread, OpenError> {
        let loaded = self.read(|| {
            let summary = self.source.summary()?;
            let unfinished = match &summary.last_turn {
                Some(last) if !last.ended => {
                    let turn = self.source.turns_before(self.source.end(), 1)?.pop();
                    turn.map(|stored| stored.turn).filter(|turn| turn.id == last.id)
                }
                _ => None,
            };
            Ok(summary.into_loaded(unfinished))
        })?;
        loaded.ok_or_else(|| OpenError::Damaged { location: self.location.to_string() })
    }

    /// The stored turns up to a cut, without the running one.
    pub(crate) fn cut(&self, cut: &HistoryCut) -> Result<Self, CutError> {
        let find = |id: TurnId| self.read(|| self.source.find_turn(id));
        let mut end = self.source.end();
        if let Some(last) = cut.last {
            end = find(last)?.ok_or(CutError::NoSuchTurn { turn: last })?.end;
        }
        if let Some(before) = cut.before {
            end = end.min(find(before)?.ok_or(CutError::NoSuchTurn { turn: before })?.start);
        }
        if let Some(live) = &self.live
            && let Some(range) = find(live.id)?
        {
            end = end.min(range.start);
        }
        Ok(Self { source: self.source.until(end), live: None, location: Arc::clone(&self.location) })
    }

    /// What the user has read once a turn and all after it are taken back: nothing is unread if that began with one of them.
    pub(crate) fn read_after_revert(&self, read: &ReadMark, before: TurnId) -> Result<ReadMark, CutError> {
        let range = self.read(|| self.source.find_turn(before))?;
        let start = range.ok_or(CutError::NoSuchTurn { turn: before })?.start;
        let reverted = self.read(|| self.source.turns_from(start, usize::MAX - 1))?;
        let gone = reverted.iter().any(|stored| Some(stored.turn.id) == read.first_unread);
        if !gone {
            return Ok(read.clone());
        }
        let revision = Some(uuid::Uuid::new_v4().to_string());
        Ok(ReadMark { first_unread: None, revision, ..read.clone() })
    }

    fn read<T>(&self, read: impl FnOnce() -> io::Result<T>) -> Result<T, StoreError> {
        read().map_err(|source| StoreError::read(&self.location, source))
    }

    fn find(&self, id: TurnId) -> io::Result<Option<Position>> {
        if self.live.as_ref().is_some_and(|live| live.id == id) {
            return Ok(self.read_turns(None, false, 1)?.pop().map(|stored| stored.at));
        }
        Ok(self.source.find_turn(id)?.map(|range| range.start))
    }

    /// Turns from a place on, the running one as it stands.
    fn read_turns(&self, from: Option<Cursor>, ascending: bool, count: usize) -> io::Result<Vec<StoredTurn>> {
        let source = &self.source;
        let mut turns = match (from, ascending) {
            (None, true) => source.turns_from(Position(0), count)?,
            (None, false) => source.turns_before(source.end(), count)?,
            (Some(place), true) if place.included => source.turns_from(place.turn, count)?,
            (Some(place), true) => {
                let mut turns = source.turns_from(place.turn, count.saturating_add(1))?;
                turns.drain(..turns.len().min(1));
                turns
            }
            (Some(place), false) if place.included => {
                let mut turns = source.turns_from(place.turn, 1)?;
                turns.extend(source.turns_before(place.turn, count.saturating_sub(turns.len()))?);
                turns
            }
            (Some(place), false) => source.turns_before(place.turn, count)?,
        };
        if let Some(live) = &self.live {
            // It is written a moment after it is told, or told a moment after it is written: what was told counts.
            if let Some(stored) = turns.iter_mut().find(|stored| stored.turn.id == live.id) {
                stored.turn = live.clone();
            } else {
                self.add_live(&mut turns, live, from, ascending, count)?;
            }
        }
        Ok(turns)
    }

    /// Adds the running turn to the last turns, unless it is among the stored ones.
    fn add_live(
        &self,
        turns: &mut Vec<StoredTurn>,
        live: &Turn,
        from: Option<Cursor>,
        ascending: bool,
        count: usize,
    ) -> io::Result<()> {
        let at = self.source.end();
        let wanted = match from {
            None => !ascending || turns.len() < count,
            // Where it will stand: a cursor that named it before it was written.
            Some(place) if place.turn == at => place.included && (!ascending || turns.len() < count),
            Some(_) => ascending && turns.len() < count,
        };
        let stored_last = || self.source.turns_before(at, 1);
        if wanted && stored_last()?.first().is_none_or(|stored| stored.turn.id != live.id) {
            turns.insert(if ascending { turns.len() } else { 0 }, StoredTurn { at, turn: live.clone() });
            turns.truncate(count);
        }
        Ok(())
    }
}

/// A turn with as much of its items as is asked for.
fn limit_items(mut turn: Turn, view: ItemsView) -> Turn {
    turn.items_view = view;
    match view {
        ItemsView::Full => {}
        ItemsView::NotLoaded => turn.items = Vec::new(),
        ItemsView::Summary => {
            let is_user = |item: &ThreadItem| matches!(item.kind, ThreadItemKind::UserMessage { .. });
            let is_agent = |item: &ThreadItem| matches!(item.kind, ThreadItemKind::AgentMessage { .. });
            let kept = [turn.items.iter().position(is_user), turn.items.iter().rposition(is_agent)];
            let mut index = 0;
            turn.items.retain(|_| {
                index += 1;
                kept.contains(&Some(index - 1))
            });
        }
    }
    turn
}

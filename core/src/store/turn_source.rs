//! What a store has to tell of a thread's turns, so that pages can be made of them.

use std::{fmt, fs::File, io, sync::Arc};

use codex_protocol::{TokenUsage, Turn, TurnId};

use super::{LoadedThread, Record, StoredUsage, ThreadMeta, ThreadState, assembly::preview_of};

/// A place among the records of a thread. What the number means is the store's own affair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Position(pub(super) u64);

/// A turn, and where it begins.
#[derive(Clone, Debug)]
pub(super) struct StoredTurn {
    pub(super) at: Position,
    pub(super) turn: Turn,
}

/// Where a turn begins, and where the one after it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TurnRange {
    pub(super) start: Position,
    pub(super) end: Position,
}

/// The records of a thread up to a place. What is written later does not show. Reading blocks.
pub(super) trait TurnSource: Send + Sync + fmt::Debug {
    /// Where it ends.
    fn end(&self) -> Position;

    /// Whether a record begins there, so that a cursor may name it.
    fn has_position(&self, at: Position) -> bool;

    /// Up to `count` turns that begin at `from` or later, the first one first.
    fn turns_from(&self, from: Position, count: usize) -> io::Result<Vec<StoredTurn>>;

    /// Up to `count` turns that begin before `before`, the last one first.
    fn turns_before(&self, before: Position, count: usize) -> io::Result<Vec<StoredTurn>>;

    /// The same records, up to an earlier place.
    fn until(&self, end: Position) -> Arc<dyn TurnSource>;

    /// Calls `each` with every record but the first, which says what the thread is.
    fn each_record(&self, each: &mut dyn FnMut(Record)) -> io::Result<()>;

    /// What stands at the beginning and at the end.
    fn summary(&self) -> io::Result<Summary>;

    /// Writes what [`each_record`](Self::each_record) tells to a rollout.
    fn write_rollout(&self, file: &File) -> io::Result<()>;

    /// Where a turn is, looked for from the end.
    fn find_turn(&self, id: TurnId) -> io::Result<Option<TurnRange>> {
        let mut end = self.end();
        loop {
            let turns = self.turns_before(end, 1)?;
            let Some(stored) = turns.first() else { return Ok(None) };
            if stored.turn.id == id {
                return Ok(Some(TurnRange { start: stored.at, end }));
            }
            end = stored.at;
        }
    }
}

/// What stands at the beginning of a thread's records and at their end.
#[derive(Debug, Default)]
pub(super) struct Summary {
    pub(super) meta: Option<ThreadMeta>,
    /// The first words of the user.
    pub(super) preview: Option<String>,
    pub(super) state: Option<ThreadState>,
    pub(super) usage: Option<StoredUsage>,
    pub(super) last_turn: Option<LastTurn>,
    /// When a turn last began or ended.
    pub(super) updated_at_ms: Option<i64>,
}

/// The last turn.
#[derive(Debug)]
pub(super) struct LastTurn {
    pub(super) id: TurnId,
    pub(super) ended: bool,
}

impl Summary {
    /// Takes a record that stands before those taken so far. True when nothing before it can add anything.
    pub(super) fn take_backwards(&mut self, at: Option<i64>, record: Record) -> bool {
        let mut usage = |total: TokenUsage, last, turn| {
            self.usage.get_or_insert(StoredUsage { total, last, turn });
        };
        match record {
            Record::State(state) => {
                self.state.get_or_insert(state);
            }
            Record::TurnEnded { turn, usage: total, last } => {
                usage(total, last.unwrap_or_default(), Some(turn.id));
                self.turn(turn.id, true, at);
            }
            Record::CodexTurnEnded { turn } => self.turn(turn.id, true, at),
            Record::CodexUsage { total, last } => usage(total, last, None),
            Record::TurnStarted { turn } => {
                self.turn(turn.id, false, at);
                return self.state.is_some();
            }
            Record::Thread(_) | Record::Item { .. } | Record::Context { .. } => {}
        }
        false
    }

    /// Takes a record from the beginning. True when the rest can add nothing.
    pub(super) fn take_forwards(&mut self, record: Record) -> bool {
        match record {
            Record::Thread(meta) => {
                self.meta.get_or_insert(meta);
            }
            Record::Item { item, .. } if self.preview.is_none() => self.preview = preview_of(&item),
            _ => {}
        }
        self.meta.is_some() && self.preview.is_some()
    }

    fn turn(&mut self, id: TurnId, ended: bool, at: Option<i64>) {
        self.last_turn.get_or_insert(LastTurn { id, ended });
        self.updated_at_ms = self.updated_at_ms.or(at);
    }

    /// What has to be known to go on with the thread; none where nothing says what thread it is.
    pub(super) fn into_loaded(self, unfinished: Option<Turn>) -> Option<LoadedThread> {
        let meta = self.meta?;
        let mut state = self.state.unwrap_or_default();
        if state.preview.is_empty() {
            state.preview = self.preview.unwrap_or_default();
        }
        let last = self.last_turn.map(|turn| turn.id);
        Some(LoadedThread {
            updated_at_ms: self.updated_at_ms.unwrap_or(0).max(meta.created_at_ms),
            meta,
            state,
            usage: self.usage.map(|usage| StoredUsage { turn: usage.turn.or(last), ..usage }),
            unfinished,
        })
    }
}

//! Reading a rollout back.

use std::{
    fs::File,
    io::{self, BufRead, BufReader},
    path::Path,
};

use codex_protocol::{ThreadItem, ThreadItemKind, Turn, TurnId, TurnStatus, UserInput};

use super::{
    Record, ThreadMeta,
    record::{Line, VERSION},
};

/// What a rollout says.
#[derive(Debug, Default)]
pub(crate) struct Replay {
    /// The thread; none where that line is lost.
    pub(crate) meta: Option<ThreadMeta>,
    /// Its turns, with their items.
    pub(crate) turns: Vec<Turn>,
    /// How many lines told nothing: torn, spoilt, or of a newer version.
    pub(crate) bad_lines: usize,
}

impl Replay {
    /// The first words of the user.
    pub(crate) fn preview(&self) -> Option<String> {
        self.turns.iter().flat_map(|turn| &turn.items).find_map(preview_of)
    }

    fn add(&mut self, record: Record) {
        match record {
            Record::Thread(meta) => self.meta = Some(meta),
            Record::TurnStarted { turn } => self.turns.push(turn),
            Record::Item { turn_id, item } => {
                if let Some(turn) = self.turn(turn_id) {
                    // An item that changed is among the last ones.
                    match turn.items.iter().rposition(|other| other.id() == item.id()) {
                        Some(place) => turn.items[place] = item,
                        None => turn.items.push(item),
                    }
                }
            }
            Record::Context { .. } => {}
            Record::TurnEnded { turn: ended, .. } => {
                if let Some(turn) = self.turn(ended.id) {
                    let items = std::mem::take(&mut turn.items);
                    *turn = Turn { items, items_view: codex_protocol::ItemsView::Full, ..ended };
                }
            }
        }
    }

    fn turn(&mut self, id: TurnId) -> Option<&mut Turn> {
        self.turns.iter_mut().rev().find(|turn| turn.id == id)
    }

    /// Turns that never ended were cut off with the process that ran them.
    pub(crate) fn end_open_turns(&mut self) {
        for turn in &mut self.turns {
            if turn.status == TurnStatus::InProgress {
                turn.status = TurnStatus::Interrupted;
            }
        }
    }
}

/// What a list shows of a thread whose first user message this is.
pub(crate) fn preview_of(item: &ThreadItem) -> Option<String> {
    let ThreadItemKind::UserMessage { content, .. } = &item.kind else { return None };
    content.iter().find_map(|input| match input {
        UserInput::Text { text, .. } => Some(text.chars().take(200).collect()),
        _ => None,
    })
}

/// Replays records.
pub(super) fn of(records: impl Iterator<Item = Record>) -> Replay {
    let mut replay = Replay::default();
    records.for_each(|record| replay.add(record));
    replay
}

/// Replays a file.
pub(crate) fn read(path: &Path) -> io::Result<Replay> {
    let mut replay = Replay::default();
    lines(path, |record| {
        match record {
            Some(record) => replay.add(record),
            None => replay.bad_lines += 1,
        }
        true
    })?;
    if replay.bad_lines > 0 {
        tracing::warn!(path = %path.display(), lines = replay.bad_lines, "left out lines of a rollout that cannot be read");
    }
    Ok(replay)
}

/// Replays the beginning of a file, as far as a list needs it.
pub(super) fn read_head(path: &Path) -> io::Result<Replay> {
    let mut replay = Replay::default();
    let mut left = 64;
    lines(path, |record| {
        if let Some(record) = record {
            replay.add(record);
        }
        left -= 1;
        left > 0 && (replay.meta.is_none() || replay.preview().is_none())
    })?;
    Ok(replay)
}

/// Calls `next` with each line's record, none for a line that tells nothing, until it answers false.
fn lines(path: &Path, mut next: impl FnMut(Option<Record>) -> bool) -> io::Result<()> {
    let mut reader = BufReader::new(File::open(path)?);
    let mut line = Vec::new();
    let mut first = true;
    loop {
        line.clear();
        if reader.read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        let mut text = line.as_slice();
        if first {
            text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
            first = false;
        }
        if text.trim_ascii().is_empty() {
            continue;
        }
        if !next(parse(text)) {
            return Ok(());
        }
    }
}

fn parse(text: &[u8]) -> Option<Record> {
    let line: Line<Record> = serde_json::from_slice(text).ok()?;
    (line.v <= VERSION).then_some(line.record)
}

//! Reading a rollout: its turns from either end, what stands at its beginning and its end.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
};

use codex_protocol::{TokenUsage, TurnId};

use super::{
    Record, StoredTurn, ThreadMeta, ThreadState,
    line::{Said, read_line},
    replay::{Assembly, preview_of},
    scan::{Backward, Forward, line_number},
    work::read_records,
};

/// An open rollout, up to the length that it had when it was opened (or was told to have).
#[derive(Debug)]
pub(crate) struct Reader {
    path: PathBuf,
    file: File,
    end: u64,
}

/// What stands at a rollout's end.
#[derive(Debug, Default)]
pub(crate) struct Tail {
    pub(crate) state: Option<ThreadState>,
    /// The last turn, and whether its end is written.
    pub(crate) last_turn: Option<(TurnId, bool)>,
    /// The thread's tokens and those of the last call, and the turn that they were last counted in.
    pub(crate) usage: Option<(TokenUsage, TokenUsage, Option<TurnId>)>,
}

impl Reader {
    /// Opens a rollout as it stands now.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let end = file.metadata()?.len();
        Ok(Self { path: path.to_owned(), file, end })
    }

    /// As [`open`](Self::open), up to a length that is known to hold whole records.
    pub(crate) fn open_up_to(path: &Path, end: u64) -> io::Result<Self> {
        let mut reader = Self::open(path)?;
        reader.end = reader.end.min(end);
        Ok(reader)
    }

    /// Where it ends.
    pub(crate) fn end(&self) -> u64 {
        self.end
    }

    /// The thread and its first user message, from the beginning.
    pub(crate) fn head(&self) -> io::Result<(Option<ThreadMeta>, Option<String>)> {
        let mut lines = Forward::new(&self.file, 0, self.end)?;
        let (mut line, mut meta, mut preview) = (Vec::new(), None, None);
        // A first turn has its first words within a few lines; a spoilt beginning is not worth a whole file.
        for _ in 0..64 {
            let Some(at) = lines.next(&mut line)? else { break };
            self.each(at, &line, |record| match record {
                Record::Thread(thread) if meta.is_none() => meta = Some(thread),
                Record::Item { item, .. } if preview.is_none() => preview = preview_of(&item),
                _ => {}
            });
            if meta.is_some() && preview.is_some() {
                break;
            }
        }
        Ok((meta, preview))
    }

    /// What stands at the end: read backwards, as far as the last turn and the last state reach.
    pub(crate) fn tail(&self) -> io::Result<Tail> {
        let mut lines = Backward::new(&self.file, self.end);
        let mut tail = Tail::default();
        let mut settings = None;
        while let Some((at, line)) = lines.next()? {
            let mut begun = false;
            let foreign = self.each(at, &line, |record| match record {
                Record::State(state) if tail.state.is_none() => settings = settings.take().or(Some(state)),
                Record::TurnEnded { turn, usage, last } => {
                    tail.last_turn.get_or_insert((turn.id, true));
                    tail.usage.get_or_insert((usage, last.unwrap_or_default(), Some(turn.id)));
                }
                Record::ForeignTurnEnded { turn } => {
                    tail.last_turn.get_or_insert((turn.id, true));
                }
                Record::ForeignUsage { total, last } => {
                    tail.usage.get_or_insert((total, last, None));
                }
                Record::TurnStarted { turn } => {
                    tail.last_turn.get_or_insert((turn.id, false));
                    begun = true;
                }
                _ => {}
            });
            if let Some(state) = settings.take() {
                tail.state = Some(state);
                if foreign {
                    // Only the settings of its turn: the name is not in the file, the first words at its beginning.
                    let preview = self.head()?.1;
                    if let Some(state) = &mut tail.state {
                        state.preview = preview.unwrap_or_default();
                    }
                }
            }
            if begun && tail.state.is_some() {
                break;
            }
        }
        if let Some((_, _, turn @ None)) = &mut tail.usage {
            *turn = tail.last_turn.map(|(id, _)| id);
        }
        Ok(tail)
    }

    /// Up to `count` turns that begin before `before`, the last one first.
    pub(crate) fn turns_before(&self, before: u64, count: usize) -> io::Result<Vec<StoredTurn>> {
        let mut lines = Backward::new(&self.file, before.min(self.end));
        let (mut turns, mut pending) = (Vec::new(), Vec::new());
        while turns.len() < count {
            let next = lines.next()?;
            let mut begun = next.is_none();
            if let Some((at, line)) = next {
                let mut records = Vec::new();
                self.each(at, &line, |record| {
                    begun |= matches!(record, Record::TurnStarted { .. });
                    records.push((at, record));
                });
                pending.extend(records.into_iter().rev());
                if !begun {
                    continue;
                }
            } else if pending.is_empty() {
                break;
            }
            let mut assembly = Assembly::default();
            for (at, record) in pending.drain(..).rev() {
                assembly.add(at, record);
            }
            turns.extend(assembly.finish().into_iter().rev());
        }
        turns.truncate(count);
        Ok(turns)
    }

    /// Up to `count` turns that begin at `from` or later, the first one first.
    pub(crate) fn turns_from(&self, from: u64, count: usize) -> io::Result<Vec<StoredTurn>> {
        let mut lines = Forward::new(&self.file, from, self.end)?;
        let (mut line, mut assembly) = (Vec::new(), Assembly::default());
        while let Some(at) = lines.next(&mut line)? {
            self.each(at, &line, |record| assembly.add(at, record));
            // One more, so that the last one wanted is whole.
            if assembly.turns.len() > count {
                break;
            }
        }
        let mut turns = assembly.finish();
        turns.truncate(count);
        Ok(turns)
    }

    /// Where a turn begins, and where the one after it does; looked for from the end.
    pub(crate) fn find_turn(&self, id: TurnId) -> io::Result<Option<(u64, u64)>> {
        let (mut before, mut after) = (self.end, self.end);
        loop {
            let turns = self.turns_before(before, 1)?;
            let Some(stored) = turns.first() else { return Ok(None) };
            if stored.turn.id == id {
                return Ok(Some((stored.at, after)));
            }
            (before, after) = (stored.at, stored.at);
        }
    }

    /// Calls `next` with every record, and whether the reference server wrote it.
    pub(crate) fn every(&self, mut next: impl FnMut(bool, Record)) -> io::Result<()> {
        let mut lines = Forward::new(&self.file, 0, self.end)?;
        let mut line = Vec::new();
        while let Some(at) = lines.next(&mut line)? {
            read_records(1);
            match read_line(&line) {
                Said::Own(record) => next(false, record),
                Said::Foreign(records) => records.into_iter().for_each(|record| next(true, record)),
                Said::Nothing => {}
                Said::Spoilt => self.warn(at),
            }
        }
        Ok(())
    }

    /// Where the second line begins.
    pub(crate) fn second_line(&self) -> io::Result<u64> {
        let mut line = Vec::new();
        Forward::new(&self.file, 0, self.end)?.next(&mut line)?;
        Ok(line.len() as u64)
    }

    /// Whether a line begins there.
    pub(crate) fn is_line(&self, at: u64) -> bool {
        use std::os::unix::fs::FileExt;
        let mut byte = [0];
        at <= self.end
            && (at == 0 || self.file.read_exact_at(&mut byte, at - 1).is_ok_and(|()| byte == *b"\n"))
    }

    /// Calls `next` with what a line says; true if the reference server wrote it.
    fn each(&self, at: u64, line: &[u8], mut next: impl FnMut(Record)) -> bool {
        read_records(1);
        match read_line(line) {
            Said::Own(record) => next(record),
            Said::Foreign(records) => {
                records.into_iter().for_each(next);
                return true;
            }
            Said::Nothing => {}
            Said::Spoilt => self.warn(at),
        }
        false
    }

    #[cold]
    fn warn(&self, at: u64) {
        let line = line_number(&self.file, at).unwrap_or_default();
        tracing::warn!(path = %self.path.display(), line, "left out a line of a rollout that cannot be read");
    }
}

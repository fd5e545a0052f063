//! Reading a rollout: its turns from either end, what stands at its beginning and its end.

use std::{
    fs::File,
    io::{self, Write},
    os::unix::fs::FileExt,
    path::Path,
    sync::Arc,
};

use super::{
    super::{
        Record,
        assembly::Assembly,
        io_stats::count_records,
        turn_source::{Position, StoredTurn, Summary, TurnSource},
    },
    line::{ParsedLine, parse_line},
    paths,
    scan::{Backward, Forward, Part, line_number},
};

/// How many lines at the beginning are looked at: a first turn has its first words within a few, and a spoilt beginning is
/// not worth a whole file.
const HEAD_LINES: usize = 64;

/// An open rollout, up to the length that it had at one moment. A position is an offset in the file.
#[derive(Clone, Debug)]
pub(super) struct RolloutReader {
    path: Arc<Path>,
    file: Arc<File>,
    end: u64,
}

impl RolloutReader {
    /// Opens a rollout as it stands now.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let end = file.metadata()?.len();
        Ok(Self::new(path.into(), Arc::new(file), end))
    }

    /// An open file, up to a length that is known to hold whole records.
    pub(super) fn new(path: Arc<Path>, file: Arc<File>, end: u64) -> Self {
        Self { path, file, end }
    }

    /// Calls `each` with what the lines say, until it returns true.
    pub(super) fn scan(&self, mut each: impl FnMut(Record) -> bool) -> io::Result<()> {
        let mut lines = Forward::new(&self.file, 0, self.end);
        let mut line = Vec::new();
        while let Some(at) = lines.next(&mut line)? {
            if self.parse(at, &line).is_some_and(|parsed| each(parsed.record)) {
                break;
            }
        }
        Ok(())
    }

    /// Where the second line begins.
    fn second_line(&self) -> io::Result<u64> {
        let mut line = Vec::new();
        Forward::new(&self.file, 0, self.end).next(&mut line)?;
        Ok(line.len() as u64)
    }

    /// What a line says, if it says anything.
    fn parse(&self, at: u64, line: &[u8]) -> Option<Parsed> {
        count_records(1);
        match parse_line(line) {
            ParsedLine::Own { at, record } => Some(Parsed { at: Some(at), record }),
            ParsedLine::Codex { at, record } => record.map(|record| Parsed { at, record }),
            ParsedLine::Nothing => None,
            ParsedLine::Spoilt => {
                self.warn(at);
                None
            }
        }
    }

    #[cold]
    fn warn(&self, at: u64) {
        let line = line_number(&self.file, at).unwrap_or_default();
        tracing::warn!(path = %self.path.display(), line, "left out a line of a rollout that cannot be read");
    }
}

/// A record, and when it was written.
struct Parsed {
    at: Option<i64>,
    record: Record,
}

impl TurnSource for RolloutReader {
    fn end(&self) -> Position {
        Position(self.end)
    }

    fn has_position(&self, Position(at): Position) -> bool {
        let mut byte = [0];
        at <= self.end
            && (at == 0 || self.file.read_exact_at(&mut byte, at - 1).is_ok_and(|()| byte == *b"\n"))
    }

    fn turns_from(&self, Position(from): Position, count: usize) -> io::Result<Vec<StoredTurn>> {
        let mut lines = Forward::new(&self.file, from, self.end);
        let (mut line, mut assembly) = (Vec::new(), Assembly::default());
        while let Some(at) = lines.next(&mut line)? {
            if let Some(parsed) = self.parse(at, &line) {
                assembly.add(Position(at), parsed.record);
            }
            // One more, so that the last one wanted is whole.
            if assembly.turns.len() > count {
                break;
            }
        }
        let mut turns = assembly.finish();
        turns.truncate(count);
        Ok(turns)
    }

    fn turns_before(&self, Position(before): Position, count: usize) -> io::Result<Vec<StoredTurn>> {
        let mut lines = Backward::new(&self.file, before.min(self.end));
        let (mut turns, mut pending) = (Vec::new(), Vec::new());
        while turns.len() < count {
            let next = lines.next()?;
            let mut begun = next.is_none();
            if let Some((at, line)) = next {
                if let Some(parsed) = self.parse(at, &line) {
                    begun = matches!(parsed.record, Record::TurnStarted { .. });
                    pending.push((Position(at), parsed.record));
                }
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

    fn until(&self, Position(end): Position) -> Arc<dyn TurnSource> {
        Arc::new(Self { end: self.end.min(end), ..self.clone() })
    }

    fn each_record(&self, each: &mut dyn FnMut(Record)) -> io::Result<()> {
        self.scan(|record| {
            if !matches!(record, Record::Thread(_)) {
                each(record);
            }
            false
        })
    }

    /// The beginning as far as the user's first words, the end as far back as the last turn and the last state reach. Where
    /// the first line is spoilt, the file's name and the state say what it said.
    fn summary(&self) -> io::Result<Summary> {
        let mut summary = Summary::default();
        let mut lines = Forward::new(&self.file, 0, self.end);
        let mut line = Vec::new();
        for _ in 0..HEAD_LINES {
            let Some(at) = lines.next(&mut line)? else { break };
            if self.parse(at, &line).is_some_and(|parsed| summary.take_forwards(parsed.record)) {
                break;
            }
        }
        let mut lines = Backward::new(&self.file, self.end);
        while let Some((at, line)) = lines.next()? {
            if self.parse(at, &line).is_some_and(|parsed| summary.take_backwards(parsed.at, parsed.record)) {
                break;
            }
        }
        if summary.meta.is_none()
            && let Some(state) = &summary.state
        {
            summary.meta = paths::meta_of(&self.path, state);
        }
        Ok(summary)
    }

    fn write_rollout(&self, mut file: &File) -> io::Result<()> {
        let from = self.second_line()?;
        if self.end <= from {
            return Ok(());
        }
        copy_part(&self.file, from, self.end, file)?;
        let mut last = [0];
        self.file.read_exact_at(&mut last, self.end - 1)?;
        if last == *b"\n" { Ok(()) } else { file.write_all(b"\n") }
    }
}

/// Appends a part of a file to another.
pub(super) fn copy_part(source: &File, from: u64, end: u64, mut file: &File) -> io::Result<()> {
    let mut part = io::BufReader::with_capacity(256 << 10, Part::new(source, from, end));
    io::copy(&mut part, &mut file).map(drop)
}

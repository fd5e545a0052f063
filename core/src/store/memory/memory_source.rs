//! Reading a thread in memory.

use std::{
    fs::File,
    io,
    sync::{Arc, OnceLock},
};

use super::{
    super::{
        Record, ThreadMeta,
        assembly::Assembly,
        files::write_lines,
        turn_source::{Position, StoredTurn, Summary, TurnSource},
    },
    memory_thread::Stamped,
};

/// The records of a thread in memory, at one moment. A position is a record's index.
#[derive(Debug)]
pub(super) struct MemorySource {
    meta: ThreadMeta,
    records: Vec<Stamped>,
    turns: OnceLock<Vec<StoredTurn>>,
}

/// The records of a thread that has none.
pub(in super::super) fn empty_source(meta: ThreadMeta) -> Arc<dyn TurnSource> {
    Arc::new(MemorySource::new(meta, Vec::new()))
}

impl MemorySource {
    pub(super) fn new(meta: ThreadMeta, records: Vec<Stamped>) -> Self {
        Self { meta, records, turns: OnceLock::new() }
    }

    fn turns(&self) -> &[StoredTurn] {
        self.turns.get_or_init(|| {
            let mut assembly = Assembly::default();
            for (index, stamped) in self.records.iter().enumerate() {
                assembly.add(Position(index as u64), (*stamped.record).clone());
            }
            assembly.finish()
        })
    }
}

impl TurnSource for MemorySource {
    fn end(&self) -> Position {
        Position(self.records.len() as u64)
    }

    fn has_position(&self, at: Position) -> bool {
        at <= self.end()
    }

    fn turns_from(&self, from: Position, count: usize) -> io::Result<Vec<StoredTurn>> {
        Ok(self.turns().iter().filter(|stored| stored.at >= from).take(count).cloned().collect())
    }

    fn turns_before(&self, before: Position, count: usize) -> io::Result<Vec<StoredTurn>> {
        Ok(self.turns().iter().rev().filter(|stored| stored.at < before).take(count).cloned().collect())
    }

    fn until(&self, end: Position) -> Arc<dyn TurnSource> {
        let records = self.records[..self.records.len().min(end.0 as usize)].to_vec();
        Arc::new(Self::new(self.meta.clone(), records))
    }

    fn each_record(&self, each: &mut dyn FnMut(Record)) -> io::Result<()> {
        self.records.iter().for_each(|stamped| each((*stamped.record).clone()));
        Ok(())
    }

    fn summary(&self) -> io::Result<Summary> {
        let mut summary = Summary::default();
        summary.take_forwards(Record::Thread(self.meta.clone()));
        for stamped in &self.records {
            if summary.take_forwards((*stamped.record).clone()) {
                break;
            }
        }
        for stamped in self.records.iter().rev() {
            if summary.take_backwards(Some(stamped.at), (*stamped.record).clone()) {
                break;
            }
        }
        Ok(summary)
    }

    fn write_rollout(&self, file: &File) -> io::Result<()> {
        let records: Vec<_> = self.records.iter().map(|stamped| (*stamped.record).clone()).collect();
        write_lines(file, &records)
    }
}

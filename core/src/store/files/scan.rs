//! The lines of a file, from either end.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read},
    os::unix::fs::FileExt,
};

use super::super::io_stats::count_bytes;

/// How much is read at once from the end. Doubled where a line is longer.
const CHUNK: u64 = 64 << 10;

/// Lines before a place, the last one first.
#[derive(Debug)]
pub(super) struct Backward<'a> {
    file: &'a File,
    /// Where `held` begins in the file.
    start: u64,
    /// Bytes read and not handed out yet.
    held: Vec<u8>,
}

impl<'a> Backward<'a> {
    /// The lines that end at or before `end`.
    pub(super) fn new(file: &'a File, end: u64) -> Self {
        Self { file, start: end, held: Vec::new() }
    }

    /// The line before those handed out, and where it begins.
    pub(super) fn next(&mut self) -> io::Result<Option<(u64, Vec<u8>)>> {
        loop {
            // The held bytes end with the end of the line that is looked for.
            let body = self.held.len().saturating_sub(1);
            if let Some(at) = memchr::memrchr(b'\n', &self.held[..body]) {
                let line = self.held.split_off(at + 1);
                return Ok(Some((self.start + at as u64 + 1, line)));
            }
            if self.start == 0 {
                return Ok((!self.held.is_empty()).then(|| (0, std::mem::take(&mut self.held))));
            }
            let more = CHUNK.max(self.held.len() as u64).min(self.start);
            let mut bytes = vec![0; more as usize];
            self.file.read_exact_at(&mut bytes, self.start - more)?;
            count_bytes(more);
            bytes.append(&mut self.held);
            self.held = bytes;
            self.start -= more;
        }
    }
}

/// A part of a file. Does not move the file's own place, which others who read the same open file share.
#[derive(Debug)]
pub(super) struct Part<'a> {
    file: &'a File,
    from: u64,
    end: u64,
}

impl<'a> Part<'a> {
    pub(super) fn new(file: &'a File, from: u64, end: u64) -> Self {
        Self { file, from, end }
    }
}

impl Read for Part<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let wanted = (self.end.saturating_sub(self.from)).min(bytes.len() as u64) as usize;
        let read = self.file.read_at(&mut bytes[..wanted], self.from)?;
        self.from += read as u64;
        Ok(read)
    }
}

/// Lines from a place on.
#[derive(Debug)]
pub(super) struct Forward<'a> {
    reader: BufReader<Part<'a>>,
    at: u64,
}

impl<'a> Forward<'a> {
    /// The lines from `start` up to `end`.
    pub(super) fn new(file: &'a File, start: u64, end: u64) -> Self {
        Self { reader: BufReader::with_capacity(CHUNK as usize, Part::new(file, start, end)), at: start }
    }

    /// Reads the next line into `line` and tells where it begins; none at the end.
    pub(super) fn next(&mut self, line: &mut Vec<u8>) -> io::Result<Option<u64>> {
        line.clear();
        let read = self.reader.read_until(b'\n', line)?;
        count_bytes(read as u64);
        let at = self.at;
        self.at += read as u64;
        Ok((read > 0).then_some(at))
    }
}

/// The number of the line that begins at `at`, counted from 1. Reads all before it: for warnings only.
pub(super) fn line_number(file: &File, at: u64) -> io::Result<u64> {
    let (mut number, mut from) = (1, 0);
    let mut bytes = vec![0; CHUNK as usize];
    while from < at {
        let wanted = (at - from).min(CHUNK) as usize;
        let read = file.read_at(&mut bytes[..wanted], from)?;
        if read == 0 {
            break;
        }
        number += memchr::memchr_iter(b'\n', &bytes[..read]).count() as u64;
        from += read as u64;
    }
    Ok(number)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn file(text: &[u8]) -> File {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(text).unwrap();
        file
    }

    fn backward(text: &[u8]) -> Vec<(u64, String)> {
        let file = file(text);
        let mut lines = Backward::new(&file, text.len() as u64);
        let mut all = Vec::new();
        while let Some((at, line)) = lines.next().unwrap() {
            all.push((at, String::from_utf8(line).unwrap()));
        }
        all
    }

    #[test]
    fn both_ways_tell_the_same_lines() {
        let long = "x".repeat(3 * CHUNK as usize);
        for text in ["", "a\n", "a", "a\nb\n", "a\n\nb", "\n\n", &format!("a\n{long}\n{long}\nb\n{long}")] {
            let file = file(text.as_bytes());
            let mut lines = Forward::new(&file, 0, text.len() as u64);
            let (mut line, mut forward) = (Vec::new(), Vec::new());
            while let Some(at) = lines.next(&mut line).unwrap() {
                forward.push((at, String::from_utf8(line.clone()).unwrap()));
            }
            forward.reverse();
            assert_eq!(backward(text.as_bytes()), forward);
        }
    }

    #[test]
    fn lines_are_counted_from_one() {
        let file = file(b"a\nb\nc");
        for (at, number) in [(0, 1), (2, 2), (4, 3)] {
            assert_eq!(line_number(&file, at).unwrap(), number);
        }
    }
}

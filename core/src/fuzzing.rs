//! What the fuzz targets (`tests/fuzz-targets`) call of this crate's inside. No part of the interface.

use std::{io, path::Path};

use crate::{exec::parse::Script, model::sse::Splitter, store::Reader};

/// The events of a stream that arrives in pieces of that size: name and data of each. Less where it is no event stream.
pub fn sse(stream: &[u8], piece: usize) -> Vec<(Option<Vec<u8>>, Vec<u8>)> {
    let mut splitter = Splitter::default();
    let mut events = Vec::new();
    for chunk in stream.chunks(piece.max(1)) {
        let fed = splitter.feed(chunk, |frame| {
            events.push((frame.event.map(<[u8]>::to_vec), frame.data.into_owned()));
            true
        });
        if fed.is_err() {
            break;
        }
    }
    events
}

/// Reads a rollout in every way there is, and returns where its turns begin, read from the end in pages of that size.
pub fn rollout(path: &Path, page: usize) -> io::Result<Vec<u64>> {
    let reader = Reader::open(path)?;
    reader.head()?;
    reader.tail()?;
    reader.every(|_, _| {})?;
    reader.turns_from(reader.second_line()?, page)?;
    let (mut before, mut starts) = (reader.end(), Vec::new());
    loop {
        let turns = reader.turns_before(before, page)?;
        let Some(first) = turns.last() else { return Ok(starts) };
        assert!(first.at < before, "a page ends where the one after it begins");
        before = first.at;
        starts.extend(turns.iter().map(|turn| turn.at));
    }
}

/// What a shell script does, as far as the parser can tell.
pub fn script(text: &str) -> Option<Vec<Vec<String>>> {
    let script = Script::parse(text.to_owned());
    script.actions(Path::new("/"));
    // What is plain was understood, and what was not understood is dangerous.
    assert!(script.is_whole() || (script.is_dangerous() && script.plain_commands().is_none()));
    script.plain_commands().map(<[_]>::to_vec)
}

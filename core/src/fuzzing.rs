//! What the fuzz targets (`tests/fuzz-targets`) call of this crate's inside. No part of the interface.

use std::path::Path;

use codex_protocol::{ItemsView, TurnId};

use crate::{
    HistoryQuery,
    exec::parse::Script,
    model::sse::Splitter,
    patch::{FilePatch, Patch, changed},
    store::{FileStore, Scope, ThreadRef, ThreadStore},
};

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

/// Reads a rollout in every way there is, and returns its turns, read from the end in pages of that size.
pub fn rollout(path: &Path, page: usize) -> Result<Vec<TurnId>, Box<dyn std::error::Error>> {
    let store = FileStore::new(Path::new("/nonexistent"));
    let history = store.snapshot(&ThreadRef::Location(path.to_owned()), Scope::All)?;
    // That nothing says what thread it is, is an answer.
    drop(history.load());
    history.each_record(|_| {})?;
    history.items(&HistoryQuery::default(), None)?;
    let limit = u32::try_from(page)?;
    let (mut cursor, mut turns) = (None, Vec::new());
    loop {
        let query = HistoryQuery { cursor, limit: Some(limit), ascending: false };
        let page = history.turns(&query, ItemsView::Full)?;
        turns.extend(page.data.iter().map(|turn| turn.id));
        cursor = page.next_cursor;
        if cursor.is_none() {
            return Ok(turns);
        }
        assert!(!page.data.is_empty(), "a page that leads on has something");
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

/// Reads a patch and applies the changes of each of its files to that content. What comes out, for those that fit.
pub fn patch(text: &str, content: &[u8]) -> Vec<Vec<u8>> {
    let Ok(patch) = Patch::parse(text) else { return Vec::new() };
    let changed = patch.files.iter().filter_map(|file| match file {
        FilePatch::Update { path, chunks, .. } => changed(path, content, chunks).ok(),
        FilePatch::Add { .. } | FilePatch::Delete { .. } => None,
    });
    changed.collect()
}

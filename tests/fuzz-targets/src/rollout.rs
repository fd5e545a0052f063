//! A rollout: whatever stands in it, it is read to its end, and paging shows each turn once.

use std::{cell::LazyCell, fs};

use tempfile::NamedTempFile;

pub(crate) const CORPUS: &[&str] = &[
    include_str!("../../../core/tests/it/fixtures/reference-0.169.0.jsonl"),
    include_str!("../corpus/own.jsonl"),
];

/// Reads a rollout in every way there is, in pages of several sizes.
pub fn rollout(bytes: &[u8]) {
    thread_local! {
        static FILE: LazyCell<NamedTempFile> =
            LazyCell::new(|| NamedTempFile::new().expect("a scratch file can be made"));
    }
    FILE.with(|file| {
        fs::write(file.path(), bytes).expect("a scratch file can be written");
        let pages =
            [1, 2, 100].map(|page| codex_core::fuzzing::rollout(file.path(), page).expect("it can be read"));
        assert_eq!(pages[0], pages[1], "turns one by one and in pages of two");
        assert_eq!(pages[0], pages[2], "turns one by one and in one page");
    });
}

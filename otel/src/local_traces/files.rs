//! Reading what the file exporter wrote: every trace of a folder, or of one file.

use std::io;
use std::path::{Path, PathBuf};

use crate::export::rotated;
use crate::{SpanRecord, otlp_json};

/// Folder of the file exporter below the folder of configuration, where nothing else is configured.
pub const FOLDER: &str = "otel";
/// Spans stand in this file; rotated ones beside it.
const TRACES: &str = "traces.jsonl";

/// What was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TraceFiles {
    /// The spans, the oldest file first.
    pub spans: Vec<SpanRecord>,
    /// Lines that are no OTLP/JSON: torn by the end of a process, or not written by an exporter.
    pub skipped: usize,
}

/// The folder of the file exporter where nothing else is configured: `otel` in `CODEX_HOME`, else in `~/.codex`.
pub fn default_folder(env: &dyn Fn(&str) -> Option<String>) -> Option<PathBuf> {
    Some(home(env)?.join(FOLDER))
}

/// The folder of configuration: `CODEX_HOME`, else `~/.codex`.
pub(crate) fn home(env: &dyn Fn(&str) -> Option<String>) -> Option<PathBuf> {
    let set = |name| env(name).filter(|text| !text.is_empty()).map(PathBuf::from);
    set("CODEX_HOME").or_else(|| Some(set("HOME")?.join(".codex")))
}

/// Reads a file, or all trace files of a folder. A folder that has none gives nothing.
pub fn read(path: &Path) -> io::Result<TraceFiles> {
    let mut found = TraceFiles::default();
    if !path.is_dir() {
        found.add(&std::fs::read(path)?);
        return Ok(found);
    }
    let newest = path.join(TRACES);
    let older = (1..).map(|number| rotated(&newest, number)).take_while(|file| file.exists());
    let mut files: Vec<PathBuf> = std::iter::once(newest.clone()).chain(older).collect();
    files.reverse();
    for file in files {
        match std::fs::read(&file) {
            Ok(text) => found.add(&text),
            // Rotated away while we read.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

impl TraceFiles {
    fn add(&mut self, text: &[u8]) {
        for line in text.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty()) {
            match otlp_json::read(line) {
                Ok(spans) => self.spans.extend(spans),
                Err(_) => self.skipped += 1,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(name: &str) -> String {
        format!(r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{{"name":"{name}"}}]}}]}}]}}"#)
    }

    #[test]
    fn files_are_read_from_the_oldest_on_and_bad_lines_are_counted() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: String| std::fs::write(folder.path().join(name), text).unwrap();
        write("traces.2.jsonl", format!("{}\ntorn {{\n", line("a")));
        write("traces.1.jsonl", format!("{}\n\n", line("b")));
        write("traces.jsonl", line("c"));
        write("traces.4.jsonl", line("left behind"));
        write("metrics.jsonl", "{}".to_owned());
        let found = read(folder.path()).unwrap();
        let names: Vec<_> = found.spans.iter().map(|span| span.name.as_str()).collect();
        assert_eq!((names, found.skipped), (vec!["a", "b", "c"], 1));
        assert_eq!(read(&folder.path().join("traces.1.jsonl")).unwrap().spans.len(), 1);
    }

    #[test]
    fn an_empty_folder_has_no_traces_and_a_missing_file_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(read(folder.path()).unwrap(), TraceFiles::default());
        assert!(read(&folder.path().join("none.jsonl")).is_err());
    }
}

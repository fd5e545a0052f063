//! From the text of a line to what it says, in our own form or in that of the reference server.

use serde::{Deserialize, de::IgnoredAny};

use super::{
    super::record::{Line, Record, VERSION},
    codex_rollout,
};

/// What a line is.
#[derive(Debug)]
pub(super) enum ParsedLine {
    /// One record of ours, and when it was written in Unix milliseconds.
    Own { at: i64, record: Record },
    /// What a line of the reference server amounts to.
    Codex { at: Option<i64>, record: Option<Record> },
    /// A whole line that tells nothing here: blank, of a newer version, or of an unknown kind.
    Nothing,
    /// A torn or spoilt line.
    Spoilt,
}

/// Reads a line, with or without its end.
pub(super) fn parse_line(text: &[u8]) -> ParsedLine {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text).trim_ascii();
    if text.is_empty() {
        return ParsedLine::Nothing;
    }
    if let Ok(line) = serde_json::from_slice::<Line<Record>>(text) {
        return if line.v <= VERSION {
            ParsedLine::Own { at: line.at, record: line.record }
        } else {
            ParsedLine::Nothing
        };
    }
    if let Some(line) = codex_rollout::parse(text) {
        return line;
    }
    if serde_json::from_slice::<Any>(text).is_ok() { ParsedLine::Nothing } else { ParsedLine::Spoilt }
}

/// Any object with one of the marks of a rollout's line.
#[derive(Deserialize)]
#[expect(dead_code, reason = "only the shape is of interest")]
struct Any {
    #[serde(alias = "timestamp", alias = "type")]
    v: Option<IgnoredAny>,
}

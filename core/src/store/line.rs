//! From the text of a line to what it says, in our own form or in that of the reference server.

use serde::{Deserialize, de::IgnoredAny};

use super::{
    Record, foreign,
    record::{Line, VERSION},
};

/// What a line is.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "taken apart as soon as it is made")]
pub(crate) enum Said {
    /// One record of ours.
    Own(Record),
    /// Records that a line of the reference server amounts to. What the model saw is told apart from what clients saw.
    Foreign(Vec<Record>),
    /// A whole line that tells nothing here: blank, of a newer version, or of an unknown kind.
    Nothing,
    /// A torn or spoilt line.
    Spoilt,
}

/// Reads a line, with or without its end.
pub(crate) fn read_line(text: &[u8]) -> Said {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text).trim_ascii();
    if text.is_empty() {
        return Said::Nothing;
    }
    if let Ok(line) = serde_json::from_slice::<Line<Record>>(text) {
        return if line.v <= VERSION { Said::Own(line.record) } else { Said::Nothing };
    }
    if let Some(records) = foreign::read(text) {
        return Said::Foreign(records);
    }
    if serde_json::from_slice::<Any>(text).is_ok() { Said::Nothing } else { Said::Spoilt }
}

/// Any object with one of the marks of a rollout's line.
#[derive(Deserialize)]
#[expect(dead_code, reason = "only the shape is of interest")]
struct Any {
    #[serde(alias = "timestamp", alias = "type")]
    v: Option<IgnoredAny>,
}

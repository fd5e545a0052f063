//! Looking for words in a thread.

use std::path::Path;

use codex_protocol::{Thread, ThreadItemKind, UserInput};

use super::{Reader, Record};

/// How much of the text stands before and after the words in a snippet, in characters.
const AROUND: usize = 60;

/// Words that are looked for, whatever their case.
pub(super) struct Words {
    lower: String,
}

impl Words {
    pub(super) fn new(words: &str) -> Self {
        Self { lower: words.trim().to_lowercase() }
    }

    /// Where the words stand in a thread: its name first, then what was said.
    pub(super) fn find(&self, thread: &Thread) -> Option<String> {
        let shown = [thread.name.as_deref(), Some(thread.preview.as_str())];
        shown.into_iter().flatten().find_map(|text| self.snippet(text)).or_else(|| {
            let path = thread.path.as_deref()?;
            self.find_in(Path::new(path))
        })
    }

    fn find_in(&self, path: &Path) -> Option<String> {
        let mut found = None;
        let read = Reader::open(path).and_then(|reader| {
            reader.every(|_, record| {
                if found.is_none()
                    && let Record::Item { item, .. } = record
                {
                    found = match &item.kind {
                        ThreadItemKind::AgentMessage { text, .. } => self.snippet(text),
                        ThreadItemKind::UserMessage { content, .. } => {
                            content.iter().find_map(|input| match input {
                                UserInput::Text { text, .. } => self.snippet(text),
                                _ => None,
                            })
                        }
                        _ => None,
                    };
                }
            })
        });
        if let Err(error) = read {
            tracing::debug!(%error, path = %path.display(), "cannot search a rollout");
        }
        found
    }

    /// The words with what stands around them.
    fn snippet(&self, text: &str) -> Option<String> {
        let lower = text.to_lowercase();
        let at = lower.find(&self.lower)?;
        // Letters that are longer in lower case move the place by some bytes at most: it is counted in characters.
        let before = lower[..at].chars().count();
        let from = before.saturating_sub(AROUND);
        let length = (before - from) + self.lower.chars().count() + AROUND;
        Some(text.chars().skip(from).take(length).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_with_what_stands_around_them() {
        let words = Words::new(" NEEDLE ");
        assert_eq!(words.snippet("a needle here").as_deref(), Some("a needle here"));
        assert_eq!(words.snippet("nothing"), None);
        let long = format!("{}needle{}", "ä".repeat(100), "b".repeat(100));
        let snippet = words.snippet(&long).unwrap();
        assert_eq!(snippet.chars().count(), 2 * AROUND + 6);
        assert!(snippet.contains("needle"));
    }
}

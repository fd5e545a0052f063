//! Looking for words in a thread.

use codex_protocol::{Thread, ThreadItemKind, UserInput};

use super::Record;

/// How much of the text stands before and after the words in a snippet, in characters.
const CONTEXT_CHARS: usize = 60;

/// Words that are looked for, whatever their case.
pub(super) struct SearchTerm {
    lower: String,
}

impl SearchTerm {
    pub(super) fn new(words: &str) -> Self {
        Self { lower: words.trim().to_lowercase() }
    }

    /// The words in a thread's name or preview, with what stands around them.
    pub(super) fn find_in_thread(&self, thread: &Thread) -> Option<String> {
        let shown = [thread.name.as_deref(), Some(thread.preview.as_str())];
        shown.into_iter().flatten().find_map(|text| self.snippet(text))
    }

    /// The words in a message, with what stands around them.
    pub(super) fn find_in_record(&self, record: &Record) -> Option<String> {
        let Record::Item { item, .. } = record else { return None };
        match &item.kind {
            ThreadItemKind::AgentMessage { text, .. } => self.snippet(text),
            ThreadItemKind::UserMessage { content, .. } => content.iter().find_map(|input| match input {
                UserInput::Text { text, .. } => self.snippet(text),
                _ => None,
            }),
            _ => None,
        }
    }

    /// The words with what stands around them.
    fn snippet(&self, text: &str) -> Option<String> {
        let lower = text.to_lowercase();
        let at = lower.find(&self.lower)?;
        // Letters that are longer in lower case move the place by some bytes at most: it is counted in characters.
        let before = lower[..at].chars().count();
        let from = before.saturating_sub(CONTEXT_CHARS);
        let length = (before - from) + self.lower.chars().count() + CONTEXT_CHARS;
        Some(text.chars().skip(from).take(length).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_with_what_stands_around_them() {
        let term = SearchTerm::new(" NEEDLE ");
        assert_eq!(term.snippet("a needle here").as_deref(), Some("a needle here"));
        assert_eq!(term.snippet("nothing"), None);
        let long = format!("{}needle{}", "ä".repeat(100), "b".repeat(100));
        let snippet = term.snippet(&long).unwrap();
        assert_eq!(snippet.chars().count(), 2 * CONTEXT_CHARS + 6);
        assert!(snippet.contains("needle"));
    }
}

//! A command's output on its way: bytes to text, and how much of it is kept.

use std::collections::VecDeque;

/// Turns pieces of bytes into text; a character that is cut in two waits for its other half.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    half: Vec<u8>,
}

impl Decoder {
    /// The text of the next piece. What is no UTF-8 becomes U+FFFD.
    pub(super) fn push(&mut self, piece: &[u8]) -> String {
        self.half.extend_from_slice(piece);
        let whole = match std::str::from_utf8(&self.half) {
            Ok(_) => self.half.len(),
            // Only an error at the very end can still become a character.
            Err(_) => self.half.len() - unfinished(&self.half),
        };
        let text = String::from_utf8_lossy(&self.half[..whole]).into_owned();
        self.half.drain(..whole);
        text
    }

    /// What is left at the end.
    pub(super) fn finish(self) -> String {
        String::from_utf8_lossy(&self.half).into_owned()
    }
}

/// How many bytes at the end are the beginning of a character.
fn unfinished(bytes: &[u8]) -> usize {
    let from = bytes.len().saturating_sub(3);
    (from..bytes.len())
        .find(|&at| {
            std::str::from_utf8(&bytes[at..])
                .is_err_and(|error| error.valid_up_to() == 0 && error.error_len().is_none())
        })
        .map_or(0, |at| bytes.len() - at)
}

/// The first and the last part of a long text, each at most half of `limit` bytes.
#[derive(Debug)]
pub(crate) struct HeadTail {
    limit: usize,
    head: String,
    tail: VecDeque<String>,
    tail_bytes: usize,
    left_out: usize,
}

impl HeadTail {
    /// Keeps so many bytes at the most.
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, head: String::new(), tail: VecDeque::new(), tail_bytes: 0, left_out: 0 }
    }

    /// Adds to the end.
    pub(crate) fn push(&mut self, text: &str) {
        let half = self.limit / 2;
        let room = if self.tail.is_empty() { half.saturating_sub(self.head.len()) } else { 0 };
        let cut = floor(text, room);
        self.head.push_str(&text[..cut]);
        if cut == text.len() {
            return;
        }
        self.tail.push_back(text[cut..].to_owned());
        self.tail_bytes += text.len() - cut;
        while let Some(first) = self.tail.front_mut()
            && self.tail_bytes > half
        {
            let extra = self.tail_bytes - half;
            let gone = if extra >= first.len() { first.len() } else { ceil(first, extra) };
            self.left_out += gone;
            self.tail_bytes -= gone;
            if gone == first.len() {
                self.tail.pop_front();
            } else {
                first.drain(..gone);
            }
        }
    }

    /// The text; what is left out in the middle is said.
    pub(crate) fn text(&self) -> String {
        let mut text = self.head.clone();
        if self.left_out > 0 {
            text.extend(["\n[… ", &self.left_out.to_string(), " bytes left out …]\n"]);
        }
        text.extend(self.tail.iter().map(String::as_str));
        text
    }
}

/// A text cut down to about `limit` bytes: its beginning and its end.
pub(crate) fn shorten(text: &str, limit: usize) -> String {
    let mut kept = HeadTail::new(limit);
    kept.push(text);
    kept.text()
}

fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

fn ceil(text: &str, at: usize) -> usize {
    (at.min(text.len())..=text.len()).find(|&at| text.is_char_boundary(at)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_in_two_pieces_is_one_character() {
        let mut decoder = Decoder::default();
        let euro = "€".as_bytes();
        assert_eq!(decoder.push(&[b"a", &euro[..1]].concat()), "a");
        assert_eq!(decoder.push(&euro[1..2]), "");
        assert_eq!(decoder.push(&[&euro[2..], b"b"].concat()), "€b");
        assert_eq!(decoder.push(&[0xff, b'c']), "\u{fffd}c");
        assert_eq!(decoder.push(&euro[..2]), "");
        assert_eq!(decoder.finish(), "\u{fffd}");
    }

    #[test]
    fn a_long_text_keeps_its_ends_and_says_what_is_missing() {
        assert_eq!(shorten("short", 100), "short");
        assert_eq!(shorten("0123456789", 6), "012\n[… 4 bytes left out …]\n789");
        // Never in the middle of a character.
        assert_eq!(shorten("€€€€", 8), "€\n[… 6 bytes left out …]\n€");
        let mut kept = HeadTail::new(10);
        (0..1000).for_each(|number| kept.push(&number.to_string()));
        let text = kept.text();
        assert!(text.starts_with("01234") && text.ends_with("98999"), "{text}");
    }
}

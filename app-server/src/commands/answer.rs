//! What the agent says, on standard output.

use std::io::{self, IsTerminal, Write};

use super::terminal::printable;

/// What the agent says, on standard output: as it comes where somebody watches, else message by message, so that nothing
/// which is said again is printed twice. Each message ends its line.
pub(super) struct Answer<W> {
    out: W,
    /// Whether somebody watches.
    live: bool,
    /// The item whose text is being printed.
    open: Option<String>,
    /// A message that has ended, and is not printed yet: it may be said again.
    ended: Option<String>,
}

impl Answer<io::Stdout> {
    /// On standard output.
    pub(super) fn new() -> Self {
        Self { live: io::stdout().is_terminal(), out: io::stdout(), open: None, ended: None }
    }
}

impl<W: Write> Answer<W> {
    /// More of a message.
    pub(super) fn delta(&mut self, item: &str, text: &str) {
        self.settle();
        if self.live {
            if self.open.as_deref() != Some(item) {
                self.end_line();
                self.open = Some(item.to_owned());
            }
            self.write(text);
        }
    }

    /// A message has ended, whole or where its stream broke.
    pub(super) fn message(&mut self, item: &str, text: &str) {
        self.settle();
        if self.open.as_deref() == Some(item) {
            self.end_line();
        } else if !text.is_empty() {
            self.ended = Some(text.to_owned());
        }
    }

    /// The model is asked again: what ended just now broke off.
    pub(super) fn retried(&mut self) {
        self.ended = None;
        self.end_line();
    }

    /// Nothing more comes of what was said.
    pub(super) fn settle(&mut self) {
        if let Some(text) = self.ended.take() {
            self.end_line();
            self.write(&text);
            self.write("\n");
        }
    }

    /// Ends the last line, if there is one.
    pub(super) fn end(&mut self) {
        self.settle();
        self.end_line();
    }

    fn end_line(&mut self) {
        if self.open.take().is_some() {
            self.write("\n");
        }
    }

    fn write(&mut self, text: &str) {
        // A reader that went away does not end the turn.
        let _ = self.out.write_all(printable(text).as_bytes()).and_then(|()| self.out.flush());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(live: bool, say: impl FnOnce(&mut Answer<Vec<u8>>)) -> String {
        let mut answer = Answer { out: Vec::new(), live, open: None, ended: None };
        say(&mut answer);
        answer.end();
        String::from_utf8(answer.out).unwrap()
    }

    #[test]
    fn a_message_is_printed_once_with_or_without_deltas() {
        for live in [true, false] {
            let with = printed(live, |answer| {
                answer.delta("a", "Hello ");
                answer.delta("a", "there");
                answer.message("a", "Hello there");
            });
            assert_eq!(with, "Hello there\n");
            assert_eq!(printed(live, |answer| answer.message("a", "Hello there")), "Hello there\n");
        }
    }

    #[test]
    fn messages_are_apart() {
        for live in [true, false] {
            let two = printed(live, |answer| {
                answer.delta("a", "First part");
                answer.message("a", "First part");
                answer.message("b", "Second part");
            });
            assert_eq!(two, "First part\nSecond part\n");
        }
    }

    #[test]
    fn what_broke_off_and_is_said_again_is_printed_once() {
        let twice = |answer: &mut Answer<Vec<u8>>| {
            answer.delta("a", "Hello");
            answer.message("a", "Hello");
            answer.retried();
            answer.delta("b", "Hello there");
            answer.message("b", "Hello there");
        };
        assert_eq!(printed(false, twice), "Hello there\n");
        assert_eq!(printed(true, twice), "Hello\nHello there\n");
    }

    #[test]
    fn a_message_that_was_interrupted_is_printed_as_far_as_it_came() {
        let interrupted = |answer: &mut Answer<Vec<u8>>| {
            answer.delta("a", "one");
            answer.message("a", "one");
        };
        assert_eq!(printed(false, interrupted), "one\n");
        assert_eq!(printed(true, |answer| answer.delta("a", "one")), "one\n");
    }
}

//! Whoever is at the terminal: asked whether a command may run.

use std::{
    io::{self, IsTerminal},
    os::fd::OwnedFd,
    thread::JoinHandle,
};

use codex_app_server_protocol::approval::CommandApprovalParams;
use codex_protocol::CommandDecision;
use rustix::{
    event::{PollFd, PollFlags, poll},
    termios::{QueueSelector, tcflush},
};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::question::question;

/// What can be answered, and how.
const CHOICES: &str = "[y]es, [a]lways for this very command in this session, [n]o, or [c]ancel the turn";

/// The longest line that a terminal hands over.
const LINE: usize = 4096;

/// Whoever is at the terminal, if anybody is.
pub(super) struct User {
    there: bool,
    /// What is typed since the last question was put.
    typing: Option<Typing>,
}

impl User {
    /// Nobody: what has to be asked is not done.
    pub(super) fn nobody() -> Self {
        Self { there: false, typing: None }
    }

    /// Somebody, if questions can be seen and answers be typed.
    pub(super) fn at_terminal() -> Self {
        Self { there: io::stdin().is_terminal() && io::stderr().is_terminal(), typing: None }
    }

    /// Puts the question; false where nobody is there.
    pub(super) fn ask(&mut self, asked: &CommandApprovalParams) -> bool {
        self.there && rustix::io::dup(io::stdin()).is_ok_and(|terminal| self.ask_at(terminal, asked).is_ok())
    }

    /// What was typed before the question stood there is no answer to it.
    fn ask_at(&mut self, terminal: OwnedFd, asked: &CommandApprovalParams) -> io::Result<()> {
        // Ended before anything is forgotten: its read would wait for the next line, and take it.
        self.typing = None;
        eprint!("{}{CHOICES}: ", question(asked));
        tcflush(&terminal, QueueSelector::IFlush)?;
        self.typing = Some(Typing::read(terminal)?);
        Ok(())
    }

    /// The decision on what was asked last; none once nothing more can be typed.
    pub(super) async fn decision(&mut self) -> Option<CommandDecision> {
        let lines = &mut self.typing.as_mut()?.lines;
        while let Some(line) = lines.recv().await {
            match line.trim().to_lowercase().as_str() {
                "y" | "yes" => return Some(CommandDecision::Accept),
                "a" | "always" => return Some(CommandDecision::AcceptForSession),
                "n" | "no" => return Some(CommandDecision::Decline),
                "c" | "cancel" => return Some(CommandDecision::Cancel),
                _ => eprint!("{CHOICES}: "),
            }
        }
        self.there = false;
        None
    }
}

/// Lines as they are typed, read by a thread that ends with this.
struct Typing {
    lines: UnboundedReceiver<String>,
    /// Closing it wakes the thread.
    stop: Option<io::PipeWriter>,
    thread: Option<JoinHandle<()>>,
}

impl Typing {
    fn read(terminal: OwnedFd) -> io::Result<Self> {
        let (stopped, stop) = io::pipe()?;
        let (tx, lines) = unbounded_channel();
        let thread = std::thread::Builder::new()
            .name("typing".to_owned())
            .spawn(move || read_lines(&terminal, &stopped, &tx))?;
        Ok(Self { lines, stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Typing {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            // It does not panic, and it has nothing to say.
            let _ = thread.join();
        }
    }
}

/// A terminal hands over one whole line at a time.
fn read_lines(terminal: &OwnedFd, stopped: &io::PipeReader, lines: &UnboundedSender<String>) {
    let mut line = [0; LINE];
    loop {
        let mut polled = [PollFd::new(terminal, PollFlags::IN), PollFd::new(stopped, PollFlags::IN)];
        if poll(&mut polled, None).is_err() || !polled[1].revents().is_empty() {
            return;
        }
        match rustix::io::read(terminal, &mut line) {
            Ok(read @ 1..) if lines.send(String::from_utf8_lossy(&line[..read]).into_owned()).is_ok() => {}
            _ => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsFd;

    use rustix::pty::{OpenptFlags, grantpt, ioctl_tiocgptpeer, openpt, unlockpt};

    use super::*;

    /// A terminal and its keyboard.
    fn pty() -> (OwnedFd, OwnedFd) {
        let keyboard = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&keyboard).unwrap();
        unlockpt(&keyboard).unwrap();
        let terminal = ioctl_tiocgptpeer(&keyboard, OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        (terminal, keyboard)
    }

    fn type_in(keyboard: impl AsFd, text: &str) {
        rustix::io::write(keyboard, text.as_bytes()).unwrap();
    }

    #[tokio::test]
    async fn answers_are_letters_or_words_and_anything_else_is_asked_again() {
        let (terminal, keyboard) = pty();
        let mut user = User { there: true, typing: Some(Typing::read(terminal).unwrap()) };
        let mut decisions = Vec::new();
        for lines in ["what?\n\n Y \n", "always\n", "n\n", "cancel\n"] {
            type_in(&keyboard, lines);
            decisions.push(user.decision().await.unwrap().name());
        }
        assert_eq!(decisions, ["accept", "acceptForSession", "decline", "cancel"]);
        // The end of input.
        type_in(&keyboard, "\u{4}");
        assert!(user.decision().await.is_none() && !user.there, "nothing more can be typed");
    }

    #[tokio::test]
    async fn what_was_typed_before_the_question_is_no_answer() {
        let (terminal, keyboard) = pty();
        let mut user = User { there: true, typing: None };
        for _ in 0..2 {
            type_in(&keyboard, "y\nalways\nye");
            user.ask_at(terminal.try_clone().unwrap(), &asked()).unwrap();
            type_in(&keyboard, "n\n");
            assert_eq!(user.decision().await.unwrap().name(), "decline");
        }
    }

    fn asked() -> CommandApprovalParams {
        let question = r#"{"threadId":"01a1f89e-142b-7df0-966b-6cf66c692aae","turnId":"01a1f89e-142b-7df0-966b-6cf66c692aae","itemId":"i","startedAtMs":1}"#;
        serde_json::from_str(question).unwrap()
    }

    #[test]
    fn nobody_is_asked_nothing() {
        assert!(!User::nobody().ask(&asked()));
    }
}

//! Whoever is at the terminal: asked whether a command may run.

use std::io::{self, BufRead, IsTerminal};

use codex_app_server_protocol::approval::CommandApprovalParams;
use codex_protocol::CommandDecision;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::terminal::printable;

/// What can be answered, and how.
const CHOICES: &str = "[y]es, [a]lways in this session, [n]o, or [c]ancel the turn";

/// Whoever is at the terminal, if anybody is.
pub(super) struct User {
    there: bool,
    /// What is typed; read only once something was asked.
    lines: Option<UnboundedReceiver<String>>,
}

impl User {
    /// Nobody: what has to be asked is not done.
    pub(super) fn nobody() -> Self {
        Self { there: false, lines: None }
    }

    /// Somebody, if questions can be seen and answers be typed.
    pub(super) fn at_terminal() -> Self {
        Self { there: io::stdin().is_terminal() && io::stderr().is_terminal(), lines: None }
    }

    /// Puts the question; false where nobody is there.
    pub(super) fn ask(&mut self, question: &CommandApprovalParams) -> bool {
        if self.there {
            let command = question.command.as_deref().unwrap_or("a command");
            let reason = question.reason.as_deref().map(|reason| format!("\n  {reason}")).unwrap_or_default();
            eprint!("\nMay this run? {}{}\n{CHOICES}: ", printable(command), printable(&reason));
            self.lines.get_or_insert_with(read_lines);
        }
        self.there
    }

    /// The decision on what was asked last; none once nothing more can be typed.
    pub(super) async fn decision(&mut self) -> Option<CommandDecision> {
        let lines = self.lines.as_mut()?;
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

/// Reads lines on a thread of its own, which ends with the process: a read of a terminal cannot be given up.
fn read_lines() -> UnboundedReceiver<String> {
    let (tx, rx) = unbounded_channel();
    std::thread::spawn(move || {
        for line in io::stdin().lock().lines().map_while(Result::ok) {
            if tx.send(line).is_err() {
                return;
            }
        }
    });
    rx
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn answers_are_letters_or_words_and_anything_else_is_asked_again() {
        let (tx, rx) = unbounded_channel();
        let mut user = User { there: true, lines: Some(rx) };
        for line in ["what?", "", " Y ", "always", "n", "cancel"] {
            tx.send(line.to_owned()).unwrap();
        }
        drop(tx);
        let mut decisions = Vec::new();
        while let Some(decision) = user.decision().await {
            decisions.push(decision.name());
        }
        assert_eq!(decisions, ["accept", "acceptForSession", "decline", "cancel"]);
        assert!(!user.there, "nothing more can be typed");
    }

    #[test]
    fn nobody_is_asked_nothing() {
        let question = r#"{"threadId":"01a1f89e-142b-7df0-966b-6cf66c692aae","turnId":"01a1f89e-142b-7df0-966b-6cf66c692aae","itemId":"i","startedAtMs":1}"#;
        assert!(!User::nobody().ask(&serde_json::from_str(question).unwrap()));
    }
}

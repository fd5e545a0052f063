//! The questions of a thread that wait for the user, and what the user allowed for as long as it is loaded.

use std::{
    collections::{HashMap, HashSet},
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use codex_protocol::{CommandDecision, QuestionId};
use tokio::sync::oneshot;

/// What was allowed: this script in this folder.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Grant {
    pub(crate) script: String,
    pub(crate) cwd: PathBuf,
}

/// The questions of a thread.
#[derive(Debug, Default)]
pub(crate) struct Questions {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    waiting: HashMap<QuestionId, oneshot::Sender<Option<CommandDecision>>>,
    granted: HashSet<Grant>,
    /// First words of commands, each list on its own.
    prefixes: Vec<Vec<String>>,
}

/// A question that waits. Dropping it takes it back.
#[derive(Debug)]
pub(crate) struct Waiting {
    questions: Arc<Questions>,
    id: QuestionId,
    answer: oneshot::Receiver<Option<CommandDecision>>,
}

impl Questions {
    /// Puts a question.
    pub(crate) fn open(self: &Arc<Self>, id: QuestionId) -> Waiting {
        let (tx, answer) = oneshot::channel();
        self.inner().waiting.insert(id, tx);
        Waiting { questions: Arc::clone(self), id, answer }
    }

    /// Answers a question, or says that nobody can. False when it waits no more, so that only the first answer counts.
    pub(crate) fn answer(&self, id: QuestionId, decision: Option<CommandDecision>) -> bool {
        let waiting = self.inner().waiting.remove(&id);
        waiting.is_some_and(|answer| answer.send(decision).is_ok())
    }

    /// Keeps what the user allowed beyond this once.
    pub(crate) fn grant(&self, decision: &CommandDecision, grant: Grant) {
        match decision {
            CommandDecision::AcceptForSession => {
                self.inner().granted.insert(grant);
            }
            // No words would be the beginning of everything.
            CommandDecision::AcceptWithExecpolicyAmendment { execpolicy_amendment }
                if !execpolicy_amendment.is_empty() =>
            {
                self.inner().prefixes.push(execpolicy_amendment.clone());
            }
            _ => {}
        }
    }

    /// Whether the user allowed this for as long as the thread is loaded.
    pub(crate) fn is_granted(&self, grant: &Grant) -> bool {
        self.inner().granted.contains(grant)
    }

    /// Whether the user allowed whatever begins as each of these commands does.
    pub(crate) fn covers(&self, commands: &[Vec<String>]) -> bool {
        let inner = self.inner();
        commands.iter().all(|words| inner.prefixes.iter().any(|prefix| words.starts_with(prefix)))
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    /// The user's decision; none where nobody can answer.
    pub(crate) async fn answered(&mut self) -> Option<CommandDecision> {
        // The sender lives until it has answered, or this is dropped.
        (&mut self.answer).await.unwrap_or_default()
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.questions.inner().waiting.remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant(script: &str) -> Grant {
        Grant { script: script.to_owned(), cwd: PathBuf::from("/w") }
    }

    #[tokio::test]
    async fn the_first_answer_counts_and_no_other() {
        let questions = Arc::new(Questions::default());
        let mut waiting = questions.open(QuestionId(1));
        assert!(!questions.answer(QuestionId(2), Some(CommandDecision::Accept)), "never asked");
        assert!(questions.answer(QuestionId(1), Some(CommandDecision::Decline)));
        assert!(!questions.answer(QuestionId(1), Some(CommandDecision::Accept)));
        assert_eq!(waiting.answered().await, Some(CommandDecision::Decline));
    }

    #[test]
    fn a_question_taken_back_takes_no_answer() {
        let questions = Arc::new(Questions::default());
        drop(questions.open(QuestionId(1)));
        assert!(!questions.answer(QuestionId(1), None));
    }

    #[test]
    fn a_grant_covers_what_was_asked_and_nothing_beside_it() {
        let questions = Questions::default();
        questions.grant(&CommandDecision::Accept, grant("touch a"));
        assert!(!questions.is_granted(&grant("touch a")), "once is once");
        questions.grant(&CommandDecision::AcceptForSession, grant("touch a"));
        assert!(questions.is_granted(&grant("touch a")));
        assert!(!questions.is_granted(&grant("touch b")));
        let elsewhere = Grant { cwd: PathBuf::from("/x"), ..grant("touch a") };
        assert!(!questions.is_granted(&elsewhere));
    }

    #[test]
    fn a_beginning_covers_scripts_of_such_commands_alone() {
        let questions = Questions::default();
        let words = |words: &str| words.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let covers =
            |commands: &[&str]| questions.covers(&commands.iter().copied().map(words).collect::<Vec<_>>());
        let empty = CommandDecision::AcceptWithExecpolicyAmendment { execpolicy_amendment: Vec::new() };
        questions.grant(&empty, grant("x"));
        assert!(!covers(&["x"]), "no words are no beginning");
        let amendment =
            CommandDecision::AcceptWithExecpolicyAmendment { execpolicy_amendment: words("cargo test") };
        questions.grant(&amendment, grant("cargo test"));
        assert!(covers(&["cargo test -p core"]));
        assert!(!covers(&["cargo test", "rm a"]));
        assert!(!covers(&["cargo build"]));
    }
}

//! Questions to the user: how one is put, and those that wait for their answer.

use std::{
    collections::HashMap,
    sync::atomic::{AtomicI64, Ordering},
};

use codex_protocol::{
    Answer, EventMsg, Question, QuestionId, QuestionRequest, ThreadActiveFlag, ThreadStatus, TurnId,
};
use tokio::sync::oneshot;

/// The numbers of the questions of this process.
#[derive(Debug, Default)]
pub(crate) struct QuestionIds(AtomicI64);

impl QuestionIds {
    /// A number that no other question of this process has.
    fn next(&self) -> QuestionId {
        QuestionId(self.0.fetch_add(1, Ordering::Relaxed))
    }
}

/// What whoever asks tells the owner of the questions.
pub(crate) enum QuestionMessage {
    /// What the turn waits for; none where it no longer waits.
    SetWaiting { waiting: Option<ThreadActiveFlag>, done: oneshot::Sender<()> },
    /// A question is about to be put.
    Opened { id: QuestionId, request: QuestionRequest, answer: oneshot::Sender<Option<Answer>> },
}

/// How a turn asks the user.
#[derive(Clone, Copy)]
pub(crate) struct Asker<'a> {
    pub(crate) turn_id: TurnId,
    pub(crate) ids: &'a QuestionIds,
    /// Reaches the owner of the questions.
    pub(crate) send: &'a (dyn Fn(QuestionMessage) + Send + Sync),
    /// Those who follow the thread.
    pub(crate) followers: &'a dyn Followers,
}

/// Those who follow a thread.
pub(crate) trait Followers: Send + Sync {
    /// Tells them.
    fn emit(&self, msg: EventMsg);
}

impl Asker<'_> {
    /// Notes what the turn waits for. Those who follow the thread are told.
    pub(crate) async fn set_waiting(&self, waiting: Option<ThreadActiveFlag>) {
        let (done, noted) = oneshot::channel();
        (self.send)(QuestionMessage::SetWaiting { waiting, done });
        // Noted first: whoever is told and asks then hears the same. A thread that is gone notes nothing.
        let _: Result<(), _> = noted.await;
        let active_flags = waiting.into_iter().collect();
        self.followers.emit(EventMsg::StatusChanged(ThreadStatus::Active { active_flags }));
    }

    /// Puts a question. None where nobody can answer it. Dropping the future takes the question back; however the wait
    /// ends, those who were asked are told.
    pub(crate) async fn ask(&self, started_at_ms: i64, request: QuestionRequest) -> Option<Answer> {
        let id = self.ids.next();
        let (tx, answer) = oneshot::channel();
        // The owner knows of it before anybody can answer.
        (self.send)(QuestionMessage::Opened { id, request: request.clone(), answer: tx });
        let _asked = Asked { followers: self.followers, id };
        let question = Question { id, turn_id: self.turn_id, started_at_ms, request };
        self.followers.emit(EventMsg::QuestionAsked(Box::new(question)));
        answer.await.ok()?
    }
}

/// A question that was put.
struct Asked<'a> {
    followers: &'a dyn Followers,
    id: QuestionId,
}

impl Drop for Asked<'_> {
    fn drop(&mut self) {
        self.followers.emit(EventMsg::QuestionResolved(self.id));
    }
}

/// The questions of a thread that wait for an answer.
#[derive(Debug, Default)]
pub(crate) struct PendingQuestions {
    waiting: HashMap<QuestionId, (QuestionRequest, oneshot::Sender<Option<Answer>>)>,
}

impl PendingQuestions {
    /// A question that is about to be put.
    pub(crate) fn open(
        &mut self,
        id: QuestionId,
        request: QuestionRequest,
        answer: oneshot::Sender<Option<Answer>>,
    ) {
        // Those that were taken back wait for nothing.
        self.waiting.retain(|_, (_, answer)| !answer.is_closed());
        self.waiting.insert(id, (request, answer));
    }

    /// Answers a question, or says that nobody can. False when it waits no more, so that only the first answer counts, and
    /// for an answer of another kind.
    pub(crate) fn answer(&mut self, id: QuestionId, answer: Option<Answer>) -> bool {
        let fits = |request: &QuestionRequest| answer.as_ref().is_none_or(|answer| request.takes(answer));
        if !self.waiting.get(&id).is_some_and(|(request, _)| fits(request)) {
            return false;
        }
        self.waiting.remove(&id).is_some_and(|(_, waiting)| waiting.send(answer).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use codex_protocol::{CommandApproval, CommandDecision, ItemId, PatchDecision};

    use super::*;

    fn command() -> QuestionRequest {
        let (command, cwd) = ("touch a".to_owned(), "/w".to_owned());
        let item_id = ItemId::from("call");
        CommandApproval { item_id, command, cwd, actions: Vec::new(), reason: None, decisions: Vec::new() }
            .into()
    }

    fn decision(decision: CommandDecision) -> Answer {
        Answer::Command(decision)
    }

    #[tokio::test]
    async fn the_first_answer_counts_and_no_other() {
        let mut questions = PendingQuestions::default();
        let (tx, waiting) = oneshot::channel();
        questions.open(QuestionId(1), command(), tx);
        assert!(!questions.answer(QuestionId(2), Some(decision(CommandDecision::Accept))), "never asked");
        assert!(!questions.answer(QuestionId(1), Some(Answer::Patch(PatchDecision::Accept))), "not its kind");
        assert!(questions.answer(QuestionId(1), Some(decision(CommandDecision::Decline))));
        assert!(!questions.answer(QuestionId(1), Some(decision(CommandDecision::Accept))));
        assert_eq!(waiting.await.unwrap(), Some(decision(CommandDecision::Decline)));
    }

    #[test]
    fn a_question_taken_back_takes_no_answer() {
        let mut questions = PendingQuestions::default();
        let (tx, waiting) = oneshot::channel();
        questions.open(QuestionId(1), command(), tx);
        drop(waiting);
        assert!(!questions.answer(QuestionId(1), None));
        let (tx, _waiting) = oneshot::channel();
        questions.open(QuestionId(2), command(), tx);
        assert_eq!(questions.waiting.len(), 1, "what nobody waits for is forgotten");
    }
}

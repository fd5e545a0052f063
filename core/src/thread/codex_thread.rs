//! The handle of a loaded thread.

use std::sync::Arc;

use codex_protocol::{Op, SubmissionId, Thread, ThreadId, Turn, TurnId, UserInput, UserTurn};

use super::{EventSink, Hold, InterruptError, SteerError, SubmitError, SubscriberId, ThreadSettings};

/// A loaded thread.
pub struct CodexThread {
    id: ThreadId,
}

impl CodexThread {
    /// The thread's id.
    pub fn id(&self) -> ThreadId {
        self.id
    }

    /// The thread as clients see it, without its turns.
    pub fn info(&self) -> Thread {
        todo!()
    }

    /// How the thread works now.
    pub fn settings(&self) -> ThreadSettings {
        todo!()
    }

    /// Gives the thread an order. The caller's trace context goes with it by itself.
    pub fn submit(&self, _op: Op) -> Result<SubmissionId, SubmitError> {
        todo!()
    }

    /// As [`submit`](Self::submit); the loop begins with it only when the hold is dropped.
    pub fn submit_held(&self, _op: Op) -> Result<(SubmissionId, Hold), SubmitError> {
        todo!()
    }

    /// Starts a turn, or adds the input to the running one. Nothing is emitted for it until the hold is dropped.
    pub async fn start_turn(&self, _turn: UserTurn) -> Result<(Turn, Hold), SubmitError> {
        todo!()
    }

    /// Adds input to the running turn, if it is the one that the caller expects.
    pub async fn steer(
        &self,
        expected: &str,
        input: Vec<UserInput>,
        client_id: Option<String>,
    ) -> Result<TurnId, SteerError> {
        self.steer_held(expected, input, client_id).await.map(|(turn, _hold)| turn)
    }

    /// As [`steer`](Self::steer); nothing is emitted for the input until the hold is dropped.
    pub async fn steer_held(
        &self,
        _expected: &str,
        _input: Vec<UserInput>,
        _client_id: Option<String>,
    ) -> Result<(TurnId, Hold), SteerError> {
        todo!()
    }

    /// Ends the running turn, if it is the one that the caller expects. Returns when the turn has been told.
    pub async fn interrupt(&self, expected: &str) -> Result<(), InterruptError> {
        self.interrupt_held(expected).await.map(drop)
    }

    /// As [`interrupt`](Self::interrupt); the turn's end is emitted only when the hold is dropped.
    pub async fn interrupt_held(&self, _expected: &str) -> Result<Hold, InterruptError> {
        todo!()
    }

    /// Adds a subscriber, or gives the one of that number another sink.
    pub fn subscribe(&self, _subscriber: SubscriberId, _sink: Arc<dyn EventSink>) {
        todo!()
    }

    /// Removes a subscriber; false when there was none of that number.
    pub fn unsubscribe(&self, _subscriber: SubscriberId) -> bool {
        todo!()
    }
}

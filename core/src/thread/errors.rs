//! Why a thread does not take an order.

use codex_protocol::TurnId;

use crate::PermissionsError;

/// Why a submission was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SubmitError {
    /// The thread's loop has ended.
    #[error("the thread is closed")]
    Closed,
    /// Too many submissions wait already.
    #[error("the thread has too many submissions waiting: retry later")]
    Full,
    /// The user's text is longer than a model could read.
    #[error("input exceeds the maximum length of {max_chars} characters")]
    InputTooLarge {
        /// How many characters are taken.
        max_chars: usize,
        /// How many there are.
        actual_chars: usize,
    },
}

/// Why a turn was not started.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StartTurnError {
    /// The permission profile that is asked for cannot be used.
    #[error(transparent)]
    Permissions(#[from] PermissionsError),
    /// The thread did not take it.
    #[error(transparent)]
    Submit(#[from] SubmitError),
}

/// Why input was not added to a turn.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SteerError {
    /// The caller does not say which turn it means.
    #[error("expectedTurnId must not be empty")]
    NoExpectedTurn,
    /// There is nothing to add.
    #[error("input must not be empty")]
    EmptyInput,
    /// No turn is running.
    #[error("no active turn to steer")]
    NoActiveTurn,
    /// Another turn is running than the caller thinks.
    #[error("expected active turn id `{expected}` but found `{active}`")]
    OtherTurn {
        /// The turn that the caller named.
        expected: String,
        /// The turn that is running.
        active: TurnId,
    },
    /// The thread did not take it.
    #[error(transparent)]
    Submit(#[from] SubmitError),
}

/// Why a turn was not interrupted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InterruptError {
    /// No turn is running.
    #[error("no active turn to interrupt")]
    NoActiveTurn,
    /// Another turn is running than the caller thinks.
    #[error("expected active turn id {expected} but found {active}")]
    OtherTurn {
        /// The turn that the caller named.
        expected: String,
        /// The turn that is running.
        active: TurnId,
    },
    /// The thread did not take it.
    #[error(transparent)]
    Submit(#[from] SubmitError),
}

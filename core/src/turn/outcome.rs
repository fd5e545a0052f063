//! How a turn can end.

use std::borrow::Cow;

use codex_protocol::{CodexErrorInfo, ThreadStatus, TurnError, TurnStatus};

use super::sink::WriteFailed;
use crate::{model::ModelError, tools::ToolFailure};

/// How a turn ended.
#[derive(Clone, Debug)]
pub(super) enum Outcome {
    /// The model gave its answer.
    Completed,
    /// Somebody ended it.
    Interrupted,
    /// Something went wrong.
    Failed { error: Box<TurnError>, kind: Cow<'static, str> },
    /// Its task was dropped.
    Aborted,
    /// Its task panicked.
    Panicked,
}

impl Outcome {
    /// A model request failed for good, after so many repetitions.
    pub(super) fn model(error: &ModelError, retried: u32) -> Self {
        Self::Failed { error: Box::new(error.fatal(retried)), kind: error.kind() }
    }

    /// The conversation cannot be read or written.
    pub(super) fn store(failed: &WriteFailed) -> Self {
        let text = failed.to_string();
        let message = text[..1].to_uppercase() + &text[1..];
        Self::Failed { error: Box::new(internal(&message)), kind: "store".into() }
    }

    /// A tool ended the turn.
    pub(super) fn tool(failure: &ToolFailure) -> Self {
        match failure {
            ToolFailure::Panicked { tool } => Self::Failed {
                error: Box::new(internal(&format!("The tool `{tool}` failed inside the server"))),
                kind: "panic".into(),
            },
            ToolFailure::Cancelled => Self::Interrupted,
            ToolFailure::Store { reason } => Self::store(&WriteFailed { reason: reason.clone() }),
        }
    }

    /// The turn's status.
    pub(super) fn status(&self) -> TurnStatus {
        match self {
            Self::Completed => TurnStatus::Completed,
            Self::Interrupted | Self::Aborted => TurnStatus::Interrupted,
            Self::Failed { .. } | Self::Panicked => TurnStatus::Failed,
        }
    }

    /// The thread's status after it.
    pub(super) fn thread_status(&self) -> ThreadStatus {
        match self.status() {
            TurnStatus::Failed => ThreadStatus::SystemError,
            _ => ThreadStatus::Idle,
        }
    }

    /// What went wrong, and of what kind it is.
    pub(super) fn error(&self) -> Option<(TurnError, Cow<'static, str>)> {
        match self {
            Self::Failed { error, kind } => Some(((**error).clone(), kind.clone())),
            Self::Panicked => Some((internal("The turn failed inside the server"), "panic".into())),
            Self::Completed | Self::Interrupted | Self::Aborted => None,
        }
    }
}

/// Our own failure: what it was stands in the log.
fn internal(message: &str) -> TurnError {
    TurnError {
        message: message.to_owned(),
        codex_error_info: Some(CodexErrorInfo::Other),
        additional_details: None,
        misalignment: None,
    }
}

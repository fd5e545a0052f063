//! How a turn can end.

use std::borrow::Cow;

use codex_protocol::{CodexErrorInfo, ThreadStatus, TurnError, TurnStatus};

use super::InterruptedBy;
use crate::{model::ModelError, store::StoreError, tools::ToolFailure};

/// How a turn ended.
#[derive(Clone, Debug)]
pub(crate) enum Outcome {
    /// The model gave its answer.
    Completed,
    /// Somebody ended it.
    Interrupted {
        /// Who, where the turn itself knows; else the thread does.
        by: Option<InterruptedBy>,
    },
    /// Something went wrong.
    Failed { error: Box<TurnError>, kind: Cow<'static, str> },
    /// Its task was dropped.
    Aborted,
    /// Its task panicked.
    Panicked,
}

impl Outcome {
    /// Somebody ended it, as the thread knows.
    pub(super) const INTERRUPTED: Self = Self::Interrupted { by: None };

    /// Who ended it early, where `asked` is who asked for it from outside.
    pub(super) fn interrupted_by(&self, asked: Option<InterruptedBy>) -> Option<InterruptedBy> {
        match self {
            Self::Interrupted { by } => by.or(asked),
            Self::Aborted => Some(InterruptedBy::Abort),
            Self::Completed | Self::Failed { .. } | Self::Panicked => asked,
        }
    }

    /// A model request failed for good, after so many repetitions.
    pub(super) fn model(error: &ModelError, retried: u32) -> Self {
        Self::Failed { error: Box::new(error.fatal(retried)), kind: error.kind() }
    }

    /// The conversation cannot be read or written.
    pub(super) fn store(error: &StoreError) -> Self {
        Self::unwritten(&error.to_string())
    }

    fn unwritten(reason: &str) -> Self {
        let message = format!("The conversation cannot be written to its rollout: {reason}");
        Self::Failed { error: Box::new(internal(&message)), kind: "store".into() }
    }

    /// A tool ended the turn.
    pub(super) fn tool(failure: &ToolFailure) -> Self {
        match failure {
            ToolFailure::Panicked { tool } => Self::Failed {
                error: Box::new(internal(&format!("The tool `{tool}` failed inside the server"))),
                kind: "panic".into(),
            },
            ToolFailure::Cancelled => Self::Interrupted { by: Some(InterruptedBy::Approval) },
            ToolFailure::Store { reason } => Self::unwritten(reason),
        }
    }

    /// The turn's status.
    pub(super) fn status(&self) -> TurnStatus {
        match self {
            Self::Completed => TurnStatus::Completed,
            Self::Interrupted { .. } | Self::Aborted => TurnStatus::Interrupted,
            Self::Failed { .. } | Self::Panicked => TurnStatus::Failed,
        }
    }

    /// The thread's status after it.
    pub(crate) fn thread_status(&self) -> ThreadStatus {
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
            Self::Completed | Self::Interrupted { .. } | Self::Aborted => None,
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

/// A turn's status, as spans, metrics and logs show it.
pub(super) const fn status_name(status: TurnStatus) -> &'static str {
    match status {
        TurnStatus::Completed => "completed",
        TurnStatus::Interrupted => "interrupted",
        TurnStatus::Failed => "failed",
        TurnStatus::InProgress => "in_progress",
    }
}

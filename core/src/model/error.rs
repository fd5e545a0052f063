//! How a model request can fail, and what the client is told.

use std::{borrow::Cow, time::Duration};

use codex_protocol::{CodexErrorInfo, TurnError};

use super::Endpoint;

/// How a model request failed. No text here holds a prompt or a secret.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub(crate) enum ModelError {
    #[error("the environment variable {variable} is not set: it must hold the API key of `{provider}`")]
    NoKey { provider: String, variable: String, instructions: Option<String> },
    #[error("model provider `{provider}` cannot be used: {reason}")]
    Configuration { provider: String, reason: String },
    #[error("the model provider could not be reached: {reason}")]
    Connect { reason: String },
    #[error("the model provider answered with status {status}")]
    Status { status: u16, message: Option<String>, retry_after: Option<Duration> },
    #[error("the model's stream ended before its response was complete: {reason}")]
    Cut { reason: Cow<'static, str> },
    #[error("the model's stream was silent for {} s", .after.as_secs_f32())]
    Idle { after: Duration },
    #[error("the model provider reported an error: {code}")]
    Failed { code: String, message: Option<String>, retry_after: Option<Duration> },
    #[error("the conversation no longer fits the model's context window")]
    ContextWindow,
    #[error("the model's stream cannot be read: {reason}")]
    Protocol { reason: String },
    /// No failure of the provider's, but it ends the request all the same.
    #[error("the conversation cannot be written to its rollout: {reason}")]
    Store { reason: String },
}

/// Which budget a repetition is taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Again {
    /// The request was refused or did not arrive.
    Request,
    /// The stream broke off.
    Stream,
    /// Trying again is of no use.
    Never,
}

impl ModelError {
    /// Whether it is worth trying again.
    pub(crate) fn again(&self) -> Again {
        match self {
            Self::Connect { .. } => Again::Request,
            Self::Status { status, .. } if *status == 429 || *status >= 500 => Again::Request,
            Self::Cut { .. } | Self::Idle { .. } => Again::Stream,
            Self::Failed { code, .. }
                if matches!(
                    code.as_str(),
                    "rate_limit_exceeded" | "server_error" | "server_is_overloaded"
                ) =>
            {
                Again::Stream
            }
            _ => Again::Never,
        }
    }

    /// The same failure with the endpoint's secrets taken out of the provider's own words.
    pub(super) fn shown_by(self, endpoint: &Endpoint) -> Self {
        match self {
            Self::Failed { code, message, retry_after } => {
                Self::Failed { code, message: message.map(|message| endpoint.shown(&message)), retry_after }
            }
            other => other,
        }
    }

    /// How long the provider asks to wait.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Status { retry_after, .. } | Self::Failed { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// The kind of failure, as spans have it.
    pub(crate) fn kind(&self) -> Cow<'static, str> {
        match self {
            Self::NoKey { .. } | Self::Configuration { .. } => "configuration".into(),
            Self::Connect { .. } => "connection_error".into(),
            Self::Status { status, .. } => status.to_string().into(),
            Self::Cut { .. } => "stream_cut".into(),
            Self::Idle { .. } => "timeout".into(),
            // A code of the provider's own, so its set is bounded by the provider, and its length here.
            Self::Failed { code, .. } => code.chars().take(64).collect::<String>().into(),
            Self::ContextWindow => "context_length_exceeded".into(),
            Self::Protocol { .. } => "protocol_error".into(),
            Self::Store { .. } => "store".into(),
        }
    }

    /// The HTTP status, if there was an answer.
    pub(crate) fn status(&self) -> Option<u16> {
        match self {
            Self::Status { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// What the client is told when the turn goes on trying.
    pub(crate) fn retrying(&self, attempt: u32, of: u32) -> TurnError {
        TurnError {
            message: format!("Model request failed, trying again ({attempt}/{of})"),
            codex_error_info: Some(match self.again() {
                Again::Stream => CodexErrorInfo::ResponseStreamDisconnected { http_status_code: None },
                _ => self.info(),
            }),
            additional_details: Some(self.to_string()),
            misalignment: None,
        }
    }

    /// What the client is told when the turn ends with it, after so many repetitions.
    pub(crate) fn fatal(&self, retried: u32) -> TurnError {
        let again = self.again();
        let info = if retried > 0 && again == Again::Request && self.status().is_some() {
            CodexErrorInfo::ResponseTooManyFailedAttempts { http_status_code: self.status() }
        } else {
            self.info()
        };
        let message = if retried > 0 && again != Again::Never {
            format!("{self}; gave up after {} attempts", retried + 1)
        } else {
            self.to_string()
        };
        TurnError {
            message: capitalized(&message),
            codex_error_info: Some(info),
            additional_details: self.details(),
            misalignment: None,
        }
    }

    fn details(&self) -> Option<String> {
        match self {
            Self::NoKey { instructions, .. } => instructions.clone(),
            Self::Status { message, .. } | Self::Failed { message, .. } => message.clone(),
            _ => None,
        }
    }

    fn info(&self) -> CodexErrorInfo {
        match self {
            Self::NoKey { .. } | Self::Status { status: 401 | 403, .. } => CodexErrorInfo::Unauthorized,
            Self::Connect { .. } => CodexErrorInfo::HttpConnectionFailed { http_status_code: None },
            Self::Status { status: 400, .. } => CodexErrorInfo::BadRequest,
            Self::Status { status: 404, .. } => CodexErrorInfo::ModelNotFound,
            Self::Status { status: 429, .. } => CodexErrorInfo::RateLimitExceeded,
            Self::Status { status: 503, .. } => CodexErrorInfo::ServerOverloaded,
            Self::Status { status: 500.., .. } => CodexErrorInfo::InternalServerError,
            Self::Failed { code, .. } => match code.as_str() {
                "rate_limit_exceeded" => CodexErrorInfo::RateLimitExceeded,
                "insufficient_quota" => CodexErrorInfo::UsageLimitExceeded,
                "server_is_overloaded" => CodexErrorInfo::ServerOverloaded,
                "server_error" => CodexErrorInfo::InternalServerError,
                "invalid_prompt" => CodexErrorInfo::BadRequest,
                _ => CodexErrorInfo::Other,
            },
            Self::ContextWindow => CodexErrorInfo::ContextWindowExceeded,
            Self::Configuration { .. }
            | Self::Status { .. }
            | Self::Cut { .. }
            | Self::Idle { .. }
            | Self::Protocol { .. }
            | Self::Store { .. } => CodexErrorInfo::Other,
        }
    }
}

/// The client shows the text as a sentence.
fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

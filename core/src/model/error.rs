//! How a model request can fail, and what the client is told.

use std::{borrow::Cow, time::Duration};

use codex_protocol::{CodexErrorInfo, TurnError};

use super::{Endpoint, provider_error::ProviderError};

/// How a model request failed. No text here holds a prompt or a secret.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub(crate) enum ModelError {
    #[error("the environment variable {variable} is not set: it must hold the API key of `{provider}`")]
    NoKey { provider: String, variable: String, instructions: Option<String> },
    #[error("model provider `{provider}` cannot be used: {reason}")]
    Configuration { provider: String, reason: String },
    #[error("the model provider could not be reached: {reason}")]
    Connect { reason: String },
    /// The request was refused.
    #[error("the model provider answered with status {status}{}", words(.error.message.as_deref()))]
    Status { status: u16, error: ProviderError, retry: RetryAdvice },
    #[error("the model's stream ended before its response was complete: {reason}")]
    Cut { reason: Cow<'static, str> },
    #[error("the model's stream was silent for {} s", .after.as_secs_f32())]
    Idle { after: Duration },
    /// The provider gave up within the stream.
    #[error("the model provider reported an error: {}", reported(.error))]
    Failed { error: ProviderError },
    /// The provider ended the response before the model had ended its answer.
    #[error("incomplete response: {}", incomplete(.reason))]
    Incomplete { reason: String },
    #[error("the conversation no longer fits the model's context window")]
    ContextWindow { error: Option<String> },
    #[error("the request for the model cannot be written: {reason}")]
    Request { reason: String },
    #[error("the model's stream cannot be read: {reason}")]
    Protocol { reason: String },
}

/// What the head of a refusal says about trying again.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct RetryAdvice {
    /// Whether to, where it says so (`x-should-retry`).
    pub(crate) should_retry: Option<bool>,
    /// After how long, where it says so.
    pub(crate) after: Option<Duration>,
}

/// Which budget a repetition is taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RetryBudget {
    /// The request was refused or did not arrive.
    Request,
    /// The stream broke off.
    Stream,
    /// Trying again is of no use.
    None,
}

/// What a provider's code means, as far as it matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    ContextWindow,
    Quota,
    RateLimit,
    Overloaded,
    Server,
    Cyber,
    Refused,
    UnknownModel,
    Unknown,
}

fn meaning(code: Option<&str>) -> Meaning {
    match code {
        Some("context_length_exceeded") => Meaning::ContextWindow,
        Some("insufficient_quota" | "usage_limit_reached" | "usage_not_included") => Meaning::Quota,
        // A status in the place of a code is among them.
        Some("rate_limit_exceeded" | "slow_down" | "429") => Meaning::RateLimit,
        Some("server_is_overloaded" | "503") => Meaning::Overloaded,
        Some("server_error") => Meaning::Server,
        Some("cyber_policy") => Meaning::Cyber,
        Some("model_not_found") => Meaning::UnknownModel,
        Some(
            "invalid_prompt"
            | "bio_policy"
            | "invalid_request_error"
            | "authentication_error"
            | "invalid_api_key"
            | "permission_error"
            | "not_found_error"
            | "invalid_image"
            | "400"
            | "401"
            | "402"
            | "403"
            | "404"
            | "413"
            | "422",
        ) => Meaning::Refused,
        _ => Meaning::Unknown,
    }
}

impl ModelError {
    /// What a provider reports within its stream.
    pub(super) fn failed(error: ProviderError) -> Self {
        match meaning(error.code.as_deref()) {
            Meaning::ContextWindow => Self::ContextWindow { error: error.message },
            _ => Self::Failed { error },
        }
    }

    /// What a provider refuses a request with.
    pub(super) fn refused(status: u16, error: ProviderError, retry: RetryAdvice) -> Self {
        if meaning(error.code.as_deref()) == Meaning::ContextWindow {
            return Self::ContextWindow { error: error.message };
        }
        let after = retry.after.or_else(|| error.suggested_delay());
        Self::Status { status, retry: RetryAdvice { after, ..retry }, error }
    }

    /// Whether it is worth trying again.
    pub(crate) fn retry_budget(&self) -> RetryBudget {
        match self {
            Self::Connect { .. } => RetryBudget::Request,
            Self::Status { retry: RetryAdvice { should_retry: Some(should_retry), .. }, .. } => {
                if *should_retry {
                    RetryBudget::Request
                } else {
                    RetryBudget::None
                }
            }
            Self::Status { status, error, .. } => match meaning(error.code.as_deref()) {
                Meaning::Quota | Meaning::Cyber => RetryBudget::None,
                _ if matches!(status, 408 | 409 | 429 | 500..) => RetryBudget::Request,
                _ => RetryBudget::None,
            },
            Self::Cut { .. } | Self::Idle { .. } => RetryBudget::Stream,
            Self::Failed { error } => match meaning(error.code.as_deref()) {
                Meaning::RateLimit | Meaning::Overloaded | Meaning::Server | Meaning::Unknown => {
                    RetryBudget::Stream
                }
                Meaning::ContextWindow
                | Meaning::Quota
                | Meaning::Cyber
                | Meaning::Refused
                | Meaning::UnknownModel => RetryBudget::None,
            },
            Self::NoKey { .. }
            | Self::Configuration { .. }
            | Self::Incomplete { .. }
            | Self::ContextWindow { .. }
            | Self::Request { .. }
            | Self::Protocol { .. } => RetryBudget::None,
        }
    }

    /// The same failure with the endpoint's secrets taken out of the provider's own words.
    pub(super) fn redacted_for(mut self, endpoint: &Endpoint) -> Self {
        match &mut self {
            Self::Status { error, .. } | Self::Failed { error } => {
                for text in [&mut error.message, &mut error.code].into_iter().flatten() {
                    *text = endpoint.redact(text);
                }
            }
            Self::ContextWindow { error: Some(text) } | Self::Incomplete { reason: text } => {
                *text = endpoint.redact(text);
            }
            Self::NoKey { .. }
            | Self::Configuration { .. }
            | Self::Connect { .. }
            | Self::Cut { .. }
            | Self::Idle { .. }
            | Self::ContextWindow { error: None }
            | Self::Request { .. }
            | Self::Protocol { .. } => {}
        }
        self
    }

    /// How long the provider asks to wait.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Status { retry, .. } => retry.after,
            Self::Failed { error } => error.suggested_delay(),
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
            Self::Failed { error: ProviderError { code: Some(code), .. } } => {
                code.chars().take(64).collect::<String>().into()
            }
            Self::Failed { error: ProviderError { code: None, .. } } => "unknown".into(),
            Self::Incomplete { .. } => "incomplete".into(),
            Self::ContextWindow { .. } => "context_length_exceeded".into(),
            Self::Request { .. } => "request".into(),
            Self::Protocol { .. } => "protocol_error".into(),
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
            codex_error_info: Some(match self.retry_budget() {
                RetryBudget::Stream => CodexErrorInfo::ResponseStreamDisconnected { http_status_code: None },
                _ => self.info(),
            }),
            additional_details: Some(self.to_string()),
            misalignment: None,
        }
    }

    /// What the client is told when the turn ends with it, after so many repetitions.
    pub(crate) fn fatal(&self, retried: u32) -> TurnError {
        let budget = self.retry_budget();
        let info = if retried > 0 && budget == RetryBudget::Request && self.status().is_some() {
            CodexErrorInfo::ResponseTooManyFailedAttempts { http_status_code: self.status() }
        } else {
            self.info()
        };
        let message = if retried > 0 && budget != RetryBudget::None {
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
            Self::ContextWindow { error } => error.clone(),
            _ => None,
        }
    }

    fn info(&self) -> CodexErrorInfo {
        match self {
            Self::NoKey { .. } => CodexErrorInfo::Unauthorized,
            Self::Connect { .. } => CodexErrorInfo::HttpConnectionFailed { http_status_code: None },
            Self::Status { status, error, .. } => match (meaning(error.code.as_deref()), status) {
                (Meaning::Quota, _) => CodexErrorInfo::UsageLimitExceeded,
                (Meaning::Cyber, _) => CodexErrorInfo::CyberPolicy,
                (Meaning::RateLimit, _) | (_, 429) => CodexErrorInfo::RateLimitExceeded,
                (Meaning::UnknownModel, _) | (_, 404) => CodexErrorInfo::ModelNotFound,
                (_, 400) => CodexErrorInfo::BadRequest,
                (_, 503) => CodexErrorInfo::ServerOverloaded,
                (_, 500) => CodexErrorInfo::InternalServerError,
                (_, status) => CodexErrorInfo::HttpConnectionFailed { http_status_code: Some(*status) },
            },
            Self::Failed { error } => match meaning(error.code.as_deref()) {
                Meaning::Quota => CodexErrorInfo::UsageLimitExceeded,
                Meaning::RateLimit => CodexErrorInfo::RateLimitExceeded,
                Meaning::Overloaded => CodexErrorInfo::ServerOverloaded,
                Meaning::Server => CodexErrorInfo::InternalServerError,
                Meaning::Cyber => CodexErrorInfo::CyberPolicy,
                Meaning::Refused => CodexErrorInfo::BadRequest,
                Meaning::UnknownModel => CodexErrorInfo::ModelNotFound,
                Meaning::ContextWindow => CodexErrorInfo::ContextWindowExceeded,
                Meaning::Unknown => CodexErrorInfo::Other,
            },
            Self::ContextWindow { .. } => CodexErrorInfo::ContextWindowExceeded,
            Self::Configuration { .. }
            | Self::Cut { .. }
            | Self::Idle { .. }
            | Self::Incomplete { .. }
            | Self::Request { .. }
            | Self::Protocol { .. } => CodexErrorInfo::Other,
        }
    }
}

fn words(message: Option<&str>) -> String {
    message.map(|message| format!(": {message}")).unwrap_or_default()
}

fn reported(error: &ProviderError) -> String {
    match (&error.code, &error.message) {
        (Some(code), Some(message)) => format!("{code}: {message}"),
        (Some(only), None) | (None, Some(only)) => only.clone(),
        (None, None) => "unknown".to_owned(),
    }
}

fn incomplete(reason: &str) -> String {
    match reason {
        "max_output_tokens" | "length" => {
            format!("the answer was cut at the limit of output tokens ({reason})")
        }
        "content_filter" => "the provider's content filter cut the answer (content_filter)".to_owned(),
        other => format!("reason: {other}"),
    }
}

/// The client shows the text as a sentence.
fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

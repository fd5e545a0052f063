//! A model call: one `chat` span over all its attempts.

use std::borrow::Cow;

use bytes::Bytes;
use codex_otel::{Kind, OwnedSpan, Parent, Status, Value, attr, metrics::Timer, span};

use super::{
    Endpoint, HttpClients, ModelError, ModelEvent, Prompt, Retry,
    attempt::{Attempt, FailedAttempt},
    content,
    response_summary::ResponseSummary,
};
use crate::{
    config::ModelPrice,
    conversation::ConversationItem,
    log_events::{ThreadEvents, TokenCounts},
    metrics,
};

/// What stays the same over the attempts of a call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ModelRequest<'a> {
    pub(crate) clients: &'a HttpClients,
    pub(crate) endpoint: &'a Endpoint,
    pub(crate) model: &'a str,
    pub(crate) effort: Option<&'a str>,
    pub(crate) reasoning_summary: &'a str,
    pub(crate) thread_id: &'a str,
    pub(crate) turn_id: &'a str,
    /// What tokens cost, where that is configured.
    pub(crate) price: Option<ModelPrice>,
    /// Where log events go, if anywhere.
    pub(crate) events: Option<&'a ThreadEvents>,
}

/// A model call. Its span ends with it: dropped means abandoned.
pub(crate) struct ModelCall<'a> {
    request: ModelRequest<'a>,
    span: OwnedSpan,
    timer: Timer,
    attempts: u32,
    /// The first attempt has no span of its own unless it is repeated.
    first: Option<FailedAttempt>,
    summary: ResponseSummary,
}

/// How a call ended.
#[derive(Debug)]
pub(crate) enum CallEnd<'e> {
    /// The response is whole.
    Completed,
    /// The last attempt failed.
    Failed(&'e ModelError),
    /// Nobody waits for it any more: the turn was interrupted, or steered.
    Abandoned,
}

impl<'a> ModelRequest<'a> {
    /// The body, the same for each attempt.
    pub(crate) fn body(&self, prompt: &Prompt<'_>) -> Result<Vec<u8>, ModelError> {
        self.endpoint.client.body(prompt).map_err(|error| ModelError::Request { reason: error.to_string() })
    }

    /// Opens the span of a call.
    pub(crate) fn call(self) -> ModelCall<'a> {
        let name = format!("chat {}", self.model);
        let span = OwnedSpan::start(
            span!("model_request", name = name.as_str(), kind = Kind::Client),
            Parent::Current,
        );
        span.set(attr::GEN_AI_OPERATION_NAME, "chat");
        span.set(attr::GEN_AI_PROVIDER_NAME, self.endpoint.name.clone());
        span.set(attr::GEN_AI_REQUEST_MODEL, self.model.to_owned());
        span.set(attr::GEN_AI_CONVERSATION_ID, self.thread_id.to_owned());
        span.set(attr::GEN_AI_REQUEST_STREAM, true);
        if let Some(effort) = self.effort {
            span.set(attr::GEN_AI_REQUEST_REASONING_LEVEL, effort.to_owned());
        }
        span.set(attr::OPENAI_API_TYPE, self.endpoint.client.api_type());
        span.set(attr::THREAD_ID, self.thread_id.to_owned());
        span.set(attr::TURN_ID, self.turn_id.to_owned());
        span.set(attr::PEER_SERVICE, self.endpoint.name.clone());
        self.endpoint.describe(|key, value| span.set(key, value));
        let (timer, summary) = (Timer::start(), ResponseSummary::new());
        ModelCall { request: self, span, timer, attempts: 0, first: None, summary }
    }
}

impl ModelCall<'_> {
    /// Writes what the model is told on the span, where content may stand there.
    pub(crate) fn record_input(&self, instructions: &str, items: &[ConversationItem]) {
        if codex_otel::captures_content() && self.span.is_recording() {
            self.span.set(attr::GEN_AI_SYSTEM_INSTRUCTIONS, content::instructions(instructions));
            self.span.set(attr::GEN_AI_INPUT_MESSAGES, content::messages(items));
        }
    }

    /// Sends the request and tells `on_event` what the stream says, until the response is whole or `on_event` answers
    /// false.
    pub(crate) async fn attempt(
        &mut self,
        body: Bytes,
        on_event: impl FnMut(ModelEvent<'_>) -> bool + Send,
    ) -> Result<(), ModelError> {
        self.attempts += 1;
        self.summary = ResponseSummary::new();
        let attempt = Attempt::start(self.request, self.attempts, &self.span);
        let result = attempt.run(body, &mut self.summary, on_event).await;
        let result = result.map_err(|error| error.redacted_for(self.request.endpoint));
        self.log_end(result.as_ref().err());
        let failed = attempt.end(result.as_ref().err(), self.summary.status);
        if self.attempts == 1 {
            self.first = failed;
        }
        result
    }

    /// How a response ended, as a log event. One that was refused has had its event.
    fn log_end(&self, error: Option<&ModelError>) {
        let (Some(events), Some(_)) = (self.request.events, self.summary.status) else { return };
        match (error, self.summary.usage) {
            (Some(error), _) => events.response_failed(&error.to_string()),
            (None, Some(usage)) => events.response_completed(TokenCounts {
                input: usage.input_tokens,
                cached: usage.cached_input_tokens,
                output: usage.output_tokens,
                reasoning: usage.reasoning_output_tokens,
                total: usage.total_tokens,
                first_token: self.summary.first_token(),
            }),
            (None, None) => {}
        }
    }

    /// The call is tried again after this failure.
    pub(crate) fn retry(&mut self, error: &ModelError, retry: &Retry) {
        if let Some(first) = self.first.take() {
            self.span.past_child(first.span(self.request));
        }
        let attributes = [
            ("codex.model.attempt", Value::from(i64::from(self.attempts))),
            ("codex.model.retry.delay_ms", Value::from(retry.delay.as_millis() as i64)),
            (attr::ERROR_TYPE, Value::from(error.kind())),
        ];
        self.span.event("codex.model.retry", &attributes);
        // It stands on the turn's own line of time too.
        codex_otel::event("codex.model.retry", &attributes);
    }

    /// What the call has cost, where its price is known.
    pub(crate) fn cost(&self) -> Option<f64> {
        Some(self.request.price?.of(&self.summary.usage?))
    }

    /// Ends the span.
    pub(crate) fn end(self, end: &CallEnd<'_>) {
        let cost = self.cost();
        let Self { request, span, timer, attempts, summary, .. } = self;
        let error = match end {
            CallEnd::Failed(error) => Some(*error),
            CallEnd::Completed | CallEnd::Abandoned => None,
        };
        let tokens =
            summary.usage.map(|usage| (usage.input_tokens.max(0) as u64, usage.output_tokens.max(0) as u64));
        let measured = metrics::ModelCall {
            provider: &request.endpoint.name,
            model: request.model,
            error: error.map(ModelError::kind),
            tokens,
            cost,
        };
        metrics::model_call(timer, &measured);
        span.set(attr::CODEX_MODEL_ATTEMPTS, attempts);
        if let Some(status) = error.and_then(ModelError::status).or(summary.status) {
            span.set(attr::HTTP_RESPONSE_STATUS_CODE, status);
        }
        summary.write(&span);
        if let Some(cost) = cost {
            span.set(attr::CODEX_COST_USD, Value::Exact(cost));
        }
        match error {
            Some(error) => {
                span.set(attr::ERROR_TYPE, error.kind());
                span.end(Status::Error(Cow::Owned(error.to_string())));
            }
            None => span.end(Status::Unset),
        }
    }
}

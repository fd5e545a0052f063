//! One attempt at a model request, under its own span.

use std::{borrow::Cow, time::Instant};

use bytes::Bytes;
use codex_otel::{Kind, OwnedSpan, Parent, Status, attr, metrics::Timer, span};
use codex_protocol::TokenUsage;

use super::{Endpoint, Finish, HttpClients, ModelError, ModelEvent, Prompt, content, stream};
use crate::{conversation::ConversationItem, metrics};

/// What stays the same over the attempts of one request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ModelCall<'a> {
    pub(crate) clients: &'a HttpClients,
    pub(crate) endpoint: &'a Endpoint,
    pub(crate) model: &'a str,
    pub(crate) effort: Option<&'a str>,
    pub(crate) reasoning_summary: &'a str,
    pub(crate) conversation: &'a str,
}

/// One attempt at a model request. Its span ends with it: dropped means abandoned.
pub(crate) struct Attempt<'a> {
    call: ModelCall<'a>,
    span: OwnedSpan,
    seen: Seen,
}

/// How an attempt ended.
#[derive(Debug)]
pub(crate) enum AttemptEnd<'e> {
    /// The response is whole.
    Completed,
    /// It failed.
    Failed(&'e ModelError),
    /// Nobody waits for it any more: the turn was interrupted, or steered.
    Abandoned,
}

/// What the response told about itself.
#[derive(Debug)]
struct Seen {
    started: Instant,
    timer: Timer,
    first_chunk: Option<f64>,
    status: Option<u16>,
    id: Option<String>,
    model: Option<String>,
    usage: Option<TokenUsage>,
    finish: Option<Finish>,
    /// What the model said, kept only where content may stand on spans.
    output: Vec<ConversationItem>,
}

impl<'a> ModelCall<'a> {
    /// The body of the request, the same for each attempt.
    pub(crate) fn body(&self, prompt: &Prompt<'_>) -> Result<Vec<u8>, ModelError> {
        self.endpoint.client.body(prompt).map_err(|error| ModelError::Request { reason: error.to_string() })
    }

    /// Opens the span of the next attempt; `resends` is how many were before it.
    pub(crate) fn attempt(self, resends: u32) -> Attempt<'a> {
        let name = format!("chat {}", self.model);
        let span = OwnedSpan::start(
            span!("model_request", name = name.as_str(), kind = Kind::Client),
            Parent::Current,
        );
        span.set(attr::GEN_AI_OPERATION_NAME, "chat");
        span.set(attr::GEN_AI_PROVIDER_NAME, self.endpoint.span_name());
        span.set(attr::GEN_AI_REQUEST_MODEL, self.model.to_owned());
        span.set(attr::GEN_AI_CONVERSATION_ID, self.conversation.to_owned());
        span.set(attr::GEN_AI_REQUEST_STREAM, true);
        if let Some(effort) = self.effort {
            span.set(attr::GEN_AI_REQUEST_REASONING_LEVEL, effort.to_owned());
        }
        span.set(attr::OPENAI_API_TYPE, self.endpoint.client.api_type());
        let (address, port) = self.endpoint.address();
        span.set(attr::SERVER_ADDRESS, address);
        span.set(attr::SERVER_PORT, port);
        if resends > 0 {
            span.set(attr::HTTP_REQUEST_RESEND_COUNT, resends);
        }
        let seen = Seen {
            started: Instant::now(),
            timer: Timer::start(),
            first_chunk: None,
            status: None,
            id: None,
            model: None,
            usage: None,
            finish: None,
            output: Vec::new(),
        };
        Attempt { call: self, span, seen }
    }
}

impl Attempt<'_> {
    /// Writes what the model is told on the span, where content may stand there.
    pub(crate) fn told(&self, instructions: &str, items: &[ConversationItem]) {
        if codex_otel::captures_content() && self.span.is_recording() {
            self.span.set(attr::GEN_AI_SYSTEM_INSTRUCTIONS, content::instructions(instructions));
            self.span.set(attr::GEN_AI_INPUT_MESSAGES, content::messages(items));
        }
    }

    /// Sends the request and tells `on_event` what the stream says, until the response is whole or `on_event` answers
    /// false.
    pub(crate) async fn run(
        &mut self,
        body: Bytes,
        on_event: impl FnMut(ModelEvent<'_>) -> bool + Send,
    ) -> Result<(), ModelError> {
        let endpoint = self.call.endpoint;
        self.read(body, on_event).await.map_err(|error| error.redacted_for(endpoint))
    }

    async fn read(
        &mut self,
        body: Bytes,
        mut on_event: impl FnMut(ModelEvent<'_>) -> bool + Send,
    ) -> Result<(), ModelError> {
        let ModelCall { clients, endpoint, model, .. } = self.call;
        self.span.span().in_scope(|| tracing::info!(model, provider = %endpoint.name, "model called"));
        let headers = endpoint.headers(self.span.carrier().as_ref());
        let client = clients.of(endpoint).await?;
        let mut stream = stream::open(client, endpoint, headers, body).await?;
        let seen = &mut self.seen;
        seen.status = Some(stream.head().status().as_u16());
        let mut wanted = true;
        loop {
            let more = stream
                .read(&mut |event| {
                    seen.note(&event);
                    wanted = wanted && on_event(event);
                })
                .await?;
            if !more || !wanted {
                break;
            }
        }
        stream.finish();
        Ok(())
    }

    /// Ends the span.
    pub(crate) fn end(self, end: &AttemptEnd<'_>) {
        let Self { call, span, seen } = self;
        let error = match end {
            AttemptEnd::Failed(error) => Some(error.kind()),
            AttemptEnd::Completed | AttemptEnd::Abandoned => None,
        };
        let tokens =
            seen.usage.map(|usage| (usage.input_tokens.max(0) as u64, usage.output_tokens.max(0) as u64));
        let measured = metrics::ModelCall { provider: &call.endpoint.name, model: call.model, error, tokens };
        metrics::model_call(seen.timer, measured);
        if let Some(seconds) = seen.first_chunk {
            span.set(attr::GEN_AI_RESPONSE_TIME_TO_FIRST_CHUNK, seconds);
        }
        let status = match end {
            AttemptEnd::Failed(error) => error.status().or(seen.status),
            _ => seen.status,
        };
        if let Some(status) = status {
            span.set(attr::HTTP_RESPONSE_STATUS_CODE, status);
        }
        if let Some(id) = seen.id {
            span.set(attr::GEN_AI_RESPONSE_ID, id);
        }
        if let Some(model) = seen.model {
            span.set(attr::GEN_AI_RESPONSE_MODEL, model);
        }
        if let Some(finish) = seen.finish {
            span.set(attr::GEN_AI_RESPONSE_FINISH_REASONS, vec![finish.name()]);
        }
        if let Some(usage) = seen.usage {
            span.set(attr::GEN_AI_USAGE_INPUT_TOKENS, usage.input_tokens);
            span.set(attr::GEN_AI_USAGE_OUTPUT_TOKENS, usage.output_tokens);
            span.set(attr::GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS, usage.cached_input_tokens);
            span.set(attr::GEN_AI_USAGE_REASONING_OUTPUT_TOKENS, usage.reasoning_output_tokens);
        }
        if !seen.output.is_empty() {
            span.set(attr::GEN_AI_OUTPUT_MESSAGES, content::messages(&seen.output));
        }
        match end {
            AttemptEnd::Failed(error) => {
                span.set(attr::ERROR_TYPE, error.kind());
                span.end(Status::Error(Cow::Owned(error.to_string())));
            }
            AttemptEnd::Completed | AttemptEnd::Abandoned => span.end(Status::Unset),
        }
    }
}

impl Seen {
    fn note(&mut self, event: &ModelEvent<'_>) {
        if self.first_chunk.is_none() {
            self.first_chunk = Some(self.started.elapsed().as_secs_f64());
        }
        if let ModelEvent::ItemDone { done, .. } = event
            && codex_otel::captures_content()
        {
            self.output.push(done.clone());
        }
        match event {
            ModelEvent::Created { id, model } => {
                self.id.clone_from(id);
                self.model.clone_from(model);
            }
            ModelEvent::Usage(usage) => self.usage = Some(*usage),
            ModelEvent::Completed { id, finish } => {
                self.id = id.clone().or(self.id.take());
                // A response that ends for its tool calls says so only by having some.
                self.finish = Some(self.finish.filter(|_| *finish == Finish::Stop).unwrap_or(*finish));
            }
            ModelEvent::ItemDone { done: ConversationItem::ToolCall { .. }, .. } => {
                self.finish = Some(Finish::ToolCalls);
            }
            _ => {}
        }
    }
}

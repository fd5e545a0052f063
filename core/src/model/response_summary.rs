//! What a response tells about itself, for its span.

use std::time::Instant;

use codex_otel::{OwnedSpan, attr};
use codex_protocol::TokenUsage;

use super::{Finish, ModelEvent, content};
use crate::conversation::ConversationItem;

/// What a response has told about itself so far.
#[derive(Debug)]
pub(super) struct ResponseSummary {
    started: Instant,
    first_chunk: Option<f64>,
    pub(super) status: Option<u16>,
    id: Option<String>,
    model: Option<String>,
    pub(super) usage: Option<TokenUsage>,
    finish: Option<Finish>,
    /// What the model said, kept only where content may stand on spans.
    output: Vec<ConversationItem>,
}

impl ResponseSummary {
    pub(super) fn new() -> Self {
        Self {
            started: Instant::now(),
            first_chunk: None,
            status: None,
            id: None,
            model: None,
            usage: None,
            finish: None,
            output: Vec::new(),
        }
    }

    /// From the request to the first token.
    pub(super) fn first_token(&self) -> Option<std::time::Duration> {
        self.first_chunk.map(std::time::Duration::from_secs_f64)
    }

    /// Takes an event into account.
    pub(super) fn record(&mut self, event: &ModelEvent<'_>) {
        if self.first_chunk.is_none() && event.is_token() {
            self.first_chunk = Some(self.started.elapsed().as_secs_f64());
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
            ModelEvent::ItemDone { done, .. } => {
                if codex_otel::captures_content() {
                    self.output.push(done.clone());
                }
                if matches!(done, ConversationItem::ToolCall { .. }) {
                    self.finish = Some(Finish::ToolCalls);
                }
            }
            ModelEvent::ItemStarted { .. }
            | ModelEvent::TextDelta { .. }
            | ModelEvent::SummaryPart { .. }
            | ModelEvent::SummaryDelta { .. }
            | ModelEvent::ReasoningDelta { .. }
            | ModelEvent::ToolCallDelta => {}
        }
    }

    /// Writes it on the span of the call.
    pub(super) fn write(self, span: &OwnedSpan) {
        if let Some(seconds) = self.first_chunk {
            span.set(attr::GEN_AI_RESPONSE_TIME_TO_FIRST_CHUNK, seconds);
        }
        if let Some(id) = self.id {
            span.set(attr::GEN_AI_RESPONSE_ID, id);
        }
        if let Some(model) = self.model {
            span.set(attr::GEN_AI_RESPONSE_MODEL, model);
        }
        if let Some(finish) = self.finish {
            span.set(attr::GEN_AI_RESPONSE_FINISH_REASONS, vec![finish.name()]);
        }
        if let Some(usage) = self.usage {
            span.set(attr::GEN_AI_USAGE_INPUT_TOKENS, usage.input_tokens);
            span.set(attr::GEN_AI_USAGE_OUTPUT_TOKENS, usage.output_tokens);
            span.set(attr::GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS, usage.cached_input_tokens);
            span.set(attr::GEN_AI_USAGE_REASONING_OUTPUT_TOKENS, usage.reasoning_output_tokens);
        }
        if !self.output.is_empty() {
            span.set(attr::GEN_AI_OUTPUT_MESSAGES, content::messages(&self.output));
        }
    }
}

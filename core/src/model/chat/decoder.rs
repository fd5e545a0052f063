//! Reads the chunks of the Chat Completions API, and makes items of them.

use std::borrow::Cow;

use codex_protocol::TokenUsage;
use serde::{Deserialize, de::IgnoredAny};
use serde_json::Value;

use super::tool_calls::ToolCalls;
use crate::{
    conversation::{Content, ConversationItem, Message, ReasoningItem, Role},
    model::{
        Finish, ItemRef, ModelError, ModelEvent, StartedItem,
        client::{Decoder, OnEvent, Progress},
        provider_error::ProviderError,
        sse::Frame,
        usage::read_usage,
    },
};

/// Reads one response.
#[derive(Debug, Default)]
pub(super) struct ChatDecoder {
    created: bool,
    id: Option<String>,
    text: Option<String>,
    refusal: Option<String>,
    reasoning: Option<String>,
    calls: ToolCalls,
    usage: Option<TokenUsage>,
    finish: Option<String>,
    over: bool,
    unreadable: u32,
}

/// The places of the items that are made of a response.
const REASONING: u32 = 0;
const MESSAGE: u32 = 1;
const CALLS: u32 = 2;

impl Decoder for ChatDecoder {
    fn decode(&mut self, frame: &Frame<'_>, on_event: &mut OnEvent<'_>) -> Result<(), ModelError> {
        let data: &[u8] = &frame.data;
        if data == b"[DONE]" {
            return self.complete(on_event);
        }
        if self.created
            && let Ok(chunk) = serde_json::from_slice::<TextChunk<'_>>(data)
            && let Some(text) = chunk.text()
        {
            self.text(text, on_event);
            return Ok(());
        }
        match serde_json::from_slice::<Value>(data) {
            Ok(chunk) if chunk.is_object() => self.chunk(&chunk, frame.event == Some(b"error"), on_event),
            _ => {
                self.unreadable += 1;
                Ok(())
            }
        }
    }

    fn whole(&mut self, body: Value, on_event: &mut OnEvent<'_>) -> Result<(), ModelError> {
        if body.get("choices").is_none() {
            return Err(ModelError::failed(ProviderError::of_json(&body)));
        }
        self.chunk(&body, false, on_event)?;
        self.finish.get_or_insert_with(|| "stop".to_owned());
        self.complete(on_event)
    }

    fn end(&mut self, on_event: &mut OnEvent<'_>) -> Result<(), ModelError> {
        if self.finish.is_some() { self.complete(on_event) } else { Ok(()) }
    }

    fn progress(&self) -> Progress {
        if self.over {
            Progress::Over
        } else if self.finish.is_some() {
            Progress::Answered
        } else {
            Progress::Running
        }
    }

    fn unreadable(&self) -> u32 {
        self.unreadable
    }
}

impl ChatDecoder {
    fn chunk(&mut self, chunk: &Value, failed: bool, on_event: &mut OnEvent<'_>) -> Result<(), ModelError> {
        let failed = failed || chunk.get("object").is_some_and(|object| object == "error");
        if failed || chunk.get("error").is_some_and(|error| !error.is_null()) {
            return Err(ModelError::failed(ProviderError::of_json(chunk)));
        }
        if !self.created {
            self.created = true;
            self.id = text(chunk, "id");
            on_event(ModelEvent::Created { id: self.id.clone(), model: text(chunk, "model") });
        }
        if let Some(usage) = chunk.get("usage").and_then(read_usage) {
            self.usage = Some(usage);
        }
        if let Some(choice) = chunk.get("choices").and_then(|choices| choices.get(0)) {
            self.choice(choice, on_event)?;
        }
        // What was waited for beside the answer is here.
        if self.finish.is_some() && self.usage.is_some() {
            self.complete(on_event)?;
        }
        Ok(())
    }

    fn choice(&mut self, choice: &Value, on_event: &mut OnEvent<'_>) -> Result<(), ModelError> {
        // `message` is there where no stream comes though one was asked for.
        let delta = choice.get("delta").or_else(|| choice.get("message")).unwrap_or(&Value::Null);
        let reasoning = ["reasoning_content", "reasoning"].iter().find_map(|key| words(delta.get(*key)));
        if let Some(delta) = reasoning {
            let item = ItemRef { id: "".into(), index: Some(REASONING) };
            if self.reasoning.is_none() {
                on_event(ModelEvent::ItemStarted {
                    item: item.clone(),
                    kind: StartedItem::Reasoning,
                    phase: None,
                });
            }
            self.reasoning.get_or_insert_default().push_str(&delta);
            on_event(ModelEvent::ReasoningDelta { item, index: 0, delta: delta.into() });
        }
        if let Some(delta) = words(delta.get("content")) {
            self.text(&delta, on_event);
        }
        if let Some(delta) = words(delta.get("refusal")) {
            self.begin_message(on_event);
            self.refusal.get_or_insert_default().push_str(&delta);
            let item = ItemRef { id: "".into(), index: Some(MESSAGE) };
            on_event(ModelEvent::TextDelta { item, delta: delta.into() });
        }
        match delta.get("tool_calls") {
            Some(Value::Array(parts)) => {
                for part in parts {
                    self.calls.add(part);
                    on_event(ModelEvent::ToolCallDelta);
                }
            }
            Some(part @ Value::Object(_)) => {
                self.calls.add(part);
                on_event(ModelEvent::ToolCallDelta);
            }
            _ => {}
        }
        if let Some(reason) = text(choice, "finish_reason") {
            if reason == "error" {
                return Err(ModelError::failed(ProviderError::of_json(choice)));
            }
            self.finish = Some(reason);
        }
        Ok(())
    }

    /// Text of the message. Empty pieces begin none.
    fn text(&mut self, delta: &str, on_event: &mut OnEvent<'_>) {
        if delta.is_empty() {
            return;
        }
        self.begin_message(on_event);
        self.text.get_or_insert_default().push_str(delta);
        let item = ItemRef { id: "".into(), index: Some(MESSAGE) };
        on_event(ModelEvent::TextDelta { item, delta: delta.into() });
    }

    fn begin_message(&mut self, on_event: &mut OnEvent<'_>) {
        if self.text.is_none() && self.refusal.is_none() {
            let item = ItemRef { id: "".into(), index: Some(MESSAGE) };
            on_event(ModelEvent::ItemStarted { item, kind: StartedItem::Message, phase: None });
        }
    }

    /// The answer is whole: what was collected becomes items.
    fn complete(&mut self, on_event: &mut OnEvent<'_>) -> Result<(), ModelError> {
        if std::mem::replace(&mut self.over, true) {
            return Ok(());
        }
        let reason = self.finish.take().unwrap_or_else(|| "stop".to_owned());
        if let Some(text) = self.reasoning.take() {
            let done = ConversationItem::Reasoning(ReasoningItem {
                content: vec![text],
                ..ReasoningItem::default()
            });
            on_event(ModelEvent::ItemDone { item: ItemRef { id: "".into(), index: Some(REASONING) }, done });
        }
        let content: Vec<Content> = self
            .text
            .take()
            .map(Content::Text)
            .into_iter()
            .chain(self.refusal.take().map(Content::Refusal))
            .collect();
        if !content.is_empty() {
            let done = ConversationItem::Message(Message { role: Role::Assistant, content, phase: None });
            on_event(ModelEvent::ItemDone { item: ItemRef { id: "".into(), index: Some(MESSAGE) }, done });
        }
        if reason != "length" {
            for (place, done) in self.calls.take().into_iter().enumerate() {
                let item = ItemRef { id: "".into(), index: Some(CALLS + place as u32) };
                on_event(ModelEvent::ItemDone { item, done });
            }
        }
        if let Some(usage) = self.usage.take() {
            on_event(ModelEvent::Usage(usage));
        }
        let finish = match &*reason {
            "length" => Finish::Length,
            "content_filter" => Finish::ContentFilter,
            "tool_calls" | "function_call" => Finish::ToolCalls,
            _ => Finish::Stop,
        };
        on_event(ModelEvent::Completed { id: self.id.clone(), finish });
        match finish {
            Finish::Length | Finish::ContentFilter => Err(ModelError::Incomplete { reason }),
            Finish::Stop | Finish::ToolCalls => Ok(()),
        }
    }
}

fn text(value: &Value, key: &str) -> Option<String> {
    value.get(key)?.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

/// Text of a delta: itself, or in parts.
fn words(value: Option<&Value>) -> Option<String> {
    let text = match value? {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts
            .iter()
            .filter_map(|part| part.as_str().or_else(|| part.get("text")?.as_str()))
            .collect::<String>(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

/// A chunk with nothing but text in it, which is what most are.
#[derive(Deserialize)]
struct TextChunk<'a> {
    #[serde(borrow)]
    choices: [TextChoice<'a>; 1],
    usage: Option<IgnoredAny>,
    error: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct TextChoice<'a> {
    #[serde(borrow)]
    delta: TextDelta<'a>,
    finish_reason: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct TextDelta<'a> {
    #[serde(borrow)]
    content: Cow<'a, str>,
    tool_calls: Option<IgnoredAny>,
    refusal: Option<IgnoredAny>,
    reasoning_content: Option<IgnoredAny>,
    reasoning: Option<IgnoredAny>,
}

impl TextChunk<'_> {
    /// The text, where there is nothing else.
    fn text(&self) -> Option<&str> {
        let Self { choices: [TextChoice { delta, finish_reason: None }], usage: None, error: None } = self
        else {
            return None;
        };
        match delta {
            TextDelta {
                content,
                tool_calls: None,
                refusal: None,
                reasoning_content: None,
                reasoning: None,
            } => Some(content),
            _ => None,
        }
    }
}

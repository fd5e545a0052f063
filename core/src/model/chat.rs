//! The Chat Completions API: its chunks, and the body of its requests.

use std::borrow::Cow;

use codex_protocol::TokenUsage;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{ModelError, ModelEvent, Prompt, StartedItem, sse::Frame};
use crate::conversation::{Content, ConversationItem, Role, text_of};

type Found<'f> = dyn FnMut(ModelEvent<'_>) -> Result<(), ModelError> + 'f;

/// Makes items of the chunks, which have none.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    id: Option<String>,
    text: String,
    begun: bool,
    calls: Vec<Call>,
    usage: Option<TokenUsage>,
    finish: Option<&'static str>,
}

#[derive(Debug, Default)]
struct Call {
    id: String,
    name: String,
    arguments: String,
}

impl Decoder {
    /// Reads a chunk.
    pub(super) fn decode(&mut self, frame: &Frame<'_>, found: &mut Found<'_>) -> Result<(), ModelError> {
        if &*frame.data == b"[DONE]" {
            return self.finish(found);
        }
        let chunk: Chunk<'_> = serde_json::from_slice(&frame.data).map_err(|error| ModelError::Protocol {
            reason: format!("{:?} at column {}", error.classify(), error.column()),
        })?;
        if let Some(error) = chunk.error {
            return Err(ModelError::Failed {
                code: error.code.unwrap_or_else(|| "unknown".to_owned()),
                message: error.message,
                retry_after: None,
            });
        }
        if self.id.is_none() {
            let id = chunk.id.into_owned();
            self.id = Some(id.clone());
            found(ModelEvent::Created { id, model: chunk.model })?;
        }
        if let Some(usage) = chunk.usage {
            self.usage = Some(usage.into());
        }
        let Some(choice) = chunk.choices.into_iter().next() else { return Ok(()) };
        if let Some(text) = choice.delta.content.filter(|text| !text.is_empty()) {
            let item = self.message_id();
            if !self.begun {
                self.begun = true;
                found(ModelEvent::ItemStarted { id: item.clone(), kind: StartedItem::Message })?;
            }
            self.text.push_str(&text);
            found(ModelEvent::TextDelta { item: item.into(), delta: text })?;
        }
        for part in choice.delta.tool_calls.unwrap_or_default() {
            self.grow_call(part)?;
        }
        if let Some(reason) = choice.finish_reason {
            self.finish = Some(match &*reason {
                "length" => "length",
                "content_filter" => "content_filter",
                "tool_calls" => "tool_calls",
                _ => "stop",
            });
        }
        Ok(())
    }

    fn message_id(&self) -> String {
        format!("msg_{}", self.id.as_deref().unwrap_or_default())
    }

    fn grow_call(&mut self, part: CallPart<'_>) -> Result<(), ModelError> {
        // The index is the provider's; a call far from the others would be a mistake, not a call.
        if part.index > self.calls.len() {
            return Err(ModelError::Protocol { reason: "tool calls are out of order".to_owned() });
        }
        if part.index == self.calls.len() {
            self.calls.push(Call::default());
        }
        let call = &mut self.calls[part.index];
        if let Some(id) = part.id {
            call.id = id.into_owned();
        }
        if let Some(function) = part.function {
            call.name.push_str(&function.name.unwrap_or_default());
            call.arguments.push_str(&function.arguments.unwrap_or_default());
        }
        Ok(())
    }

    fn finish(&mut self, found: &mut Found<'_>) -> Result<(), ModelError> {
        let finish = self.finish.take().unwrap_or("stop");
        if self.begun {
            let text = std::mem::take(&mut self.text);
            found(ModelEvent::ItemDone(ConversationItem::Message {
                id: Some(self.message_id()),
                role: Role::Assistant,
                content: vec![Content::OutputText { text }],
            }))?;
        }
        for call in std::mem::take(&mut self.calls) {
            found(ModelEvent::ItemDone(ConversationItem::FunctionCall {
                call_id: call.id,
                name: call.name,
                arguments: call.arguments,
            }))?;
        }
        found(ModelEvent::Completed { id: self.id.clone(), usage: self.usage.take(), finish })
    }
}

#[derive(Deserialize)]
struct Chunk<'a> {
    #[serde(borrow, default)]
    id: Cow<'a, str>,
    model: Option<String>,
    #[serde(borrow, default)]
    choices: Vec<Choice<'a>>,
    usage: Option<Usage>,
    error: Option<ChunkError>,
}

#[derive(Deserialize)]
struct ChunkError {
    code: Option<String>,
    message: Option<String>,
}

#[derive(Deserialize)]
struct Choice<'a> {
    #[serde(borrow, default)]
    delta: ChoiceDelta<'a>,
    #[serde(borrow)]
    finish_reason: Option<Cow<'a, str>>,
}

#[derive(Default, Deserialize)]
struct ChoiceDelta<'a> {
    #[serde(borrow)]
    content: Option<Cow<'a, str>>,
    #[serde(borrow)]
    tool_calls: Option<Vec<CallPart<'a>>>,
}

#[derive(Deserialize)]
struct CallPart<'a> {
    #[serde(default)]
    index: usize,
    #[serde(borrow)]
    id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    function: Option<FunctionPart<'a>>,
}

#[derive(Deserialize)]
struct FunctionPart<'a> {
    #[serde(borrow)]
    name: Option<Cow<'a, str>>,
    #[serde(borrow)]
    arguments: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Usage {
    #[serde(default, rename = "prompt_tokens")]
    prompt: i64,
    #[serde(default, rename = "completion_tokens")]
    completion: i64,
    #[serde(default, rename = "total_tokens")]
    total: i64,
}

impl From<Usage> for TokenUsage {
    fn from(usage: Usage) -> Self {
        Self {
            total_tokens: usage.total,
            input_tokens: usage.prompt,
            output_tokens: usage.completion,
            ..Self::default()
        }
    }
}

/// The body of a request.
pub(super) fn body(prompt: &Prompt<'_>) -> serde_json::Result<Vec<u8>> {
    let mut messages = vec![json!({ "role": "system", "content": prompt.instructions })];
    for item in prompt.items {
        message(item, &mut messages);
    }
    let mut body = json!({
        "model": prompt.model,
        "messages": messages,
        "stream": true,
        "stream_options": { "include_usage": true },
    });
    if !prompt.tools.is_empty() {
        body["tools"] = prompt
            .tools
            .iter()
            .map(|tool| {
                json!({ "type": "function", "function": {
                    "name": tool.name, "description": tool.description, "parameters": tool.parameters,
                }})
            })
            .collect();
    }
    if let Some(effort) = prompt.effort {
        body["reasoning_effort"] = effort.into();
    }
    if let Some(schema) = prompt.output_schema {
        body["response_format"] = json!({ "type": "json_schema", "json_schema": {
            "name": "final_answer", "strict": true, "schema": schema,
        }});
    }
    serde_json::to_vec(&body)
}

fn message(item: &ConversationItem, messages: &mut Vec<Value>) {
    match item {
        ConversationItem::Message { role: Role::Assistant, content, .. } => {
            messages.push(json!({ "role": "assistant", "content": text_of(content) }));
        }
        ConversationItem::Message { role, content, .. } => {
            let role = if *role == Role::User { "user" } else { "system" };
            let images = content.iter().any(|part| matches!(part, Content::InputImage { .. }));
            let content = if images { parts(content) } else { text_of(content).into() };
            messages.push(json!({ "role": role, "content": content }));
        }
        ConversationItem::FunctionCall { call_id, name, arguments } => {
            let call = json!({ "id": call_id, "type": "function",
                "function": { "name": name, "arguments": arguments } });
            messages.push(json!({ "role": "assistant", "content": null, "tool_calls": [call] }));
        }
        ConversationItem::FunctionCallOutput { call_id, output } => {
            messages.push(json!({ "role": "tool", "tool_call_id": call_id, "content": output }));
        }
        // This API has no place for it.
        ConversationItem::Reasoning { .. } | ConversationItem::Other => {}
    }
}

fn parts(content: &[Content]) -> Value {
    content
        .iter()
        .filter_map(|part| match part {
            Content::InputText { text } | Content::OutputText { text } => {
                Some(json!({ "type": "text", "text": text }))
            }
            Content::InputImage { image_url, .. } => {
                Some(json!({ "type": "image_url", "image_url": { "url": image_url } }))
            }
            Content::Other => None,
        })
        .collect()
}

//! The Responses API: its events, and the body of its requests.

use std::borrow::Cow;

use codex_protocol::TokenUsage;
use serde::{Deserialize, Serialize};
use serde_json::{Value, value::RawValue};

use super::{ModelError, ModelEvent, Prompt, StartedItem, sse::Frame};
use crate::{conversation::ConversationItem, tools::ToolSpec};

/// Reads an event. `None` for one that says nothing of use here.
pub(super) fn decode<'a>(frame: &'a Frame<'_>) -> Result<Option<ModelEvent<'a>>, ModelError> {
    let data: &[u8] = &frame.data;
    let name = match frame.event {
        Some(name) => Cow::Borrowed(name),
        // Some providers leave the name to the data.
        None if data == b"[DONE]" => return Ok(None),
        None => Cow::Owned(json::<Typed<'_>>(data)?.kind.into_owned().into_bytes()),
    };
    Ok(Some(match &*name {
        b"response.output_text.delta" => {
            let delta: TextDelta<'a> = json(data)?;
            ModelEvent::TextDelta { item: delta.item_id, delta: delta.delta }
        }
        b"response.reasoning_summary_text.delta" => {
            let delta: TextDelta<'a> = json(data)?;
            ModelEvent::SummaryDelta { item: delta.item_id, index: delta.summary_index, delta: delta.delta }
        }
        b"response.reasoning_text.delta" => {
            let delta: TextDelta<'a> = json(data)?;
            ModelEvent::ReasoningDelta { item: delta.item_id, index: delta.content_index, delta: delta.delta }
        }
        b"response.reasoning_summary_part.added" => {
            let part: TextDelta<'a> = json(data)?;
            ModelEvent::SummaryPart { item: part.item_id, index: part.summary_index }
        }
        b"response.created" => {
            let created: WithResponse = json(data)?;
            ModelEvent::Created { id: created.response.id.unwrap_or_default(), model: created.response.model }
        }
        b"response.output_item.added" => {
            let added: Added<'a> = json(data)?;
            let kind = match &*added.item.kind {
                "message" => StartedItem::Message,
                "reasoning" => StartedItem::Reasoning,
                _ => StartedItem::Other,
            };
            ModelEvent::ItemStarted { id: added.item.id.into_owned(), kind }
        }
        b"response.output_item.done" => ModelEvent::ItemDone(json::<Done>(data)?.item),
        b"response.completed" => {
            let response = json::<WithResponse>(data)?.response;
            ModelEvent::Completed { id: response.id, usage: response.usage.map(Into::into), finish: "stop" }
        }
        b"response.incomplete" => {
            let response = json::<WithResponse>(data)?.response;
            let finish = match response.incomplete_details.and_then(|details| details.reason).as_deref() {
                Some("content_filter") => "content_filter",
                _ => "length",
            };
            ModelEvent::Completed { id: response.id, usage: response.usage.map(Into::into), finish }
        }
        b"response.failed" => {
            ModelEvent::Failed(json::<WithResponse>(data)?.response.error.unwrap_or_default().into())
        }
        b"error" => ModelEvent::Failed(json::<StreamError>(data)?.into()),
        _ => return Ok(None),
    }))
}

fn json<'a, T: Deserialize<'a>>(data: &'a [u8]) -> Result<T, ModelError> {
    // The error's text names a place and a shape, never the content.
    serde_json::from_slice(data).map_err(|error| ModelError::Protocol {
        reason: format!("{:?} at column {}", error.classify(), error.column()),
    })
}

#[derive(Deserialize)]
struct Typed<'a> {
    #[serde(borrow, rename = "type", default)]
    kind: Cow<'a, str>,
}

#[derive(Deserialize)]
struct TextDelta<'a> {
    #[serde(borrow, default)]
    item_id: Cow<'a, str>,
    #[serde(borrow, default)]
    delta: Cow<'a, str>,
    #[serde(default)]
    summary_index: u32,
    #[serde(default)]
    content_index: u32,
}

#[derive(Deserialize)]
struct Added<'a> {
    #[serde(borrow)]
    item: AddedItem<'a>,
}

#[derive(Deserialize)]
struct AddedItem<'a> {
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
    #[serde(borrow, default)]
    id: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Done {
    item: ConversationItem,
}

#[derive(Deserialize)]
struct WithResponse {
    response: Response,
}

#[derive(Deserialize)]
struct Response {
    id: Option<String>,
    model: Option<String>,
    usage: Option<Usage>,
    error: Option<ProviderError>,
    incomplete_details: Option<Incomplete>,
}

#[derive(Deserialize)]
struct Incomplete {
    reason: Option<String>,
}

#[derive(Default, Deserialize)]
struct ProviderError {
    code: Option<String>,
    message: Option<String>,
}

/// An `error` event: the error itself, or below a key of its own.
#[derive(Deserialize)]
struct StreamError {
    error: Option<ProviderError>,
    code: Option<String>,
    message: Option<String>,
}

impl From<StreamError> for ModelError {
    fn from(error: StreamError) -> Self {
        error.error.unwrap_or(ProviderError { code: error.code, message: error.message }).into()
    }
}

impl From<ProviderError> for ModelError {
    fn from(error: ProviderError) -> Self {
        match error.code.as_deref() {
            Some("context_length_exceeded") => Self::ContextWindow,
            code => Self::Failed {
                code: code.unwrap_or("unknown").to_owned(),
                message: error.message,
                retry_after: None,
            },
        }
    }
}

#[derive(Deserialize)]
struct Usage {
    #[serde(default)]
    input_tokens: i64,
    #[serde(default)]
    input_tokens_details: Option<InputDetails>,
    #[serde(default)]
    output_tokens: i64,
    #[serde(default)]
    output_tokens_details: Option<OutputDetails>,
    #[serde(default)]
    total_tokens: i64,
}

#[derive(Default, Deserialize)]
struct InputDetails {
    #[serde(default)]
    cached_tokens: i64,
}

#[derive(Default, Deserialize)]
struct OutputDetails {
    #[serde(default)]
    reasoning_tokens: i64,
}

impl From<Usage> for TokenUsage {
    fn from(usage: Usage) -> Self {
        Self {
            total_tokens: usage.total_tokens,
            input_tokens: usage.input_tokens,
            cached_input_tokens: usage.input_tokens_details.unwrap_or_default().cached_tokens,
            cache_write_input_tokens: 0,
            output_tokens: usage.output_tokens,
            reasoning_output_tokens: usage.output_tokens_details.unwrap_or_default().reasoning_tokens,
        }
    }
}

/// The body of a request.
pub(super) fn body(prompt: &Prompt<'_>) -> serde_json::Result<Vec<u8>> {
    serde_json::to_vec(&Body {
        model: prompt.model,
        instructions: prompt.instructions,
        input: prompt.items,
        tools: prompt.tools.iter().map(Into::into).collect(),
        tool_choice: "auto",
        parallel_tool_calls: false,
        store: false,
        stream: true,
        prompt_cache_key: prompt.conversation,
        reasoning: prompt.effort.map(|effort| Reasoning { effort, summary: "auto" }),
        // Without it the provider cannot go on from its own reasoning, since nothing is stored there.
        include: if prompt.effort.is_some() { &["reasoning.encrypted_content"] } else { &[] },
        text: prompt.output_schema.map(|schema| Text {
            format: Format { kind: "json_schema", name: "final_answer", strict: true, schema },
        }),
    })
}

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    instructions: &'a str,
    input: &'a [ConversationItem],
    tools: Vec<Function<'a>>,
    tool_choice: &'a str,
    parallel_tool_calls: bool,
    store: bool,
    stream: bool,
    prompt_cache_key: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning: Option<Reasoning<'a>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    include: &'a [&'a str],
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<Text<'a>>,
}

#[derive(Serialize)]
struct Reasoning<'a> {
    effort: &'a str,
    summary: &'a str,
}

#[derive(Serialize)]
struct Text<'a> {
    format: Format<'a>,
}

#[derive(Serialize)]
struct Format<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    name: &'a str,
    strict: bool,
    schema: &'a Value,
}

#[derive(Serialize)]
struct Function<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    name: &'a str,
    description: &'a str,
    strict: bool,
    parameters: &'a RawValue,
}

impl<'a> From<&'a ToolSpec> for Function<'a> {
    fn from(spec: &'a ToolSpec) -> Self {
        Self {
            kind: "function",
            name: spec.name,
            description: spec.description,
            strict: false,
            parameters: &spec.parameters,
        }
    }
}

//! The body of a request to the Chat Completions API.

use serde_json::{Value, json};

use crate::{
    conversation::{Content, ConversationItem, Message, Role, ToolInput, paired, text_of},
    model::{Prompt, ToolInputSpec, ToolSpec, arguments::well_formed},
};

pub(super) fn body(prompt: &Prompt<'_>) -> serde_json::Result<Vec<u8>> {
    let mut body = json!({
        "model": prompt.model,
        "messages": messages(prompt.instructions, prompt.items),
        "stream": true,
        "stream_options": { "include_usage": true },
    });
    if !prompt.tools.is_empty() {
        body["tools"] = prompt
            .tools
            .iter()
            .map(|tool| {
                json!({ "type": "function", "function": {
                    "name": tool.name, "description": tool.description, "parameters": parameters(tool),
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

/// The conversation as messages. What the model said and called in one response is one message, and the outputs of all
/// its calls follow it at once: providers take nothing else.
fn messages(instructions: &str, items: &[ConversationItem]) -> Vec<Value> {
    let mut messages = vec![json!({ "role": "system", "content": instructions })];
    let mut response = Response::default();
    for item in paired(items) {
        match item {
            ConversationItem::Message(message) if message.role == Role::Assistant => {
                if !response.calls.is_empty() {
                    response.flush(&mut messages);
                }
                response.text.push(message.text());
            }
            ConversationItem::Message(message) => {
                response.flush(&mut messages);
                messages.push(said(message));
            }
            ConversationItem::ToolCall { call_id, name, input } => {
                if !response.outputs.is_empty() {
                    response.flush(&mut messages);
                }
                let arguments = match input {
                    ToolInput::Json(arguments) => well_formed(arguments).into_owned(),
                    // This API has no free-form tools.
                    ToolInput::Text(text) => json!({ "input": text }).to_string(),
                };
                response.calls.push(json!({ "id": call_id, "type": "function",
                    "function": { "name": name, "arguments": arguments } }));
            }
            ConversationItem::ToolOutput { call_id, output } => {
                response
                    .outputs
                    .push(json!({ "role": "tool", "tool_call_id": call_id, "content": output.text() }));
                // A tool's message holds text alone; what it shows follows as the user's.
                if output.content.iter().any(|part| matches!(part, Content::Image { .. })) {
                    response.shown.push(json!({ "role": "user", "content": parts(&output.content) }));
                }
            }
            // This API has no place for it.
            ConversationItem::Reasoning(_) | ConversationItem::Other(_) => {}
        }
    }
    response.flush(&mut messages);
    messages
}

/// One response of the model and what its calls gave.
#[derive(Default)]
struct Response {
    text: Vec<String>,
    calls: Vec<Value>,
    outputs: Vec<Value>,
    shown: Vec<Value>,
}

impl Response {
    fn flush(&mut self, messages: &mut Vec<Value>) {
        let Self { text, calls, outputs, shown } = std::mem::take(self);
        let text = (!text.is_empty()).then(|| text.concat());
        if calls.is_empty() {
            messages.extend(text.map(|text| json!({ "role": "assistant", "content": text })));
        } else {
            messages.push(json!({ "role": "assistant", "content": text, "tool_calls": calls }));
        }
        messages.extend(outputs);
        messages.extend(shown);
    }
}

/// This API has no free-form tools: their text goes in an object.
fn parameters(tool: &ToolSpec) -> Value {
    match &tool.input {
        ToolInputSpec::Json(schema) => json!(schema),
        ToolInputSpec::Text | ToolInputSpec::Grammar { .. } => json!({
            "type": "object",
            "properties": { "input": { "type": "string" } },
            "required": ["input"],
        }),
    }
}

fn said(message: &Message) -> Value {
    let Message { role, content, phase: _ } = message;
    let role = if *role == Role::User { "user" } else { "system" };
    let images = content.iter().any(|part| matches!(part, Content::Image { .. }));
    let content = if images { parts(content) } else { text_of(content).into() };
    json!({ "role": role, "content": content })
}

fn parts(content: &[Content]) -> Value {
    content
        .iter()
        .filter_map(|part| match part {
            Content::Text(text) | Content::Refusal(text) => Some(json!({ "type": "text", "text": text })),
            Content::Image { url, detail } => {
                let mut image = json!({ "url": url });
                if let Some(detail) = detail {
                    image["detail"] = detail.as_str().into();
                }
                Some(json!({ "type": "image_url", "image_url": image }))
            }
            Content::Other(_) => None,
        })
        .collect()
}

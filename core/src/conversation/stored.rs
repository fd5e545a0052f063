//! Items as records keep them: the shape of the Responses API, which the rollouts of the reference server have too.
//!
//! Reading forgives what providers and other servers get wrong; an item that cannot be made out is kept whole.

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::SerializeMap};
use serde_json::{Map, Value, json};

use super::{Content, ConversationItem, Message, ReasoningItem, Role, ToolInput, ToolOutput};

impl<'de> Deserialize<'de> for ConversationItem {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Map::deserialize(deserializer).map(Self::read)
    }
}

impl Serialize for ConversationItem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Message(Message { role, content, phase }) => {
                let mut map = serializer.serialize_map(None)?;
                map.serialize_entry("type", "message")?;
                map.serialize_entry("role", role.name())?;
                map.serialize_entry("content", &parts(content, *role == Role::Assistant))?;
                if let Some(phase) = phase {
                    map.serialize_entry("phase", phase)?;
                }
                map.end()
            }
            Self::Reasoning(ReasoningItem { id, summary, content, encrypted }) => {
                let mut map = serializer.serialize_map(None)?;
                map.serialize_entry("type", "reasoning")?;
                map.serialize_entry("id", id)?;
                map.serialize_entry("summary", &texts("summary_text", summary))?;
                if !content.is_empty() {
                    map.serialize_entry("content", &texts("reasoning_text", content))?;
                }
                if let Some(encrypted) = encrypted {
                    map.serialize_entry("encrypted_content", encrypted)?;
                }
                map.end()
            }
            Self::ToolCall { call_id, name, input } => {
                let (kind, key, text) = match input {
                    ToolInput::Json(text) => ("function_call", "arguments", text),
                    ToolInput::Text(text) => ("custom_tool_call", "input", text),
                };
                let mut map = serializer.serialize_map(None)?;
                map.serialize_entry("type", kind)?;
                map.serialize_entry("call_id", call_id)?;
                map.serialize_entry("name", name)?;
                map.serialize_entry(key, text)?;
                map.end()
            }
            Self::ToolOutput { call_id, output } => {
                let kind = if output.to_text { "custom_tool_call_output" } else { "function_call_output" };
                let mut map = serializer.serialize_map(None)?;
                map.serialize_entry("type", kind)?;
                map.serialize_entry("call_id", call_id)?;
                match &*output.content {
                    [Content::Text(text)] => map.serialize_entry("output", text)?,
                    content => map.serialize_entry("output", &parts(content, false))?,
                }
                map.end()
            }
            Self::Other(members) => members.serialize(serializer),
        }
    }
}

impl ConversationItem {
    /// Reads an item, whatever it is.
    pub(crate) fn read(mut item: Map<String, Value>) -> Self {
        let kind = item.get("type").and_then(Value::as_str).unwrap_or("message");
        match kind {
            "message" => match Role::read(item.get("role")) {
                Some(role) => {
                    let content =
                        item.get_mut("content").map(Value::take).map(read_parts).unwrap_or_default();
                    Self::Message(Message { role, content, phase: text(&mut item, "phase") })
                }
                None => Self::Other(item),
            },
            "reasoning" => Self::Reasoning(ReasoningItem {
                id: text(&mut item, "id").unwrap_or_default(),
                summary: read_texts(item.get("summary")),
                content: read_texts(item.get("content")),
                encrypted: text(&mut item, "encrypted_content"),
            }),
            "function_call" => Self::ToolCall {
                call_id: text(&mut item, "call_id").unwrap_or_default(),
                name: text(&mut item, "name").unwrap_or_default(),
                input: ToolInput::Json(json_text(item.get_mut("arguments"))),
            },
            "custom_tool_call" => Self::ToolCall {
                call_id: text(&mut item, "call_id").unwrap_or_default(),
                name: text(&mut item, "name").unwrap_or_default(),
                input: ToolInput::Text(json_text(item.get_mut("input"))),
            },
            "function_call_output" | "custom_tool_call_output" => {
                let to_text = kind == "custom_tool_call_output";
                let content = item.get_mut("output").map(Value::take).map(read_parts).unwrap_or_default();
                let call_id = text(&mut item, "call_id").unwrap_or_default();
                Self::ToolOutput { call_id, output: ToolOutput { content, to_text } }
            }
            _ => Self::Other(item),
        }
    }
}

impl Role {
    /// The name that records and providers have for it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Assistant => "assistant",
            Self::Developer => "developer",
            Self::System => "system",
        }
    }

    /// A message of nobody is the model's.
    fn read(value: Option<&Value>) -> Option<Self> {
        match value {
            None | Some(Value::Null) => Some(Self::Assistant),
            Some(Value::String(name)) => match name.as_str() {
                "user" => Some(Self::User),
                "assistant" => Some(Self::Assistant),
                "developer" => Some(Self::Developer),
                "system" => Some(Self::System),
                _ => None,
            },
            Some(_) => None,
        }
    }
}

/// Pieces of content in their stored shape.
fn parts(content: &[Content], output: bool) -> Vec<Value> {
    content
        .iter()
        .map(|part| match part {
            Content::Text(text) => {
                json!({ "type": if output { "output_text" } else { "input_text" }, "text": text })
            }
            Content::Refusal(text) => json!({ "type": "refusal", "refusal": text }),
            Content::Image { url, detail: Some(detail) } => {
                json!({ "type": "input_image", "image_url": url, "detail": detail })
            }
            Content::Image { url, detail: None } => json!({ "type": "input_image", "image_url": url }),
            Content::Other(value) => value.clone(),
        })
        .collect()
}

fn texts(kind: &str, texts: &[String]) -> Vec<Value> {
    texts.iter().map(|text| json!({ "type": kind, "text": text })).collect()
}

/// Content as a list of pieces, one piece, or bare text.
fn read_parts(content: Value) -> Vec<Content> {
    match content {
        Value::Null => Vec::new(),
        Value::String(text) => vec![Content::Text(text)],
        Value::Array(parts) => parts.into_iter().filter_map(read_part).collect(),
        part => read_part(part).into_iter().collect(),
    }
}

fn read_part(part: Value) -> Option<Content> {
    let mut members = match part {
        Value::Null => return None,
        Value::String(text) => return Some(Content::Text(text)),
        Value::Object(members) => members,
        other => return Some(Content::Other(other)),
    };
    Some(match members.get("type").and_then(Value::as_str) {
        Some("input_text" | "output_text" | "text") | None if members.contains_key("text") => {
            Content::Text(text(&mut members, "text").unwrap_or_default())
        }
        Some("refusal") => Content::Refusal(text(&mut members, "refusal").unwrap_or_default()),
        Some("input_image") if members.get("image_url").is_some_and(Value::is_string) => Content::Image {
            url: text(&mut members, "image_url").unwrap_or_default(),
            detail: text(&mut members, "detail"),
        },
        _ => Content::Other(Value::Object(members)),
    })
}

fn read_texts(parts: Option<&Value>) -> Vec<String> {
    match parts {
        Some(Value::Array(parts)) => parts
            .iter()
            .filter_map(|part| part.as_str().or_else(|| part.get("text")?.as_str()).map(str::to_owned))
            .collect(),
        Some(Value::String(text)) => vec![text.clone()],
        _ => Vec::new(),
    }
}

/// Text that should be there; a number in its place is text too.
fn text(members: &mut Map<String, Value>, key: &str) -> Option<String> {
    match members.get_mut(key)?.take() {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// JSON text; some send the JSON itself.
fn json_text(value: Option<&mut Value>) -> String {
    match value.map(Value::take) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text,
        Some(other) => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn kept(text: &str) {
        let item: ConversationItem = serde_json::from_str(text).unwrap();
        let value: Value = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_value(item).unwrap(), value);
    }

    #[test]
    fn what_is_stored_comes_back() {
        kept(r#"{"type":"message","role":"user","content":[{"type":"input_text","text":"a"}]}"#);
        kept(
            r#"{"type":"message","role":"assistant","content":[{"type":"output_text","text":"a"},{"type":"refusal","refusal":"no"}],"phase":"final_answer"}"#,
        );
        kept(
            r#"{"type":"message","role":"user","content":[{"type":"input_image","image_url":"data:,","detail":"low"},{"type":"brand_new","x":1}]}"#,
        );
        kept(r#"{"type":"function_call","call_id":"c","name":"t","arguments":"{"}"#);
        kept(r#"{"type":"custom_tool_call","call_id":"c","name":"t","input":"x"}"#);
        kept(r#"{"type":"function_call_output","call_id":"c","output":"o"}"#);
        kept(
            r#"{"type":"custom_tool_call_output","call_id":"c","output":[{"type":"input_text","text":"a"},{"type":"input_image","image_url":"data:,"}]}"#,
        );
        kept(
            r#"{"type":"reasoning","id":"r","summary":[{"type":"summary_text","text":"s"}],"content":[{"type":"reasoning_text","text":"c"}],"encrypted_content":"e"}"#,
        );
    }

    #[test]
    fn what_a_provider_does_itself_is_kept_whole() {
        kept(
            r#"{"type":"web_search_call","id":"ws","status":"completed","action":{"type":"search","query":"q"}}"#,
        );
        kept(r#"{"type":"brand_new_item","x":[1,2.5,null]}"#);
        kept(r#"{"type":"message","role":"narrator","content":[]}"#);
    }

    #[test]
    fn what_is_not_quite_right_is_understood() {
        let read = |text: &str| serde_json::from_str::<ConversationItem>(text).unwrap();
        let message = |content: Vec<Content>| {
            ConversationItem::Message(Message { role: Role::Assistant, content, phase: None })
        };
        for (text, item) in [
            (r#"{"type":"message","role":"assistant","content":null}"#, message(vec![])),
            (
                r#"{"type":"message","role":"assistant","content":"a"}"#,
                message(vec![Content::Text("a".to_owned())]),
            ),
            (r#"{"type":"message","content":[{"text":"a"}]}"#, message(vec![Content::Text("a".to_owned())])),
            (
                r#"{"type":"message","role":null,"content":[{"type":"output_text","text":null}],"phase":null}"#,
                message(vec![Content::Text(String::new())]),
            ),
            (
                r#"{"type":"function_call","call_id":7,"name":"t","arguments":{"a":1}}"#,
                ConversationItem::ToolCall {
                    call_id: "7".to_owned(),
                    name: "t".to_owned(),
                    input: ToolInput::Json(r#"{"a":1}"#.to_owned()),
                },
            ),
            (
                r#"{"type":"reasoning","summary":null,"content":null}"#,
                ConversationItem::Reasoning(ReasoningItem::default()),
            ),
        ] {
            assert_eq!(read(text), item, "{text}");
        }
    }
}

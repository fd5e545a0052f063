//! The conversation as span attributes, in the shape of the conventions for generative AI. Only where content is on.

use serde_json::{Value, json};

use crate::conversation::{Content, ConversationItem, Role, ToolInput};

/// The most items that stand on one span: a conversation is sent whole with each request, and grows.
const ITEMS: usize = 40;
/// The most characters of one part.
const PART: usize = 8_192;

/// `gen_ai.input.messages` and `gen_ai.output.messages`: the last items, as JSON text.
pub(super) fn messages(items: &[ConversationItem]) -> String {
    let last = items.len().saturating_sub(ITEMS);
    Value::Array(items[last..].iter().filter_map(message).collect()).to_string()
}

/// `gen_ai.system_instructions`.
pub(super) fn instructions(text: &str) -> String {
    json!([{ "type": "text", "content": cut(text) }]).to_string()
}

fn message(item: &ConversationItem) -> Option<Value> {
    let (role, parts) = match item {
        ConversationItem::Message(message) => {
            (role_name(message.role), message.content.iter().filter_map(part).collect())
        }
        ConversationItem::ToolCall { call_id, name, input } => {
            let (ToolInput::Json(arguments) | ToolInput::Text(arguments)) = input;
            let part =
                json!({ "type": "tool_call", "id": call_id, "name": name, "arguments": cut(arguments) });
            ("assistant", vec![part])
        }
        ConversationItem::ToolOutput { call_id, output } => {
            let response = output.text();
            let part = json!({ "type": "tool_call_response", "id": call_id, "response": cut(&response) });
            ("tool", vec![part])
        }
        // Reasoning comes back encrypted; what can be read of it stands in the conversation.
        ConversationItem::Reasoning(_) | ConversationItem::Other(_) => return None,
    };
    Some(json!({ "role": role, "parts": parts }))
}

fn part(content: &Content) -> Option<Value> {
    match content {
        Content::Text(text) | Content::Refusal(text) => Some(json!({ "type": "text", "content": cut(text) })),
        // The picture itself would be longer than all the rest.
        Content::Image { .. } => Some(json!({ "type": "uri", "modality": "image" })),
        Content::Other(_) => None,
    }
}

const fn role_name(role: Role) -> &'static str {
    match role {
        Role::User => "user",
        Role::Assistant => "assistant",
        Role::Developer | Role::System => "system",
    }
}

fn cut(text: &str) -> &str {
    text.char_indices().nth(PART).map_or(text, |(end, _)| &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::ToolOutput;

    #[test]
    fn a_conversation_has_the_shape_of_the_conventions() {
        let input = ToolInput::Json("{}".to_owned());
        let items = [
            ConversationItem::message(Role::User, "hello"),
            ConversationItem::ToolCall { call_id: "c".into(), name: "t".into(), input: input.clone() },
            ConversationItem::ToolOutput {
                call_id: "c".into(),
                output: ToolOutput::text_for(&input, "done"),
            },
            ConversationItem::Other(serde_json::Map::new()),
        ];
        let expected = json!([
            { "role": "user", "parts": [{ "type": "text", "content": "hello" }] },
            { "role": "assistant", "parts": [{ "type": "tool_call", "id": "c", "name": "t", "arguments": "{}" }] },
            { "role": "tool", "parts": [{ "type": "tool_call_response", "id": "c", "response": "done" }] },
        ]);
        assert_eq!(serde_json::from_str::<Value>(&messages(&items)).unwrap(), expected);
    }

    #[test]
    fn what_stands_on_a_span_is_bounded() {
        let items = vec![ConversationItem::message(Role::User, "é".repeat(PART + 5)); ITEMS + 3];
        let read: Value = serde_json::from_str(&messages(&items)).unwrap();
        assert_eq!(read.as_array().unwrap().len(), ITEMS);
        let text = read[0]["parts"][0]["content"].as_str().unwrap();
        assert_eq!(text.chars().count(), PART);
    }
}

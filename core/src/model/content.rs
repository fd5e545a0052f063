//! The conversation as span attributes, in the shape of the conventions for generative AI. Only where content is on.

use serde_json::{Value, json};

use crate::conversation::{Content, ConversationItem, Role};

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
        ConversationItem::Message { role, content, .. } => {
            (role_name(*role), content.iter().filter_map(part).collect())
        }
        ConversationItem::FunctionCall { call_id, name, arguments } => {
            let part =
                json!({ "type": "tool_call", "id": call_id, "name": name, "arguments": cut(arguments) });
            ("assistant", vec![part])
        }
        ConversationItem::FunctionCallOutput { call_id, output } => {
            let part = json!({ "type": "tool_call_response", "id": call_id, "response": cut(output) });
            ("tool", vec![part])
        }
        // Reasoning comes back encrypted; what can be read of it stands in the conversation.
        ConversationItem::Reasoning { .. } | ConversationItem::Other => return None,
    };
    Some(json!({ "role": role, "parts": parts }))
}

fn part(content: &Content) -> Option<Value> {
    match content {
        Content::InputText { text } | Content::OutputText { text } => {
            Some(json!({ "type": "text", "content": cut(text) }))
        }
        // The picture itself would be longer than all the rest.
        Content::InputImage { .. } => Some(json!({ "type": "uri", "modality": "image" })),
        Content::Other => None,
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

    #[test]
    fn a_conversation_has_the_shape_of_the_conventions() {
        let items = [
            ConversationItem::input(Role::User, "hello"),
            ConversationItem::FunctionCall { call_id: "c".into(), name: "t".into(), arguments: "{}".into() },
            ConversationItem::FunctionCallOutput { call_id: "c".into(), output: "done".into() },
            ConversationItem::Other,
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
        let items = vec![ConversationItem::input(Role::User, "é".repeat(PART + 5)); ITEMS + 3];
        let read: Value = serde_json::from_str(&messages(&items)).unwrap();
        assert_eq!(read.as_array().unwrap().len(), ITEMS);
        let text = read[0]["parts"][0]["content"].as_str().unwrap();
        assert_eq!(text.chars().count(), PART);
    }
}

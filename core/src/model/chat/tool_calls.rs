//! Tool calls, put together from the pieces that they arrive in.
//!
//! A piece should name its call by `index`, and the first one should have the id. Servers number all calls 0, or from 1,
//! or not at all, repeat ids and names in each piece, or send no ids.

use serde::de::IgnoredAny;
use serde_json::Value;

use crate::conversation::{ConversationItem, ToolInput};

/// The calls of one response.
#[derive(Debug, Default)]
pub(super) struct ToolCalls {
    calls: Vec<Call>,
}

#[derive(Debug, Default)]
struct Call {
    index: Option<u64>,
    id: String,
    name: String,
    arguments: String,
}

impl ToolCalls {
    /// Adds a piece.
    pub(super) fn add(&mut self, part: &Value) {
        let function = part.get("function").unwrap_or(&Value::Null);
        let index = part.get("index").and_then(Value::as_f64).map(|index| index as u64);
        let id = word(part.get("id"));
        let name = word(function.get("name"));
        let arguments = match function.get("arguments") {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(json) => json.to_string(),
        };
        let place = self
            .find(index, &id)
            .filter(|place| name.is_empty() || arguments.is_empty() || !self.calls[*place].is_whole());
        let place = place.unwrap_or_else(|| {
            self.calls.push(Call { index, ..Call::default() });
            self.calls.len() - 1
        });
        let call = &mut self.calls[place];
        if call.id.is_empty() {
            call.id = id;
        }
        if call.name != name {
            call.name.push_str(&name);
        }
        call.arguments.push_str(&arguments);
    }

    /// The call that a piece belongs to, unless it begins one.
    fn find(&self, index: Option<u64>, id: &str) -> Option<usize> {
        let here = |call: &Call| index.is_none() || call.index == index;
        if id.is_empty() {
            return self.calls.iter().rposition(here);
        }
        // An id may come later than its call.
        self.calls.iter().rposition(|call| here(call) && call.id == id).or_else(|| {
            let last = self.calls.iter().rposition(here)?;
            self.calls[last].id.is_empty().then_some(last)
        })
    }

    /// The calls as items.
    pub(super) fn take(&mut self) -> Vec<ConversationItem> {
        std::mem::take(&mut self.calls)
            .into_iter()
            .map(|Call { id, name, arguments, .. }| ConversationItem::ToolCall {
                call_id: id,
                name,
                input: ToolInput::Json(arguments),
            })
            .collect()
    }
}

impl Call {
    /// Whether nothing can be missing.
    fn is_whole(&self) -> bool {
        !self.name.is_empty() && serde_json::from_str::<IgnoredAny>(&self.arguments).is_ok()
    }
}

fn word(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(parts: &[Value], expected: &[(&str, &str, &str)]) {
        let mut calls = ToolCalls::default();
        for part in parts {
            calls.add(part);
        }
        let calls = calls.take();
        let calls: Vec<(&str, &str, &str)> = calls
            .iter()
            .map(|call| match call {
                ConversationItem::ToolCall { call_id, name, input } => {
                    (call_id.as_str(), name.as_str(), input.as_str())
                }
                other => panic!("no call: {other:?}"),
            })
            .collect();
        assert_eq!(calls, expected);
    }

    fn part(index: &Value, id: &Value, name: &str, arguments: &str) -> Value {
        json!({ "index": index, "id": id, "function": { "name": name, "arguments": arguments } })
    }

    fn more(index: &Value, arguments: &str) -> Value {
        json!({ "index": index, "function": { "arguments": arguments } })
    }

    #[test]
    fn calls_as_they_should_be() {
        check(
            &[
                part(&json!(0), &json!("a"), "t", ""),
                more(&json!(0), "{\"x\""),
                part(&json!(1), &json!("b"), "u", ""),
                more(&json!(1), "{}"),
                more(&json!(0), ":1}"),
            ],
            &[("a", "t", "{\"x\":1}"), ("b", "u", "{}")],
        );
    }

    #[test]
    fn all_calls_numbered_0() {
        let zero = || json!(0);
        check(
            &[
                part(&zero(), &json!("a"), "t", "{"),
                more(&zero(), "}"),
                part(&zero(), &json!("b"), "t", "{}"),
            ],
            &[("a", "t", "{}"), ("b", "t", "{}")],
        );
        // Whole calls without names, or with the same one.
        for id in [json!(""), json!(null), json!("call_0")] {
            check(
                &[part(&zero(), &id, "t", "{}"), part(&zero(), &id, "u", "{}")],
                &[(id.as_str().unwrap_or_default(), "t", "{}"), (id.as_str().unwrap_or_default(), "u", "{}")],
            );
        }
    }

    #[test]
    fn calls_without_numbers_or_from_1() {
        let none = || json!(null);
        check(
            &[
                part(&none(), &json!("a"), "t", "{"),
                more(&none(), "}"),
                part(&none(), &json!("b"), "u", "{}"),
            ],
            &[("a", "t", "{}"), ("b", "u", "{}")],
        );
        check(
            &[
                part(&json!(1), &json!("a"), "t", "{"),
                part(&json!(2), &json!("b"), "u", "{}"),
                more(&json!(1), "}"),
            ],
            &[("a", "t", "{}"), ("b", "u", "{}")],
        );
    }

    #[test]
    fn ids_and_names_that_are_repeated() {
        let again = |arguments| part(&json!(0), &json!("a"), "t", arguments);
        check(&[again("{\"x\""), again(":1}"), again("")], &[("a", "t", "{\"x\":1}")]);
    }

    #[test]
    fn arguments_that_are_an_object() {
        let part = json!({ "id": "a", "function": { "name": "t", "arguments": { "x": 1 } } });
        check(&[part], &[("a", "t", "{\"x\":1}")]);
    }
}

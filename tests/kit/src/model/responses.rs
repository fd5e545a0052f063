//! Events of the Responses wire.

use serde_json::{Value, json};

/// An event of a stream.
pub fn event(data: &Value) -> String {
    format!("event: {}\ndata: {data}\n\n", data["type"].as_str().expect("an event has a type"))
}

/// The first event of a response.
pub fn created() -> String {
    event(&json!({ "type": "response.created", "response": { "id": "resp", "model": "real-model" } }))
}

/// The last event of a response, with its usage.
pub fn completed() -> String {
    event(&json!({ "type": "response.completed", "response": { "id": "resp", "usage": {
        "input_tokens": 120, "input_tokens_details": { "cached_tokens": 20 }, "output_tokens": 30,
        "output_tokens_details": { "reasoning_tokens": 5 }, "total_tokens": 150 } } }))
}

/// The beginning of a message: its item and the first delta.
pub fn message_begun(id: &str, delta: &str) -> String {
    event(
        &json!({ "type": "response.output_item.added", "output_index": 0, "item": item(id, "in_progress", None) }),
    ) + &text_delta(id, delta)
}

/// One more piece of a message's text.
pub fn text_delta(id: &str, delta: &str) -> String {
    event(
        &json!({ "type": "response.output_text.delta", "item_id": id, "output_index": 0, "content_index": 0,
        "delta": delta }),
    )
}

/// The end of a message: its item with the whole text.
pub fn message_done(id: &str, text: &str) -> String {
    event(
        &json!({ "type": "response.output_item.done", "output_index": 0, "item": item(id, "completed", Some(text)) }),
    )
}

fn item(id: &str, status: &str, text: Option<&str>) -> Value {
    let content: Vec<Value> =
        text.iter().map(|text| json!({ "type": "output_text", "text": text, "annotations": [] })).collect();
    json!({ "type": "message", "id": id, "role": "assistant", "status": status, "content": content })
}

/// A whole response: one message in one delta.
pub fn message(id: &str, text: &str) -> String {
    created() + &message_begun(id, text) + &message_done(id, text) + &completed()
}

/// A whole response: one message in that many deltas.
pub fn deltas(id: &str, count: usize, delta: &str) -> String {
    let mut events = created()
        + &event(&json!({ "type": "response.output_item.added", "output_index": 0,
            "item": item(id, "in_progress", None) }));
    for _ in 0..count {
        events.push_str(&text_delta(id, delta));
    }
    events + &message_done(id, &delta.repeat(count)) + &completed()
}

/// The event of a finished call of a tool.
pub fn function_call(call_id: &str, name: &str, arguments: &Value) -> String {
    event(&json!({ "type": "response.output_item.done", "output_index": 0, "item": { "type": "function_call",
        "id": "fc", "call_id": call_id, "name": name, "arguments": arguments.to_string() } }))
}

/// The event of a finished call of a free-form tool.
pub fn custom_call(call_id: &str, name: &str, input: &str) -> String {
    event(
        &json!({ "type": "response.output_item.done", "output_index": 0, "item": { "type": "custom_tool_call",
        "id": "ctc", "call_id": call_id, "name": name, "input": input } }),
    )
}

/// A whole response: a call of `apply_patch`.
pub fn patch_call(patch: &str) -> String {
    created() + &custom_call("call_0", "apply_patch", patch) + &completed()
}

/// A whole response: calls of tools that take an empty plan.
pub fn tool_call(names: &[&str]) -> String {
    let calls = names.iter().enumerate();
    let calls: String = calls
        .map(|(number, name)| function_call(&format!("call_{number}"), name, &json!({ "plan": [] })))
        .collect();
    created() + &calls + &completed()
}

/// A whole response: a call of `shell_command`.
pub fn command_call(command: &str) -> String {
    created() + &function_call("call_0", "shell_command", &json!({ "command": command })) + &completed()
}

//! Events of the Chat wire.

use serde_json::{Value, json};

/// What ends a stream.
pub const DONE: &str = "data: [DONE]\n\n";

/// An event of a stream: a delta, and why it was the last where it was.
pub fn chunk(delta: &Value, finish_reason: Option<&str>) -> String {
    let choice = json!({ "index": 0, "delta": delta, "finish_reason": finish_reason });
    let chunk = json!({ "id": "chatcmpl", "object": "chat.completion.chunk", "model": "real-model", "choices": [choice] });
    format!("data: {chunk}\n\n")
}

/// The event that tells the usage.
pub fn usage() -> String {
    let usage = json!({ "prompt_tokens": 120, "completion_tokens": 30, "total_tokens": 150,
        "prompt_tokens_details": { "cached_tokens": 20 }, "completion_tokens_details": { "reasoning_tokens": 5 } });
    format!("data: {}\n\n", json!({ "id": "chatcmpl", "choices": [], "usage": usage }))
}

/// A whole response: one message in one delta.
pub fn message(text: &str) -> String {
    chunk(&json!({ "role": "assistant", "content": text }), None)
        + &chunk(&json!({}), Some("stop"))
        + &usage()
        + DONE
}

/// A whole response: one call of a tool.
pub fn tool_call(call_id: &str, name: &str, arguments: &Value) -> String {
    let call = json!({ "index": 0, "id": call_id, "type": "function",
        "function": { "name": name, "arguments": arguments.to_string() } });
    chunk(&json!({ "tool_calls": [call] }), None) + &chunk(&json!({}), Some("tool_calls")) + &usage() + DONE
}

//! A model that acts out the scene that a prompt names, without waiting for a clock.

use serde_json::{Value, json};

use super::{
    Model, Reply, Request,
    responses::{event, function_call},
};

impl Model {
    /// A model for tests that are about what happens around it:
    ///
    /// `say N` says so many words, `slow` says one and never ends, `fail` is a status 500, `cut` breaks off, `hold` begins
    /// nothing, `plan`, `run COMMAND`, `ask COMMAND` and `tool NAME JSON` call tools, whose output is answered with text.
    pub async fn of_scenes() -> Self {
        Self::scripted(|request, _| scene(request)).await
    }
}

fn scene(request: &Request) -> Reply {
    if request.path.ends_with("/models") {
        let list = json!({ "object": "list", "data": [{ "id": "demo-model", "object": "model" }] });
        return Reply::status(200, "content-type: application/json\r\n", list.to_string());
    }
    let input = request.body["input"].as_array().cloned().unwrap_or_default();
    if input.last().is_some_and(|item| item["type"] == "function_call_output") {
        return words(&"The tool has answered, so this turn is done.".split(' ').collect::<Vec<_>>());
    }
    let prompt = request.prompt().unwrap_or_default();
    let (word, rest) = prompt.split_once(' ').unwrap_or((prompt, ""));
    match word {
        "say" => words(&vec!["word"; rest.parse().unwrap_or(1)]),
        "slow" => Reply::silent(created() + &begun() + &delta("tick")),
        "fail" => {
            let body = json!({ "error": { "message": "the script says so", "type": "server_error" } });
            Reply::status(500, "content-type: application/json\r\n", body.to_string())
        }
        "cut" => Reply::cut(created()),
        "hold" => Reply::silent(created()),
        "plan" => {
            let steps = ["completed", "in_progress", "pending"];
            let plan: Vec<Value> = steps
                .iter()
                .map(|status| json!({ "step": format!("a step {status}"), "status": status }))
                .collect();
            call("update_plan", &json!({ "explanation": "A plan.", "plan": plan }))
        }
        "run" => call("shell_command", &json!({ "command": rest })),
        "ask" => call(
            "shell_command",
            &json!({ "command": rest, "sandbox_permissions": "require_escalated",
                "justification": "You asked the demo for it." }),
        ),
        "tool" => {
            let (name, arguments) = rest.split_once(' ').unwrap_or((rest, "{}"));
            call(name, &serde_json::from_str(arguments).unwrap_or_default())
        }
        _ => words(&["Hello", "from", "the", "model."]),
    }
}

fn words(words: &[&str]) -> Reply {
    let mut events = created() + &begun();
    for (at, word) in words.iter().enumerate() {
        events += &delta(&format!("{}{word}", if at == 0 { "" } else { " " }));
    }
    let content = json!([{ "type": "output_text", "text": words.join(" "), "annotations": [] }]);
    events += &event(&json!({ "type": "response.output_item.done", "output_index": 0,
        "item": { "type": "message", "id": "msg_1", "role": "assistant", "content": content } }));
    Reply::stream(events + &completed(words.len()))
}

fn call(name: &str, arguments: &Value) -> Reply {
    Reply::stream(created() + &function_call("call_1", name, arguments) + &completed(1))
}

fn created() -> String {
    event(&json!({ "type": "response.created", "response": { "id": "resp_1", "model": "demo-model" } }))
}

fn begun() -> String {
    event(&json!({ "type": "response.output_item.added", "output_index": 0,
        "item": { "type": "message", "id": "msg_1", "role": "assistant", "content": [] } }))
}

fn delta(text: &str) -> String {
    event(
        &json!({ "type": "response.output_text.delta", "item_id": "msg_1", "output_index": 0, "delta": text }),
    )
}

fn completed(output_tokens: usize) -> String {
    event(&json!({ "type": "response.completed", "response": { "id": "resp_1", "usage": {
        "input_tokens": 100, "output_tokens": output_tokens, "total_tokens": 100 + output_tokens } } }))
}

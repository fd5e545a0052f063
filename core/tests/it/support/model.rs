//! A model provider that answers from a list.

use std::{
    fmt::Write as _,
    sync::{Arc, Mutex},
};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// An answer.
#[derive(Clone)]
pub(crate) enum Reply {
    /// A whole stream.
    Stream(String),
    /// A stream that breaks off.
    Cut(String),
    /// A stream that stays open and silent.
    Silent(String),
    /// A refusal: status, extra header lines, body.
    Status(u16, &'static str, &'static str),
}

/// The provider: one answer for each request, the last one for all that follow.
pub(crate) struct Model {
    pub(crate) base_url: String,
    requests: Arc<Mutex<Vec<(String, Value)>>>,
}

impl Model {
    /// Starts it in the current runtime.
    pub(crate) async fn start(replies: Vec<Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}/v1", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        codex_otel::spawn_detached(async move {
            let mut served = 0;
            while let Ok((stream, _)) = listener.accept().await {
                let reply = replies[served.min(replies.len() - 1)].clone();
                served += 1;
                codex_otel::spawn_detached(serve(stream, reply, Arc::clone(&seen)));
            }
        });
        Self { base_url, requests }
    }

    /// The setting that makes the demo provider ask this one.
    pub(crate) fn setting(&self) -> String {
        format!("model_providers.demo.base_url={}", self.base_url)
    }

    /// The requests so far: head and body.
    pub(crate) fn requests(&self) -> Vec<(String, Value)> {
        self.requests.lock().unwrap().clone()
    }

    /// A header of a request.
    pub(crate) fn header(&self, request: usize, name: &str) -> Option<String> {
        let (head, _) = self.requests().into_iter().nth(request)?;
        head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        })
    }

    /// The conversation of a request, as `role: text` lines; context is left out.
    pub(crate) fn conversation(&self, request: usize) -> String {
        let (_, body) = self.requests().into_iter().nth(request).unwrap();
        let mut lines = String::new();
        for item in body["input"].as_array().unwrap() {
            match item["type"].as_str().unwrap() {
                "message" => {
                    let text = item["content"][0]["text"].as_str().unwrap();
                    let text = if text.starts_with('<') { text.lines().next().unwrap() } else { text };
                    writeln!(lines, "{}: {text}", item["role"].as_str().unwrap()).unwrap();
                }
                "function_call_output" => {
                    writeln!(lines, "output: {}", item["output"].as_str().unwrap()).unwrap();
                }
                other => writeln!(lines, "{other}").unwrap(),
            }
        }
        lines
    }
}

async fn serve(mut stream: TcpStream, reply: Reply, seen: Arc<Mutex<Vec<(String, Value)>>>) {
    let mut bytes = Vec::new();
    let (head, body) = loop {
        let mut piece = [0; 16 * 1024];
        let read = stream.read(&mut piece).await.unwrap_or(0);
        if read == 0 {
            return;
        }
        bytes.extend_from_slice(&piece[..read]);
        let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let length = head
            .lines()
            .find_map(|line| {
                line.to_lowercase().strip_prefix("content-length:").map(|value| value.trim().parse().unwrap())
            })
            .unwrap_or(0);
        if bytes.len() >= end + 4 + length {
            break (head, serde_json::from_slice(&bytes[end + 4..end + 4 + length]).unwrap_or(Value::Null));
        }
    };
    seen.lock().unwrap().push((head, body));
    let stream_head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n";
    let chunk =
        |text: &str| if text.is_empty() { String::new() } else { format!("{:x}\r\n{text}\r\n", text.len()) };
    let answer = match &reply {
        Reply::Stream(events) => format!("{stream_head}{}0\r\n\r\n", chunk(events)),
        Reply::Cut(events) | Reply::Silent(events) => format!("{stream_head}{}", chunk(events)),
        Reply::Status(status, headers, body) => {
            format!(
                "HTTP/1.1 {status} x\r\ncontent-length: {}\r\nconnection: close\r\n{headers}\r\n{body}",
                body.len()
            )
        }
    };
    if stream.write_all(answer.as_bytes()).await.is_err() {
        return;
    }
    if matches!(reply, Reply::Silent(_)) {
        // Until the other side has had enough.
        let _: std::io::Result<usize> = stream.read(&mut [0; 16]).await;
    }
}

/// An event of a stream.
pub(crate) fn event(data: &Value) -> String {
    format!("event: {}\ndata: {data}\n\n", data["type"].as_str().unwrap())
}

/// A whole response: one message.
pub(crate) fn message(id: &str, text: &str) -> String {
    let item = |content| json!({ "type": "message", "id": id, "role": "assistant", "content": content });
    event(&json!({ "type": "response.created", "response": { "id": "resp", "model": "real-model" } }))
        + &event(&json!({ "type": "response.output_item.added", "item": item(json!([])) }))
        + &event(&json!({ "type": "response.output_text.delta", "item_id": id, "delta": text }))
        + &event(&json!({ "type": "response.output_item.done",
            "item": item(json!([{ "type": "output_text", "text": text }])) }))
        + &completed()
}

/// A whole response: calls of `update_plan`.
pub(crate) fn tool_call(names: &[&str]) -> String {
    let calls: String = names
        .iter()
        .enumerate()
        .map(|(number, name)| {
            let item = json!({ "type": "function_call", "id": "fc", "call_id": format!("call_{number}"), "name": name,
                "arguments": "{\"plan\":[]}" });
            event(&json!({ "type": "response.output_item.done", "item": item }))
        })
        .collect();
    event(&json!({ "type": "response.created", "response": { "id": "resp" } })) + &calls + &completed()
}

/// A whole response: a call of `shell_command`.
pub(crate) fn command_call(command: &str) -> Reply {
    let item = json!({ "type": "function_call", "id": "fc", "call_id": "call_0", "name": "shell_command",
        "arguments": json!({ "command": command }).to_string() });
    Reply::Stream(
        event(&json!({ "type": "response.created", "response": { "id": "resp" } }))
            + &event(&json!({ "type": "response.output_item.done", "item": item }))
            + &completed(),
    )
}

fn completed() -> String {
    event(&json!({ "type": "response.completed", "response": { "id": "resp", "usage": {
        "input_tokens": 120, "input_tokens_details": { "cached_tokens": 20 }, "output_tokens": 30,
        "output_tokens_details": { "reasoning_tokens": 5 }, "total_tokens": 150 } } }))
}

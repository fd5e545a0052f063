//! What the model was asked.

use std::{collections::HashMap, fmt::Write, io};

use serde_json::Value;
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt};

/// One request to the model.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The path, with the query.
    pub path: String,
    headers: HashMap<String, String>,
    /// The body; null where it is no JSON.
    pub body: Value,
}

impl Request {
    /// A header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// All headers as lines, to search for what must not be there.
    pub fn headers(&self) -> String {
        let mut lines = String::new();
        for (name, value) in &self.headers {
            // Writing to a string cannot fail.
            let _ = writeln!(lines, "{name}: {value}");
        }
        lines
    }

    /// What the user said last, on either wire; none after a tool has answered.
    pub fn prompt(&self) -> Option<&str> {
        let said = self.body["input"].as_array().or(self.body["messages"].as_array())?;
        let last = said.last()?;
        if last["type"] == "function_call_output" || last["role"] == "tool" {
            return None;
        }
        let texts = said.iter().rev().filter(|item| item["role"] == "user").filter_map(|item| {
            let content = &item["content"];
            content.as_str().or_else(|| content[0]["text"].as_str())
        });
        // Texts that begin with a tag are context.
        texts.into_iter().find(|text| !text.starts_with('<'))
    }

    /// The conversation of a request on the Responses wire as `role: text` lines; context is cut to its first line.
    pub fn conversation(&self) -> String {
        let mut lines = String::new();
        for item in self.body["input"].as_array().expect("a request has a list of items") {
            let text = |value: &Value| value.as_str().expect("it is text").to_owned();
            match item["type"].as_str().expect("an item has a type") {
                "message" => {
                    let said = text(&item["content"][0]["text"]);
                    let said =
                        if said.starts_with('<') { said.lines().next().unwrap_or_default() } else { &said };
                    // Writing to a string cannot fail, here and below.
                    let _ = writeln!(lines, "{}: {said}", text(&item["role"]));
                }
                "function_call_output" => {
                    let _ = writeln!(lines, "output: {}", text(&item["output"]));
                }
                other => {
                    let _ = writeln!(lines, "{other}");
                }
            }
        }
        lines
    }

    /// Reads the next request of a connection; none at its end.
    pub(super) async fn read(stream: &mut (impl AsyncBufRead + Unpin)) -> io::Result<Option<Self>> {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(None);
        }
        let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
        let mut headers = HashMap::new();
        loop {
            line.clear();
            stream.read_line(&mut line).await?;
            let Some((name, value)) = line.trim().split_once(':') else { break };
            headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
        }
        let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await?;
        let mut chunked = headers.get("transfer-encoding").is_some_and(|coding| coding.contains("chunked"));
        while chunked {
            line.clear();
            stream.read_line(&mut line).await?;
            let size = usize::from_str_radix(line.trim(), 16).map_err(io::Error::other)?;
            let start = body.len();
            // The end of the line counts too.
            body.resize(start + size + 2, 0);
            stream.read_exact(&mut body[start..]).await?;
            body.truncate(start + size);
            chunked = size > 0;
        }
        Ok(Some(Self { path, headers, body: serde_json::from_slice(&body).unwrap_or_default() }))
    }
}

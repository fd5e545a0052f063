//! Answers of the scripted model as a stream of the Responses API.

use std::{fmt::Write as _, io, time::Duration};

use bytes::Bytes;
use futures_util::{Stream, stream};
use http_body_util::StreamBody;
use hyper::body::Frame;
use serde_json::{Value, json};

use super::script::Answer;

/// How much is sent at once, as servers behind a buffer do.
const PIECE: usize = 16 * 1024;
const TICK: Duration = Duration::from_millis(100);

/// A stream of events. An error cuts the connection.
pub(super) fn body(
    answer: Answer,
    number: u64,
    input_tokens: usize,
) -> StreamBody<impl Stream<Item = io::Result<Frame<Bytes>>> + Send + use<>> {
    let words = match answer {
        Answer::Text(text) => Words::Text(text.split(' ').map(str::to_owned).collect()),
        Answer::Words { count } => Words::Same { word: "word", count, pause: false },
        Answer::Ticks { count } => Words::Same { word: "tick", count, pause: true },
        Answer::Call { name, arguments } => Words::Call { name, arguments },
        Answer::Hold => Words::Hold,
        Answer::Retry(text) => Words::Text(text.split(' ').map(str::to_owned).collect()),
        Answer::Cut | Answer::Status(_) => Words::Cut,
    };
    let writer = Writer { number, input_tokens, words, stage: Stage::Head };
    StreamBody::new(stream::unfold(writer, |mut writer| async move {
        let piece = writer.next().await?;
        Some((piece.map(|piece| Frame::data(Bytes::from(piece))), writer))
    }))
}

enum Words {
    Text(Vec<String>),
    Same { word: &'static str, count: usize, pause: bool },
    Call { name: String, arguments: String },
    Hold,
    Cut,
}

#[derive(Clone, Copy)]
enum Stage {
    Head,
    Held,
    Word(usize),
    Broken,
    End,
}

struct Writer {
    number: u64,
    input_tokens: usize,
    words: Words,
    stage: Stage,
}

impl Writer {
    /// The next piece; none at the end.
    async fn next(&mut self) -> Option<io::Result<String>> {
        match self.stage {
            Stage::Head => Some(Ok(self.head())),
            Stage::Word(at) => Some(Ok(self.words(at).await)),
            Stage::Held => std::future::pending().await,
            Stage::Broken => {
                self.stage = Stage::End;
                // What was written must leave before the connection does.
                tokio::task::yield_now().await;
                Some(Err(io::ErrorKind::ConnectionAborted.into()))
            }
            Stage::End => None,
        }
    }

    fn head(&mut self) -> String {
        let mut piece = String::new();
        let response = format!("resp_{}", self.number);
        event(
            &mut piece,
            "response.created",
            &json!({ "response": { "id": response, "model": "demo-model" } }),
        );
        match &self.words {
            Words::Hold => self.stage = Stage::Held,
            Words::Cut => self.stage = Stage::Broken,
            Words::Call { name, arguments } => {
                let item = json!({ "type": "function_call", "id": format!("fc_{}", self.number),
                    "call_id": format!("call_{}", self.number), "name": name, "arguments": arguments });
                event(&mut piece, "response.output_item.done", &json!({ "output_index": 0, "item": item }));
                self.completed(&mut piece, 1);
            }
            Words::Text(_) | Words::Same { .. } => {
                let item = self.message("in_progress", &json!([]));
                event(&mut piece, "response.output_item.added", &json!({ "output_index": 0, "item": item }));
                self.stage = Stage::Word(0);
            }
        }
        piece
    }

    /// As many words as fit a piece, or one after a pause.
    async fn words(&mut self, from: usize) -> String {
        let pause = matches!(self.words, Words::Same { pause: true, .. });
        if pause && from > 0 {
            tokio::time::sleep(TICK).await;
        }
        let mut piece = String::with_capacity(PIECE + 256);
        let mut at = from;
        while let Some(word) = self.word(at) {
            let space = if at == 0 { "" } else { " " };
            // Written by hand: this is what load tests run on.
            write!(
                piece,
                "event: response.output_text.delta\ndata: {{\"type\":\"response.output_text.delta\",\"item_id\":\
                 \"msg_{}\",\"output_index\":0,\"content_index\":0,\"delta\":{}}}\n\n",
                self.number,
                Value::String(format!("{space}{word}")),
            )
            .expect("writing to a string cannot fail");
            at += 1;
            if pause || piece.len() >= PIECE {
                self.stage = Stage::Word(at);
                return piece;
            }
        }
        let text = self.text();
        let content = json!([{ "type": "output_text", "text": text, "annotations": [] }]);
        let item = self.message("completed", &content);
        event(&mut piece, "response.output_item.done", &json!({ "output_index": 0, "item": item }));
        self.completed(&mut piece, at);
        piece
    }

    fn word(&self, at: usize) -> Option<&str> {
        match &self.words {
            Words::Text(words) => words.get(at).map(String::as_str),
            Words::Same { word, count, .. } => (at < *count).then_some(word),
            Words::Call { .. } | Words::Hold | Words::Cut => None,
        }
    }

    fn text(&self) -> String {
        match &self.words {
            Words::Text(words) => words.join(" "),
            Words::Same { word, count, .. } => vec![*word; *count].join(" "),
            Words::Call { .. } | Words::Hold | Words::Cut => String::new(),
        }
    }

    fn message(&self, status: &str, content: &Value) -> Value {
        json!({ "type": "message", "id": format!("msg_{}", self.number), "role": "assistant", "status": status,
            "content": content })
    }

    fn completed(&mut self, piece: &mut String, output_tokens: usize) {
        self.stage = Stage::End;
        let usage = json!({
            "input_tokens": self.input_tokens, "input_tokens_details": { "cached_tokens": 0 },
            "output_tokens": output_tokens, "output_tokens_details": { "reasoning_tokens": 0 },
            "total_tokens": self.input_tokens + output_tokens,
        });
        let response = json!({ "id": format!("resp_{}", self.number), "usage": usage });
        event(piece, "response.completed", &json!({ "response": response }));
    }
}

fn event(piece: &mut String, name: &str, data: &Value) {
    let mut data = data.clone();
    data["type"] = name.into();
    write!(piece, "event: {name}\ndata: {data}\n\n").expect("writing to a string cannot fail");
}

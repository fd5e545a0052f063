//! Log events of a thread, under the names and with the attributes that operators of the reference server chart.
//!
//! Numbers are texts where they are in the reference. `docs/compatibility.md` says what differs.

use std::time::{Duration, Instant};

use codex_otel::{EventSettings, LogEvents, Value};

/// What stands for a prompt that may not be sent.
const REDACTED: &str = "[REDACTED]";
/// What stands at the end of an output that was cut.
const TRUNCATED: &str = "\n[... telemetry preview truncated ...]";

/// An attribute.
type Attribute = (&'static str, Value);

/// The log events of a thread; there only where they are exported.
#[derive(Clone, Debug)]
pub(crate) struct ThreadEvents {
    events: LogEvents,
    conversation: String,
    model: String,
    originator: String,
}

/// What a tool call came to.
#[derive(Debug)]
pub(crate) struct ToolResultEvent<'a> {
    /// The number of the call in its turn, from 1.
    pub(crate) number: u32,
    pub(crate) tool: &'a str,
    pub(crate) call_id: &'a str,
    pub(crate) lasted: Duration,
    pub(crate) success: bool,
    pub(crate) arguments: &'a str,
    pub(crate) output: &'a str,
}

/// What a response cost in tokens.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TokenCounts {
    pub(crate) input: i64,
    pub(crate) cached: i64,
    pub(crate) output: i64,
    pub(crate) reasoning: i64,
    pub(crate) total: i64,
    /// From the request to the first token of any kind.
    pub(crate) first_token: Option<Duration>,
}

impl ThreadEvents {
    /// Those of a thread; `None` where log events are not exported.
    pub(crate) fn current(conversation: String, model: &str, originator: Option<&str>) -> Option<Self> {
        Some(Self {
            events: LogEvents::current()?,
            conversation,
            model: model.to_owned(),
            originator: originator.unwrap_or("codex-app-server").to_owned(),
        })
    }

    fn settings(&self) -> EventSettings {
        self.events.settings()
    }

    /// Sends an event with the attributes that all have.
    fn emit(&self, name: &'static str, own: impl IntoIterator<Item = Attribute>) {
        let common = [
            ("conversation.id", self.conversation.clone().into()),
            ("app.version", env!("CARGO_PKG_VERSION").into()),
            ("originator", self.originator.clone().into()),
            ("terminal.type", std::env::var("TERM").unwrap_or_else(|_| "unknown".to_owned()).into()),
            ("model", self.model.clone().into()),
            ("slug", self.model.clone().into()),
        ];
        self.events.emit(name, own.into_iter().chain(common));
    }

    /// The user said something to the model.
    pub(crate) fn user_prompt(&self, text: &str) {
        let prompt = if self.settings().prompts { text.to_owned() } else { REDACTED.to_owned() };
        let length = text.chars().count().to_string();
        self.emit("codex.user_prompt", [("prompt_length", length.into()), ("prompt", prompt.into())]);
    }

    /// A request to the model has a response, or none.
    pub(crate) fn api_request(&self, lasted: Duration, attempt: u32, endpoint: &str, status: Option<u16>) {
        let error = status.filter(|status| *status >= 400).map(|status| format!("http {status}"));
        let known = [
            ("duration_ms", millis(lasted)),
            ("attempt", (attempt.saturating_sub(1)).into()),
            ("endpoint", endpoint.to_owned().into()),
        ];
        let status = status.map(|status| ("http.response.status_code", status.into()));
        let error = error.map(|error| ("error.message", error.into()));
        self.emit("codex.api_request", known.into_iter().chain(status).chain(error));
    }

    /// An event of the model's stream has arrived after so long a wait.
    pub(crate) fn sse_event(&self, kind: &str, waited: Duration) {
        if self.settings().deltas || kind.rsplit('.').next() != Some("delta") {
            self.emit(
                "codex.sse_event",
                [("event.kind", kind.to_owned().into()), ("duration_ms", millis(waited))],
            );
        }
    }

    /// A response is whole, and told its tokens.
    pub(crate) fn response_completed(&self, tokens: TokenCounts) {
        let TokenCounts { input, cached, output, reasoning, total, first_token } = tokens;
        let known = [
            ("event.kind", "response.completed".into()),
            ("input_token_count", input.to_string().into()),
            ("output_token_count", output.to_string().into()),
            ("cached_token_count", cached.into()),
            ("cache_write_token_count", 0_i64.into()),
            ("reasoning_token_count", reasoning.into()),
            ("tool_token_count", total.to_string().into()),
        ];
        let first = first_token.map(|first| ("ttft_ms", (first.as_millis() as i64).into()));
        self.emit("codex.sse_event", known.into_iter().chain(first));
    }

    /// A response failed.
    pub(crate) fn response_failed(&self, message: &str) {
        self.emit(
            "codex.sse_event",
            [("event.kind", "response.completed".into()), ("error.message", message.to_owned().into())],
        );
    }

    /// The first output of a turn has arrived.
    pub(crate) fn first_token(&self, after: Duration) {
        self.emit("codex.turn_ttft", [("duration_ms", millis(after))]);
    }

    /// A tool call has ended.
    pub(crate) fn tool_result(&self, call: &ToolResultEvent<'_>) {
        let (output, cut) = preview(call.output, self.settings().output_bytes);
        self.emit(
            "codex.tool_result",
            [
                ("tool_result_seq", call.number.into()),
                ("tool_name", call.tool.to_owned().into()),
                ("tool_namespace", "functions".into()),
                ("call_id", call.call_id.to_owned().into()),
                ("duration_ms", millis(call.lasted)),
                ("success", call.success.to_string().into()),
                ("output_truncated", cut.into()),
                ("agent_name", "/root".into()),
                ("arguments", call.arguments.to_owned().into()),
                ("output", output.into()),
                ("mcp_server", "".into()),
                ("mcp_server_origin", "".into()),
            ],
        );
    }
}

fn millis(duration: Duration) -> Value {
    duration.as_millis().to_string().into()
}

/// A text of so many bytes at most, cut between characters; and whether it was.
fn preview(text: &str, most: usize) -> (String, bool) {
    if text.len() <= most {
        return (text.to_owned(), false);
    }
    let end = (0..=most).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    (format!("{}{TRUNCATED}", &text[..end]), true)
}

/// The waits between the events of a stream.
#[derive(Debug)]
pub(crate) struct Waits(Instant);

impl Waits {
    /// From now on.
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    /// How long it was since the last one.
    pub(crate) fn next(&mut self) -> Duration {
        let waited = self.0.elapsed();
        self.0 = Instant::now();
        waited
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_output_is_cut_between_characters() {
        assert_eq!(preview("short", 10), ("short".to_owned(), false));
        assert_eq!(preview("aäb", 2), (format!("a{TRUNCATED}"), true));
        assert_eq!(preview("abc", 0), (TRUNCATED.to_owned(), true));
    }
}

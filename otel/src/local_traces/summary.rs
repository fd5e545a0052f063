//! Traces as a list: one line each, the newest last.

use std::collections::HashMap;
use std::fmt::Write;

use crate::tree::{Style, fit, plain, time};
use crate::{SpanRecord, attr};

/// What a line of the list says of a trace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TraceSummary {
    /// 32 hex digits.
    pub trace_id: String,
    /// Name of the first turn; without one, of the topmost span: the earliest without a parent among the spans.
    pub name: String,
    /// How the turn ended, and how long it took in nanoseconds.
    pub turn: Option<(String, u64)>,
    /// How many turns there are beside it.
    pub more_turns: usize,
    /// Start of the first span, nanoseconds since 1970.
    pub start_unix_nano: u64,
    /// From the start of the first span to the end of the last, in nanoseconds.
    pub duration_nanos: u64,
    /// How many spans there are.
    pub spans: usize,
    /// How many of them failed.
    pub failed: usize,
    /// Input tokens of all model requests.
    pub input_tokens: u64,
    /// Output tokens of all model requests.
    pub output_tokens: u64,
    /// How many tools were called.
    pub tools: usize,
}

/// Sums up every trace among the spans, in order of their starts.
pub fn summaries(spans: &[SpanRecord]) -> Vec<TraceSummary> {
    let mut traces: HashMap<&str, Vec<&SpanRecord>> = HashMap::new();
    for span in spans {
        traces.entry(&span.trace_id).or_default().push(span);
    }
    let mut found: Vec<_> = traces.into_iter().map(|(id, spans)| of_trace(id, &spans)).collect();
    found.sort_by(|a, b| (a.start_unix_nano, &a.trace_id).cmp(&(b.start_unix_nano, &b.trace_id)));
    found
}

fn of_trace(id: &str, spans: &[&SpanRecord]) -> TraceSummary {
    let known: std::collections::HashSet<&str> = spans.iter().map(|span| span.span_id.as_str()).collect();
    let is_top = |span: &&&SpanRecord| span.parent_span_id.as_deref().is_none_or(|id| !known.contains(id));
    let top = spans.iter().filter(is_top).min_by_key(|span| span.start_unix_nano).or(spans.first());
    let mut turns: Vec<_> = spans.iter().filter(|span| span.attr(attr::CODEX_TURN_KIND).is_some()).collect();
    turns.sort_by_key(|span| span.start_unix_nano);
    let named = turns.first().copied().or(top);
    let turn = turns
        .first()
        .map(|span| (span.attr_text(attr::CODEX_TURN_STATUS).unwrap_or_default(), span.duration_nanos()));
    let start = spans.iter().map(|span| span.start_unix_nano).min().unwrap_or(0);
    let end = spans.iter().map(|span| span.end_unix_nano).max().unwrap_or(0);
    let sum = |key: &str| spans.iter().filter_map(|span| span.attr(key)?.as_u64()).sum();
    TraceSummary {
        trace_id: id.to_owned(),
        name: named.map(|span| span.name.clone()).unwrap_or_default(),
        turn,
        more_turns: turns.len().saturating_sub(1),
        start_unix_nano: start,
        duration_nanos: end.saturating_sub(start),
        spans: spans.len(),
        failed: spans.iter().filter(|span| span.is_error()).count(),
        input_tokens: sum(attr::GEN_AI_USAGE_INPUT_TOKENS),
        output_tokens: sum(attr::GEN_AI_USAGE_OUTPUT_TOKENS),
        tools: spans.iter().filter(|span| span.attr(attr::GEN_AI_TOOL_NAME).is_some()).count(),
    }
}

/// Columns before the note: id, time of day, length, count, and a space after each.
const BEFORE_NOTE: usize = 33 + 20 + 10 + 10;
/// The narrowest note.
const NOTE: usize = 20;

/// Draws the list. `clock` writes a start, nanoseconds since 1970, in at most 19 columns.
pub fn list(traces: &[TraceSummary], style: Style, clock: &dyn Fn(u64) -> String) -> String {
    let mut text = String::new();
    let note_width = style.width.saturating_sub(BEFORE_NOTE).max(NOTE);
    for trace in traces {
        let (on, off) = match (style.colours, trace.failed) {
            (true, 1..) => ("\x1b[31m", "\x1b[0m"),
            _ => ("", ""),
        };
        let noun = if trace.spans == 1 { "span" } else { "spans" };
        let note = fit(&note(trace), note_width);
        let _ = writeln!(
            text,
            "{} {:<19} {:>9} {:>3} {noun:<5} {on}{}{off}",
            plain(&trace.trace_id),
            clock(trace.start_unix_nano),
            time(trace.duration_nanos),
            trace.spans,
            note.trim_end(),
        );
    }
    text
}

fn note(trace: &TraceSummary) -> String {
    let mut name = plain(&trace.name);
    if let Some((status, lasted)) = &trace.turn {
        let _ = write!(name, " {} in {}", plain(status), time(*lasted));
    }
    if trace.more_turns > 0 {
        let _ = write!(name, " and {} more", trace.more_turns);
    }
    let mut notes = vec![name];
    if trace.failed > 0 {
        notes.push(format!("{} failed", trace.failed));
    }
    if trace.input_tokens + trace.output_tokens > 0 {
        notes.push(format!("{}→{} tokens", trace.input_tokens, trace.output_tokens));
    }
    if trace.tools > 0 {
        notes.push(format!("{} tool{}", trace.tools, if trace.tools == 1 { "" } else { "s" }));
    }
    notes.join(", ")
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use serde_json::json;

    use super::*;
    use crate::RecordedStatus;

    fn span(trace: char, id: &str, parent: Option<&str>, name: &str, times: (u64, u64)) -> SpanRecord {
        SpanRecord {
            trace_id: trace.to_string().repeat(32),
            span_id: id.to_owned(),
            parent_span_id: parent.map(str::to_owned),
            name: name.to_owned(),
            start_unix_nano: times.0,
            end_unix_nano: times.1,
            ended: true,
            ..SpanRecord::default()
        }
    }

    fn spans() -> Vec<SpanRecord> {
        let mut chat = span('a', "3", Some("2"), "chat demo", (1_000, 40_000_000));
        chat.attributes.push((attr::GEN_AI_USAGE_INPUT_TOKENS.to_owned(), json!(12)));
        chat.attributes.push((attr::GEN_AI_USAGE_OUTPUT_TOKENS.to_owned(), json!(3)));
        let mut tool = span('a', "4", Some("2"), "execute_tool x", (1_000, 2_000));
        tool.attributes.push((attr::GEN_AI_TOOL_NAME.to_owned(), json!("x")));
        tool.status = RecordedStatus::Error("no".to_owned());
        let mut turn = span('a', "2", Some("1"), "turn user", (500, 41_000_000));
        turn.attributes.push((attr::CODEX_TURN_KIND.to_owned(), json!("user")));
        turn.attributes.push((attr::CODEX_TURN_STATUS.to_owned(), json!("failed")));
        vec![
            chat,
            tool,
            turn,
            span('a', "1", Some("far"), "turn/start", (0, 900)),
            span('b', "5", None, "thread\u{1b}list", (5_000_000_000, 5_000_000_900)),
        ]
    }

    #[test]
    fn a_line_for_each_trace() {
        expect![[r"
            aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa 0 s                   41.0 ms   4 spans turn user failed in 41.0 ms, 1 failed, 12→3 tokens, 1 tool
            bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb 5 s                    900 ns   1 span  thread·list
        "]]
        .assert_eq(&list(&summaries(&spans()), Style { width: 140, colours: false }, &|at| {
            format!("{} s", at / 1_000_000_000)
        }));
    }

    #[test]
    fn a_line_fits_and_only_failures_are_red() {
        let traces = summaries(&spans());
        let narrow = list(&traces, Style { width: 100, colours: false }, &|_| String::new());
        assert!(narrow.lines().all(|line| line.chars().count() <= 100), "{narrow}");
        let coloured = list(&traces, Style { width: 120, colours: true }, &|_| String::new());
        assert_eq!(coloured.matches('\x1b').count(), 2);
    }
}

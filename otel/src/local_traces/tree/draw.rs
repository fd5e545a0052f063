//! Drawing a trace as a tree in a terminal: name, kind, times, a bar, outcome, tokens and tools.

use std::collections::HashSet;
use std::fmt::Write;

use super::cells::{colour, fit, note, plain, time};
use crate::{SpanRecord, attr};

/// How a tree is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Columns to fill; at least 72 are used.
    pub width: usize,
    /// Whether to colour by outcome, with ANSI codes.
    pub colours: bool,
}

impl Default for Style {
    fn default() -> Self {
        Self { width: 100, colours: false }
    }
}

/// The narrowest drawing that still has every column.
const NARROWEST: usize = 72;
/// `SERVER`, `INTERNAL`, and one space.
const KIND: usize = 9;
/// Start and length, right-aligned.
const TIME: usize = 10;
/// A longer service name is cut.
const WIDEST_SERVICE: usize = 16;

/// Draws every trace among the spans, one after the other, in order of their starts.
pub fn draw(spans: &[SpanRecord], style: Style) -> String {
    let mut sorted: Vec<&SpanRecord> = spans.iter().collect();
    sorted.sort_by_key(|span| span.start_unix_nano);
    let mut text = String::new();
    let mut drawn = HashSet::new();
    for span in &sorted {
        if drawn.insert(span.trace_id.as_str()) {
            let of_trace: Vec<_> =
                sorted.iter().copied().filter(|other| other.trace_id == span.trace_id).collect();
            Drawing::new(&of_trace, style, &mut text).trace(&span.trace_id);
        }
    }
    text
}

struct Drawing<'a, 'out> {
    /// The spans of one trace, in order of their starts.
    spans: &'a [&'a SpanRecord],
    start: u64,
    length: u64,
    name: usize,
    /// Columns for the service; none when all spans are of one.
    service: usize,
    bar: usize,
    note: usize,
    colours: bool,
    out: &'out mut String,
}

/// A span, and what stands before its name.
struct Line<'a> {
    span: &'a SpanRecord,
    lead: String,
}

impl<'a, 'out> Drawing<'a, 'out> {
    fn new(spans: &'a [&'a SpanRecord], style: Style, out: &'out mut String) -> Self {
        let start = spans.iter().map(|span| span.start_unix_nano).min().unwrap_or(0);
        let end = spans.iter().map(|span| span.end_unix_nano).max().unwrap_or(0);
        let services: HashSet<_> = spans.iter().filter_map(|span| span.service.as_deref()).collect();
        let longest = services.iter().map(|service| service.chars().count()).max().unwrap_or(0);
        let service = if services.len() > 1 { longest.min(WIDEST_SERVICE) + 1 } else { 0 };
        let rest = style.width.max(NARROWEST) - service - KIND - 2 * TIME - 3;
        let bar = rest / 5;
        let note = rest / 3;
        Self {
            spans,
            start,
            length: end.saturating_sub(start).max(1),
            name: rest - bar - note,
            service,
            bar,
            note,
            colours: style.colours,
            out,
        }
    }

    fn trace(&mut self, id: &str) {
        let count = self.spans.len();
        let noun = if count == 1 { "span" } else { "spans" };
        let _ = writeln!(self.out, "trace {id}  {count} {noun}  {}", time(self.length));
        for line in self.lines() {
            self.line(&line);
        }
        for turn in self.spans {
            if let Some(spent) = time_spent(turn) {
                let _ = writeln!(self.out, "{}: {spent}", plain(&turn.name));
            }
        }
    }

    /// The spans in the order of the tree, each once. One whose parent is not among them stands at the left edge; so does
    /// one that claims to be its own ancestor.
    fn lines(&self) -> Vec<Line<'a>> {
        let known: HashSet<&str> = self.spans.iter().map(|span| span.span_id.as_str()).collect();
        let is_top = |span: &SpanRecord| span.parent_span_id.as_deref().is_none_or(|id| !known.contains(id));
        let tops = self.spans.iter().filter(|span| is_top(span));
        let mut lines = Vec::new();
        let mut drawn = HashSet::new();
        for span in tops.chain(self.spans) {
            self.descend(span, String::new(), "", &mut lines, &mut drawn);
        }
        lines
    }

    fn descend(
        &self,
        span: &'a SpanRecord,
        lead: String,
        below: &str,
        lines: &mut Vec<Line<'a>>,
        drawn: &mut HashSet<&'a str>,
    ) {
        if !drawn.insert(&span.span_id) {
            return;
        }
        lines.push(Line { span, lead });
        let is_child = |child: &&&SpanRecord| child.parent_span_id.as_ref() == Some(&span.span_id);
        let children: Vec<_> = self
            .spans
            .iter()
            .filter(is_child)
            .filter(|child| !drawn.contains(child.span_id.as_str()))
            .collect();
        for (index, child) in children.iter().enumerate() {
            let last = index + 1 == children.len();
            let lead = format!("{below}{}", if last { "└─ " } else { "├─ " });
            let below = format!("{below}{}", if last { "   " } else { "│  " });
            self.descend(child, lead, &below, lines, drawn);
        }
    }

    fn line(&mut self, line: &Line<'_>) {
        let span = line.span;
        let name = fit(&format!("{}{}", line.lead, plain(&span.name)), self.name);
        let offset = time(span.start_unix_nano - self.start);
        let length = time(span.duration_nanos());
        let kind = span.kind.as_str();
        let (on, off) = if self.colours { (colour(span), "\x1b[0m") } else { ("", "") };
        let bar = self.bar(span);
        let _ = write!(self.out, "{on}{name}{off} ");
        if let Some(columns) = self.service.checked_sub(1) {
            let _ =
                write!(self.out, "{} ", fit(&plain(span.service.as_deref().unwrap_or_default()), columns));
        }
        let _ = write!(self.out, "{kind:<KIND$}{offset:>TIME$}{length:>TIME$} {on}{bar}{off}");
        let note = note(span);
        if !note.is_empty() {
            let _ = write!(self.out, " {}", fit(&note, self.note));
        }
        let trimmed = self.out.trim_end().len();
        self.out.truncate(trimmed);
        self.out.push('\n');
    }

    fn bar(&self, span: &SpanRecord) -> String {
        let cell = |nanos: u64| {
            (u128::from(nanos) * self.bar as u128 / u128::from(self.length)).min(self.bar as u128) as usize
        };
        let from = cell(span.start_unix_nano - self.start).min(self.bar - 1);
        let to = cell(span.end_unix_nano.saturating_sub(self.start)).max(from + 1);
        format!("{}{}{}", " ".repeat(from), "█".repeat(to - from), " ".repeat(self.bar - to))
    }
}

/// Where the time of a turn went, the most first; `None` of a span that does not say it.
fn time_spent(turn: &SpanRecord) -> Option<String> {
    let mut parts: Vec<(&str, f64)> = attr::TURN_TIMES
        .iter()
        .filter_map(|(key, word)| Some((*word, turn.attr(key)?.as_f64()?)))
        .filter(|(_, millis)| *millis > 0.0)
        .collect();
    parts.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    let total: f64 = parts.iter().map(|(_, millis)| millis).sum();
    let part = |(word, millis): &(&str, f64)| {
        format!("{word} {} ({:.0} %)", time((millis * 1e6) as u64), millis / total * 100.0)
    };
    (!parts.is_empty()).then(|| parts.iter().map(part).collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use serde_json::json;

    use super::*;
    use crate::{RecordedKind, RecordedStatus};

    fn span(id: &str, parent: Option<&str>, name: &str, start: u64, end: u64) -> SpanRecord {
        SpanRecord {
            trace_id: "4bf92f3577b34da6a3ce929d0e0e4736".to_owned(),
            span_id: id.to_owned(),
            parent_span_id: parent.map(str::to_owned),
            name: name.to_owned(),
            start_unix_nano: start,
            end_unix_nano: end,
            ended: true,
            ..SpanRecord::default()
        }
    }

    #[expect(clippy::needless_pass_by_value, reason = "`expect![[…]]` at the call reads best by value")]
    fn check(spans: &[SpanRecord], style: Style, expect: Expect) {
        expect.assert_eq(&draw(spans, style));
    }

    #[test]
    fn a_turn() {
        let request =
            SpanRecord { kind: RecordedKind::Server, ..span("a", Some("far"), "turn/start", 0, 300_000) };
        let mut turn = span("c", Some("b"), "turn user", 200_000, 40_000_000);
        turn.attributes.push((attr::CODEX_TURN_STATUS.to_owned(), json!("completed")));
        let mut chat = span("d", Some("c"), "chat demo", 1_000_000, 30_000_000);
        chat.kind = RecordedKind::Client;
        chat.attributes.push((attr::GEN_AI_USAGE_INPUT_TOKENS.to_owned(), json!(12)));
        chat.attributes.push((attr::GEN_AI_USAGE_OUTPUT_TOKENS.to_owned(), json!(3)));
        let mut tool = span("e", Some("c"), "execute_tool update_plan", 31_000_000, 39_000_000);
        tool.status = RecordedStatus::Error("it\nbroke".to_owned());
        tool.attributes.push((attr::GEN_AI_TOOL_NAME.to_owned(), json!("update_plan")));
        let dispatch = span("b", Some("a"), "dispatch user_input", 100_000, 250_000);
        check(
            &[chat, tool, turn, dispatch, request],
            Style::default(),
            expect![[r#"
                trace 4bf92f3577b34da6a3ce929d0e0e4736  5 spans  40.0 ms
                turn/start                        SERVER         0 ns    300 µs █
                └─ dispatch user_input            INTERNAL     100 µs    150 µs █
                   └─ turn user                   INTERNAL     200 µs   39.8 ms █████████████ completed
                      ├─ chat demo                CLIENT      1.00 ms   29.0 ms █████████     12→3 tokens
                      └─ execute_tool update_plan INTERNAL    31.0 ms   8.00 ms           ██  ERROR it broke
            "#]],
        );
    }

    #[test]
    fn a_trace_of_two_services_says_whose_each_span_is() {
        let service = |span: SpanRecord, name: &str| SpanRecord { service: Some(name.to_owned()), ..span };
        let asked = service(span("a", None, "turn/start", 0, 10), "codex-exec");
        let served = service(span("b", Some("a"), "turn/start", 2, 8), "codex-app-server");
        check(
            &[asked, served],
            Style { width: 80, colours: false },
            expect![[r"
            trace 4bf92f3577b34da6a3ce929d0e0e4736  2 spans  10 ns
            turn/start      codex-exec       INTERNAL       0 ns     10 ns ██████
            └─ turn/start   codex-app-server INTERNAL       2 ns      6 ns  ███
        "]],
        );
    }

    #[test]
    fn spans_without_their_parent_are_drawn_and_a_cycle_is_not_followed() {
        check(
            &[span("a", Some("a"), "own parent", 0, 10), span("b", Some("gone"), "orphan", 2, 4)],
            Style { width: 10, colours: false },
            expect![[r"
                trace 4bf92f3577b34da6a3ce929d0e0e4736  2 spans  10 ns
                orphan              INTERNAL       2 ns      2 ns  ██
                own parent          INTERNAL       0 ns     10 ns ████████
            "]],
        );
    }

    #[test]
    fn colours_stand_around_name_and_bar_only_when_asked_for() {
        let spans = [span("a", None, "a\x1b[2Jb", 0, 10)];
        assert!(!draw(&spans, Style::default()).contains('\x1b'));
        assert_eq!(draw(&spans, Style { width: 80, colours: true }).matches('\x1b').count(), 4);
    }

    #[test]
    fn no_line_is_wider_than_asked() {
        let mut long = span("a", None, &"n".repeat(200), 0, 10);
        long.status = RecordedStatus::Error("d".repeat(200));
        let drawn = draw(&[long], Style { width: 90, colours: false });
        assert!(drawn.lines().all(|line| line.chars().count() <= 90), "{drawn}");
    }
}

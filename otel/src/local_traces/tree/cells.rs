//! What stands in the columns of a drawn trace.

use crate::{RecordedKind, RecordedStatus, SpanRecord, attr};

/// What a reader wants to know of a span: failure, tokens, tool, exit code, decision.
pub(super) fn note(span: &SpanRecord) -> String {
    let mut notes = Vec::new();
    match &span.status {
        RecordedStatus::Unset => {}
        RecordedStatus::Ok => notes.push("ok".to_owned()),
        RecordedStatus::Error(description) => {
            let kind = span.attr_text(attr::ERROR_TYPE).unwrap_or_default();
            notes
                .push(format!("ERROR {kind} {description}").split_whitespace().collect::<Vec<_>>().join(" "));
        }
    }
    if let Some(status) = span.attr_text(attr::CODEX_TURN_STATUS)
        && !span.is_error()
    {
        notes.push(status);
    }
    let tokens = |input: &str, output: &str| {
        Some(format!("{}→{} tokens", span.attr_text(input)?, span.attr_text(output)?))
    };
    notes.extend(
        tokens(attr::GEN_AI_USAGE_INPUT_TOKENS, attr::GEN_AI_USAGE_OUTPUT_TOKENS)
            .or_else(|| tokens(attr::CODEX_TURN_INPUT_TOKENS, attr::CODEX_TURN_OUTPUT_TOKENS)),
    );
    // Most names say it already.
    let tool = span.attr_text(attr::GEN_AI_TOOL_NAME).filter(|tool| !span.name.contains(tool.as_str()));
    notes.extend(tool.map(|tool| format!("tool {tool}")));
    notes.extend(span.attr_text(attr::PROCESS_EXIT_CODE).map(|code| format!("exit code {code}")));
    notes.extend(span.attr_text(attr::CODEX_APPROVAL_DECISION));
    if !span.ended {
        notes.push("running".to_owned());
    }
    plain(&notes.join(", "))
}

/// Text without control characters: a span's name and description come from elsewhere, and must not drive the terminal.
pub fn plain(text: &str) -> String {
    text.chars().map(|char| if char.is_control() { '·' } else { char }).collect()
}

/// Text in exactly so many columns, cut with an ellipsis.
pub(crate) fn fit(text: &str, columns: usize) -> String {
    if text.chars().count() <= columns {
        format!("{text:<columns$}")
    } else {
        text.chars().take(columns - 1).chain(['…']).collect()
    }
}

/// A time in three figures: `12.3 ms`.
pub(crate) fn time(nanos: u64) -> String {
    let nanos = nanos as f64;
    let (value, unit) = match nanos {
        n if n < 1e3 => return format!("{n:.0} ns"),
        n if n < 1e6 => (n / 1e3, "µs"),
        n if n < 1e9 => (n / 1e6, "ms"),
        n => (n / 1e9, "s"),
    };
    let digits = match value {
        v if v < 9.995 => 2,
        v if v < 99.95 => 1,
        _ => 0,
    };
    format!("{value:.digits$} {unit}")
}

/// The ANSI code of a span's outcome and kind.
pub(super) fn colour(span: &SpanRecord) -> &'static str {
    match (&span.status, span.kind) {
        (RecordedStatus::Error(_), _) => "\x1b[31m",
        (_, RecordedKind::Server) => "\x1b[34m",
        (_, RecordedKind::Client) => "\x1b[35m",
        _ => "\x1b[32m",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_three_figures() {
        assert_eq!(
            [0, 999, 1_000, 12_340, 999_400, 9_994_999, 1_500_000_000].map(time),
            ["0 ns", "999 ns", "1.00 µs", "12.3 µs", "999 µs", "9.99 ms", "1.50 s"]
        );
    }
}

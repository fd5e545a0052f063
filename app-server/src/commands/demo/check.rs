//! Whether a trace has exactly the server's spans that it should have, each where it should be.

use codex_otel::{RecordedKind, SpanRecord};

/// The name that servers export under.
const SERVER: &str = "codex-app-server";

/// A span that the server must export, exactly once.
struct Expected {
    /// How its name begins.
    name: &'static str,
    kind: RecordedKind,
    /// How its parent's name begins, and whether that is a span of the server too.
    parent: (&'static str, bool),
}

/// A conversation with one plain turn: a span for each message, and below the last request the turn.
const EXPECTED: [Expected; 7] = [
    Expected { name: "initialize", kind: RecordedKind::Server, parent: ("initialize", false) },
    Expected { name: "initialized", kind: RecordedKind::Server, parent: ("codex demo", false) },
    Expected { name: "thread/start", kind: RecordedKind::Server, parent: ("thread/start", false) },
    Expected { name: "turn/start", kind: RecordedKind::Server, parent: ("turn/start", false) },
    Expected { name: "dispatch ", kind: RecordedKind::Internal, parent: ("turn/start", true) },
    Expected { name: "turn user", kind: RecordedKind::Internal, parent: ("dispatch ", true) },
    Expected { name: "chat ", kind: RecordedKind::Client, parent: ("turn user", true) },
];

/// What is missing, too much or in the wrong place in one trace. Empty when it is as designed.
pub(super) fn problems(spans: &[SpanRecord], trace_id: &str) -> Vec<String> {
    let trace: Vec<&SpanRecord> = spans.iter().filter(|span| span.trace_id == trace_id).collect();
    let server: Vec<&SpanRecord> = trace.iter().copied().filter(|span| is_server(span)).collect();
    let mut problems: Vec<String> =
        EXPECTED.iter().filter_map(|expected| expected.problem(&trace, &server)).collect();
    if server.len() > EXPECTED.len() {
        problems.push(format!("the server exported {} spans, not {}", server.len(), EXPECTED.len()));
    }
    problems
}

fn is_server(span: &SpanRecord) -> bool {
    span.service.as_deref() == Some(SERVER)
}

impl Expected {
    fn problem(&self, trace: &[&SpanRecord], server: &[&SpanRecord]) -> Option<String> {
        // `initialize` begins `initialized`: a name with an open end has a space there.
        let fits = |name: &str, wanted: &str| {
            if wanted.ends_with(' ') || wanted == "codex demo" {
                name.starts_with(wanted)
            } else {
                name == wanted
            }
        };
        let found: Vec<_> = server.iter().filter(|span| fits(&span.name, self.name)).collect();
        let [span] = found[..] else {
            return Some(format!("{} spans of the server are called `{}`, not one", found.len(), self.name));
        };
        if span.kind != self.kind {
            return Some(format!("`{}` is {}, not {}", span.name, span.kind.as_str(), self.kind.as_str()));
        }
        let (name, of_server) = self.parent;
        let parent = trace.iter().find(|other| Some(&other.span_id) == span.parent_span_id.as_ref());
        match parent {
            Some(parent) if fits(&parent.name, name) && is_server(parent) == of_server => None,
            Some(parent) => Some(format!("`{}` is under `{}`, not under `{name}`", span.name, parent.name)),
            None => Some(format!("`{}` has no parent in its trace, not even `{name}`", span.name)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

    fn span(service: &str, id: &str, parent: &str, name: &str, kind: RecordedKind) -> SpanRecord {
        SpanRecord {
            trace_id: TRACE.to_owned(),
            span_id: id.to_owned(),
            parent_span_id: (!parent.is_empty()).then(|| parent.to_owned()),
            name: name.to_owned(),
            kind,
            service: Some(service.to_owned()),
            ended: true,
            ..SpanRecord::default()
        }
    }

    /// What a good run exports.
    fn good() -> Vec<SpanRecord> {
        let (client, server) = ("codex-demo", SERVER);
        let (answers, calls, internal) = (RecordedKind::Server, RecordedKind::Client, RecordedKind::Internal);
        vec![
            span(client, "root", "", "codex demo over stdio", internal),
            span(client, "c1", "root", "initialize", calls),
            span(server, "s1", "c1", "initialize", answers),
            span(server, "s2", "root", "initialized", answers),
            span(client, "c3", "root", "thread/start", calls),
            span(server, "s3", "c3", "thread/start", answers),
            span(client, "c4", "root", "turn/start", calls),
            span(server, "s4", "c4", "turn/start", answers),
            span(server, "s5", "s4", "dispatch user_turn", internal),
            span(server, "s6", "s5", "turn user", internal),
            span(server, "s7", "s6", "chat demo-model", calls),
        ]
    }

    fn after(change: impl FnOnce(&mut Vec<SpanRecord>)) -> Vec<String> {
        let mut spans = good();
        change(&mut spans);
        problems(&spans, TRACE)
    }

    #[test]
    fn a_trace_as_designed_has_no_problems() {
        assert_eq!(after(|_| {}), [""; 0]);
    }

    #[test]
    fn a_missing_span_is_named() {
        assert_eq!(
            after(|spans| spans.retain(|span| span.name != "turn user")),
            [
                "0 spans of the server are called `turn user`, not one",
                "`chat demo-model` has no parent in its trace, not even `turn user`",
            ]
        );
    }

    #[test]
    fn a_stray_span_is_counted() {
        let stray = span(SERVER, "s8", "s6", "tcp connect", RecordedKind::Internal);
        assert_eq!(after(|spans| spans.push(stray)), ["the server exported 8 spans, not 7"]);
    }

    #[test]
    fn a_span_in_the_wrong_place_is_named() {
        assert_eq!(
            after(|spans| spans[9].parent_span_id = Some("s4".to_owned())),
            ["`turn user` is under `turn/start`, not under `dispatch `"]
        );
        assert_eq!(
            after(|spans| spans[10].kind = RecordedKind::Internal),
            ["`chat demo-model` is INTERNAL, not CLIENT"]
        );
    }

    #[test]
    fn a_span_of_another_trace_does_not_count() {
        assert_eq!(after(|spans| spans[8].trace_id = "other".to_owned()).len(), 2);
    }
}

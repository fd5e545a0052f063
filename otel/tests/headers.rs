//! Carriers over HTTP headers, both ways.

use codex_otel::{check, from_headers, into_headers};
use codex_protocol::W3cTraceContext;
use http::{HeaderMap, HeaderValue};
use proptest::prelude::*;

const VALID: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

type Line<'a> = (&'static str, &'a [u8]);

fn headers(lines: &[Line<'_>]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in lines {
        if let Ok(value) = HeaderValue::from_bytes(value) {
            headers.append(*name, value);
        }
    }
    headers
}

fn carrier(parent: &str, state: Option<&str>) -> W3cTraceContext {
    W3cTraceContext { traceparent: Some(parent.to_owned()), tracestate: state.map(str::to_owned) }
}

#[test]
fn what_is_read() {
    let parent = ("traceparent", VALID.as_bytes());
    let cases: &[(&[Line<'_>], Option<W3cTraceContext>)] = &[
        (&[], None),
        (&[("tracestate", b"a=1")], None),
        (&[parent], Some(carrier(VALID, None))),
        (&[("Traceparent", VALID.as_bytes())], Some(carrier(VALID, None))),
        (&[parent, ("tracestate", b"a=1,b=2")], Some(carrier(VALID, Some("a=1,b=2")))),
        (&[parent, ("tracestate", b"a=1"), ("tracestate", b"b=2")], Some(carrier(VALID, Some("a=1,b=2")))),
        // Two parents are none.
        (&[parent, parent], None),
        (&[("traceparent", b"00-short"), ("tracestate", b"a=1")], None),
        (&[("traceparent", b"\xff")], None),
        // A bad state costs itself alone.
        (&[parent, ("tracestate", b"A=1")], Some(carrier(VALID, None))),
        (&[parent, ("tracestate", b"a=1"), ("tracestate", b"A=1")], Some(carrier(VALID, None))),
        (&[parent, ("tracestate", b"a=\xff")], Some(carrier(VALID, None))),
    ];
    for (lines, expected) in cases {
        let lines: Vec<_> = lines.iter().map(|(name, value)| (lower(name), *value)).collect();
        assert_eq!(from_headers(&headers(&lines)), *expected, "{lines:?}");
    }
}

/// Header names are not case-sensitive; the map wants static ones in lower case.
fn lower(name: &str) -> &'static str {
    if name.eq_ignore_ascii_case("traceparent") { "traceparent" } else { "tracestate" }
}

#[test]
fn what_is_written() {
    let written = |carrier: &W3cTraceContext, state| {
        let mut headers = HeaderMap::new();
        into_headers(carrier, state, &mut headers);
        let text = |name| headers.get(name).map(|value| value.to_str().unwrap().to_owned());
        (text("traceparent"), text("tracestate"))
    };
    let parent = Some(VALID.to_owned());
    assert_eq!(written(&carrier(VALID, Some("a=1")), true), (parent.clone(), Some("a=1".to_owned())));
    assert_eq!(written(&carrier(VALID, Some("a=1")), false), (parent.clone(), None));
    assert_eq!(written(&carrier(VALID, Some("A=1")), true), (parent.clone(), None));
    assert_eq!(written(&carrier(VALID, Some("a=1\r\nx: y")), true), (parent, None));
    assert_eq!(written(&carrier(&format!("{VALID}\n"), Some("a=1")), true), (None, None));
    assert_eq!(written(&W3cTraceContext::default(), true), (None, None));
}

proptest! {
    #[test]
    fn nothing_outside_the_grammar_ever_leaves(
        parent in prop_oneof![Just(VALID.to_owned()), ".{0,60}"],
        state in prop_oneof!["[a-z0-9_*/@=, \t\r\n\u{0}-]{0,40}", ".{0,40}"],
        lines in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..3),
    ) {
        let mut out = HeaderMap::new();
        into_headers(&carrier(&parent, Some(&state)), true, &mut out);
        let read = from_headers(&out);
        prop_assert_eq!(read.is_some(), out.contains_key("traceparent"));
        if let Some(carrier) = &read {
            prop_assert_eq!(check(carrier), Ok(()));
        }
        for value in out.values() {
            prop_assert!(value.as_bytes().iter().all(|byte| (b' '..=b'~').contains(byte) || *byte == b'\t'));
        }
        let mut arriving = vec![("traceparent", VALID.as_bytes())];
        arriving.extend(lines.iter().map(|line| ("tracestate", &line[..])));
        if let Some(carrier) = from_headers(&headers(&arriving)) {
            prop_assert_eq!(check(&carrier), Ok(()));
        }
    }
}

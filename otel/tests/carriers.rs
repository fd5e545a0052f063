//! Carriers: what is accepted, what is refused and why, and what is forwarded.

use codex_otel::{CarrierError as E, Kind, OwnedSpan, Parent, Recorder, check, span};
use codex_protocol::W3cTraceContext;
use proptest::prelude::*;

const VALID: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

fn carrier(traceparent: Option<&str>, tracestate: Option<&str>) -> W3cTraceContext {
    W3cTraceContext { traceparent: traceparent.map(str::to_owned), tracestate: tracestate.map(str::to_owned) }
}

/// What a carrier becomes on its way through the process, with tracing off.
fn forwarded(carrier: &W3cTraceContext) -> Option<W3cTraceContext> {
    OwnedSpan::start(
        span!("app_server.request", name = "m", kind = Kind::Server),
        Parent::Carrier(Some(carrier)),
    )
    .carrier()
}

#[test]
fn traceparents() {
    let future = |tail: &str| format!("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01{tail}");
    let with = |from: &str, to: &str| VALID.replacen(from, to, 1);
    let cases: Vec<(String, Result<(), E>)> = vec![
        (VALID.into(), Ok(())),
        (format!(" \t{VALID}\t "), Ok(())),
        (with("-01", "-00"), Ok(())),
        (with("-01", "-ff"), Ok(())),
        (future(""), Ok(())),
        (future("-more"), Ok(())),
        (future("-"), Ok(())),
        (future("more"), Err(E::Length(59))),
        (future("."), Err(E::Length(56))),
        (format!("{VALID}-"), Err(E::Length(56))),
        (format!("{VALID}\n"), Err(E::Length(56))),
        (format!("\n{VALID}"), Err(E::Shape)),
        (VALID[..54].into(), Err(E::Length(54))),
        (String::new(), Err(E::Length(0))),
        (with("00-", "ff-"), Err(E::Version)),
        (with("00-", "0A-"), Err(E::Version)),
        (with("00-", "+1-"), Err(E::Version)),
        (with("00-4", "0-04"), Err(E::Shape)),
        (with("4bf9", "4BF9"), Err(E::TraceId)),
        (with("4bf9", "4bg9"), Err(E::TraceId)),
        (with("4bf92f3577b34da6a3ce929d0e0e4736", &"0".repeat(32)), Err(E::TraceId)),
        (with("00f067aa0ba902b7", &"0".repeat(16)), Err(E::ParentId)),
        (with("00f067", "00F067"), Err(E::ParentId)),
        (with("-01", "-0x"), Err(E::Flags)),
        (with("-01", "-+1"), Err(E::Flags)),
        (with("00f067aa0ba902b7", "00f067aa0ba902é"), Err(E::ParentId)),
    ];
    for (header, expected) in cases {
        let carrier = carrier(Some(&header), None);
        assert_eq!(check(&carrier), expected, "{header:?}");
        assert_eq!(forwarded(&carrier).is_some(), expected.is_ok(), "{header:?}");
    }
    assert_eq!(check(&carrier(None, Some("a=1"))), Err(E::Missing));
    assert_eq!(forwarded(&carrier(None, Some("a=1"))), None);
}

#[test]
fn a_later_version_and_unknown_flags_are_written_as_version_00() {
    let header = VALID.replacen("00-", "cc-", 1).replacen("-01", "-ff", 1);
    let out = forwarded(&carrier(Some(&format!("{header}-more")), None)).unwrap();
    assert_eq!(out.traceparent, Some(VALID.replacen("-01", "-03", 1)));
}

#[test]
fn tracestates() {
    let many = |count: usize| (0..count).map(|n| format!("k{n}=v")).collect::<Vec<_>>().join(",");
    let key = |length: usize| format!("{}=1", "k".repeat(length));
    let value = |length: usize| format!("k={}", "v".repeat(length));
    let same = |text: String| Ok(Some(text));
    let cases: Vec<(String, Result<Option<String>, E>)> = vec![
        ("vendor=value".into(), same("vendor=value".into())),
        ("b=2,a=1".into(), same("b=2,a=1".into())),
        (" a=1 \t,\t b=2 ".into(), same("a=1,b=2".into())),
        ("a=1,,b=2,".into(), same("a=1,b=2".into())),
        (String::new(), Ok(None)),
        (" ,\t, ".into(), Ok(None)),
        ("0a_-*/@z@@=!~ x".into(), same("0a_-*/@z@@=!~ x".into())),
        ("t@fifteencharacter=1".into(), same("t@fifteencharacter=1".into())),
        ("a=1,a=1".into(), same("a=1".into())),
        ("a=1,b=2,a=3".into(), same("a=1,b=2".into())),
        ("k= v".into(), same("k= v".into())),
        (many(32), same(many(32))),
        (many(33), Err(E::StateMembers)),
        (key(256), same(key(256))),
        (key(257), Err(E::StateKey)),
        (value(256), same(value(256))),
        (value(257), Err(E::StateValue)),
        ("a".into(), Err(E::StateMember)),
        ("a=1;b".into(), same("a=1;b".into())),
        ("a =1".into(), Err(E::StateKey)),
        ("A=1".into(), Err(E::StateKey)),
        ("@a=1".into(), Err(E::StateKey)),
        ("=1".into(), Err(E::StateKey)),
        ("a.b=1".into(), Err(E::StateKey)),
        ("a=".into(), Err(E::StateValue)),
        ("a=1=2".into(), Err(E::StateValue)),
        ("a=é".into(), Err(E::StateValue)),
        ("a=1\r\nx: y".into(), Err(E::StateValue)),
        ("a=1,b=\u{7f}".into(), Err(E::StateValue)),
    ];
    for (header, expected) in cases {
        let carrier = carrier(Some(VALID), Some(&header));
        assert_eq!(check(&carrier), expected.clone().map(drop), "{header:?}");
        let out = forwarded(&carrier).expect("a wrong state never costs the parent");
        assert_eq!(out.traceparent.as_deref(), Some(VALID));
        assert_eq!(out.tracestate, expected.clone().unwrap_or(None), "{header:?}");
        if let Err(error) = expected {
            assert!(error.keeps_parent());
        }
    }
}

#[test]
fn errors_do_not_repeat_the_input() {
    let header = "00-\x1b[31m".to_owned() + &VALID[8..];
    let text = check(&carrier(Some(&header), None)).unwrap_err().to_string();
    assert!(text.chars().all(|char| !char.is_control()), "{text:?}");
}

/// Every character of every header that leaves is one the grammar allows.
fn is_within_grammar(carrier: &W3cTraceContext) -> bool {
    let parent = carrier.traceparent.as_deref().unwrap_or_default();
    let state = carrier.tracestate.as_deref().unwrap_or("a=1");
    parent.len() == 55
        && parent.starts_with("00-")
        && parent.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b'-'))
        && state.split(',').count() <= 32
        && state.split(',').all(|member| {
            let Some((key, value)) = member.split_once('=') else { return false };
            (1..=256).contains(&key.len())
                && (1..=256).contains(&value.len())
                && key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_-*/@".contains(&b))
                && !key.starts_with(['_', '-', '*', '/', '@'])
                && value.bytes().all(|b| (0x20..0x7f).contains(&b) && b != b'=')
                && !value.ends_with(' ')
        })
}

proptest! {
    #[test]
    fn nothing_outside_the_grammar_leaves(
        parent in prop_oneof![Just(VALID.to_owned()), ".{0,70}", "[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(-.{0,5})?"],
        state in prop_oneof![".{0,40}", "([ -~]{1,9}=[ -~]{1,9},?){0,40}", "([a-z0-9@]{1,3}=[ -~\r\n\t]{0,5}[ ,\t]*){0,40}"],
        recording in any::<bool>(),
    ) {
        let _recorder = if recording { Recorder::install() } else { Recorder::install_off() };
        let carrier = W3cTraceContext { traceparent: Some(parent), tracestate: Some(state) };
        match forwarded(&carrier) {
            Some(out) => {
                prop_assert!(is_within_grammar(&out), "{out:?}");
                prop_assert_eq!(check(&out), Ok(()));
            }
            None => prop_assert!(!recording && check(&carrier).is_err_and(|error| !error.keeps_parent())),
        }
    }

    #[test]
    fn a_valid_carrier_goes_through_unchanged(
        trace in "[0-9a-f]{31}[1-9a-f]", span in "[1-9a-f][0-9a-f]{15}", flags in "0[0-3]",
        state in "[a-z][a-z0-9]{0,5}=[!-+.-<>-~]{1,9}(,[0-9][a-z@/*]{0,5}=[!-+.-<>-~]{1,9})?",
    ) {
        let _recorder = Recorder::install_off();
        let carrier = W3cTraceContext {
            traceparent: Some(format!("00-{trace}-{span}-{flags}")),
            tracestate: Some(state),
        };
        prop_assert_eq!(forwarded(&carrier), Some(carrier));
    }
}

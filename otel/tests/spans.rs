//! How a span of ours lives: joined once, ended once, untouched by log lines.

use codex_otel::{Kind, OwnedSpan, Parent, RecordedStatus, Recorder, Status, check_spans, span};
use codex_protocol::W3cTraceContext;
use expect_test::expect;

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00f067aa0ba902b7";

fn carrier(flags: &str, state: Option<&str>) -> W3cTraceContext {
    W3cTraceContext {
        traceparent: Some(format!("00-{TRACE}-{PARENT}-{flags}")),
        tracestate: state.map(str::to_owned),
    }
}

fn request(parent: Parent<'_>) -> OwnedSpan {
    OwnedSpan::start(span!("app_server.request", name = "turn/start", kind = Kind::Server), parent)
}

fn inner(name: &str) -> OwnedSpan {
    OwnedSpan::start(span!("turn", name = name, kind = Kind::Internal), Parent::Current)
}

#[test]
fn name_kind_status_and_attributes_are_exported() {
    check_spans(
        &["rpc.method", "count", "list"],
        |_| {
            let span = request(Parent::Root);
            span.set("rpc.method", "turn/start");
            span.set("count", 3_u64);
            span.set("list", vec!["a", "b"]);
            span.end(Status::Error("no".into()));
        },
        expect![[r#"
            trace #1
              turn/start SERVER ERROR "no" rpc.method=turn/start count=3 list=["a","b"]
        "#]],
    );
}

#[test]
fn no_attribute_is_added_that_nobody_wrote() {
    let recorder = Recorder::install();
    request(Parent::Root).end(Status::Unset);
    assert_eq!(recorder.only("turn/start").attributes, []);
}

#[test]
fn current_parent_makes_a_child() {
    check_spans(
        &[],
        |_| {
            let outer = request(Parent::Root);
            let _entered = outer.span().enter();
            inner("turn user").end(Status::Unset);
        },
        expect![[r"
            trace #1
              turn/start SERVER
                turn user INTERNAL
        "]],
    );
}

#[test]
fn remote_parent_and_its_state_are_kept() {
    let recorder = Recorder::install();
    let carrier = carrier("01", Some("vendor=value,b@c@d=2"));
    let span = request(Parent::Carrier(Some(&carrier)));
    let onward = span.carrier().expect("a span has a carrier");
    span.end(Status::Unset);
    let request = recorder.only("turn/start");
    assert_eq!(request.trace_id, TRACE);
    assert_eq!(request.parent_span_id.as_deref(), Some(PARENT));
    assert_eq!(onward.traceparent, Some(format!("00-{TRACE}-{}-01", request.span_id)));
    assert_eq!(onward.tracestate, carrier.tracestate);
}

#[test]
fn random_flag_is_kept_and_set_on_roots() {
    let _recorder = Recorder::install();
    let flags = |span: OwnedSpan| span.carrier().unwrap().traceparent.unwrap()[53..].to_owned();
    assert_eq!(flags(request(Parent::Carrier(Some(&carrier("03", None))))), "03");
    assert_eq!(flags(request(Parent::Carrier(Some(&carrier("01", None))))), "01");
    assert_eq!(flags(request(Parent::Carrier(Some(&carrier("02", None))))), "02");
    assert_eq!(flags(request(Parent::Root)), "03");
}

#[test]
fn unsampled_caller_is_honoured_and_still_passed_on() {
    let recorder = Recorder::install();
    let span = request(Parent::Carrier(Some(&carrier("00", Some("a=1")))));
    let onward = span.carrier().unwrap();
    span.end(Status::Unset);
    assert_eq!(recorder.spans(), []);
    assert!(onward.traceparent.unwrap().starts_with(&format!("00-{TRACE}-")));
    assert_eq!(onward.tracestate.as_deref(), Some("a=1"));
}

#[test]
fn invalid_carrier_makes_a_root() {
    let recorder = Recorder::install();
    let bad = W3cTraceContext { traceparent: Some("00-zz".into()), tracestate: None };
    request(Parent::Carrier(Some(&bad))).end(Status::Unset);
    assert_eq!(recorder.only("turn/start").parent_span_id, None);
}

#[test]
fn invalid_state_costs_the_state_alone() {
    let recorder = Recorder::install();
    let span = request(Parent::Carrier(Some(&carrier("01", Some("FOO=1")))));
    assert_eq!(span.carrier().unwrap().tracestate, None);
    span.end(Status::Unset);
    assert_eq!(recorder.only("turn/start").trace_id, TRACE);
}

#[test]
fn end_exports_at_once_whatever_handles_and_children_are_left() {
    let recorder = Recorder::install();
    let outer = request(Parent::Root);
    let handle = outer.span().clone();
    let entered = handle.enter();
    let child = inner("turn user");
    let tracing_child = tracing::info_span!(parent: &handle, "left open");
    outer.end(Status::Unset);
    assert!(recorder.only("turn/start").ended);
    assert!(!recorder.only("turn user").ended);
    let ended_at = recorder.only("turn/start").end_unix_nano;
    drop(child);
    drop(entered);
    drop((handle, tracing_child));
    assert_eq!(recorder.only("turn/start").end_unix_nano, ended_at);
}

#[test]
fn drop_ends_once() {
    let recorder = Recorder::install();
    drop(request(Parent::Root));
    let span = recorder.only("turn/start");
    assert!(span.ended);
    assert_eq!(span.status, RecordedStatus::Unset);
}

#[test]
fn panic_ends_the_span() {
    let recorder = Recorder::install();
    let result = std::panic::catch_unwind(|| {
        let span = request(Parent::Root);
        let _entered = span.span().enter();
        panic!("on purpose");
    });
    assert!(result.is_err());
    assert!(recorder.only("turn/start").ended);
}

#[test]
fn late_writes_change_nothing() {
    let recorder = Recorder::install();
    let outer = request(Parent::Root);
    let handle = outer.span().clone();
    outer.end(Status::Unset);
    handle.in_scope(|| codex_otel::event("late", &[]));
    handle.record("otel.status_code", "ERROR");
    assert_eq!(recorder.only("turn/start").status, RecordedStatus::Unset);
    assert_eq!(recorder.only("turn/start").events, []);
}

#[test]
fn log_lines_never_reach_a_span() {
    let recorder = Recorder::install();
    let span = request(Parent::Root);
    span.span().in_scope(|| {
        tracing::error!(secret = "s3cret", error = "boom", "failed");
        tracing::error!(target: "codex.trace", "of our own target");
        tracing::info_span!("a library's span").in_scope(|| tracing::error!("deeper"));
    });
    span.end(Status::Unset);
    let spans = recorder.spans();
    assert_eq!(spans.len(), 1);
    assert_eq!(
        (&spans[0].status, &spans[0].events[..], &spans[0].attributes[..]),
        (&RecordedStatus::Unset, &[][..], &[][..])
    );
}

#[test]
fn events_come_from_event() {
    let recorder = Recorder::install();
    let span = request(Parent::Root);
    span.span().in_scope(|| codex_otel::event("retry", &[("attempt", 2.into())]));
    span.end(Status::Unset);
    let events = recorder.only("turn/start").events;
    assert_eq!(events[0].name, "retry");
    assert_eq!(events[0].attributes, [("attempt".to_owned(), 2.into())]);
}

#[test]
fn links_name_their_target() {
    let recorder = Recorder::install();
    let span = request(Parent::Root);
    span.link(&carrier("01", None));
    span.link(&W3cTraceContext { traceparent: Some("nonsense".into()), tracestate: None });
    span.end(Status::Unset);
    let links = recorder.only("turn/start").links;
    assert_eq!(links.len(), 1);
    assert_eq!((links[0].trace_id.as_str(), links[0].span_id.as_str()), (TRACE, PARENT));
}

#[test]
fn capture_reads_the_context_through_foreign_spans() {
    let _recorder = Recorder::install();
    let span = request(Parent::Root);
    let expected = span.carrier();
    let captured =
        span.span().in_scope(|| tracing::info_span!("a library's span").in_scope(codex_otel::current));
    assert_eq!(captured, expected);
    assert_eq!(codex_otel::current(), None);
}

#[test]
fn capture_and_state_reach_a_child_of_the_current_span() {
    let _recorder = Recorder::install();
    let span = request(Parent::Carrier(Some(&carrier("01", Some("vendor=value")))));
    span.span().in_scope(|| {
        let child = inner("turn user");
        assert_eq!(child.carrier().unwrap().tracestate.as_deref(), Some("vendor=value"));
        assert_eq!(child.trace_id().as_deref(), Some(TRACE));
        let captured = child.span().in_scope(codex_otel::current);
        assert_eq!(captured, child.carrier());
    });
}

#[test]
fn tracing_off_passes_the_caller_through_unchanged() {
    let recorder = Recorder::install_off();
    for flags in ["00", "01", "02", "03"] {
        let carrier = carrier(flags, Some("vendor=value,x@y@z=1"));
        let span = request(Parent::Carrier(Some(&carrier)));
        assert_eq!(span.carrier().as_ref(), Some(&carrier));
        let child = span.span().in_scope(|| inner("turn user"));
        assert_eq!(child.span().in_scope(codex_otel::current).as_ref(), Some(&carrier));
    }
    assert_eq!(request(Parent::Root).carrier(), None);
    assert_eq!(request(Parent::Root).trace_id(), None);
    assert_eq!(recorder.spans(), []);
}

#[test]
fn no_subscriber_still_passes_the_caller_on() {
    let carrier = carrier("01", Some("a=1"));
    let span = request(Parent::Carrier(Some(&carrier)));
    assert_eq!(span.carrier(), Some(carrier));
}

#[test]
fn a_span_made_when_it_is_over_has_its_own_times_and_hangs_where_it_belongs() {
    let recorder = Recorder::install();
    let outer = request(Parent::Root);
    let start = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1);
    let past = |status| codex_otel::PastSpan {
        name: "attempt 1".into(),
        kind: Kind::Client,
        start,
        end: start + std::time::Duration::from_millis(250),
        status,
        attributes: vec![("n", 1.into())],
    };
    outer.past_child(past(Status::Error("no".into())));
    outer.event("retry", &[("delay", 2.into())]);
    let outer_id = outer.carrier().unwrap().traceparent.unwrap()[36..52].to_owned();
    outer.end(Status::Unset);
    let spans = recorder.ended();
    let past_span = spans.iter().find(|span| span.name == "attempt 1").unwrap();
    assert_eq!((past_span.start_unix_nano, past_span.duration_nanos()), (1_000_000_000, 250_000_000));
    assert_eq!(past_span.parent_span_id.as_deref(), Some(outer_id.as_str()));
    assert!(past_span.is_error() && past_span.kind == codex_otel::RecordedKind::Client);
    assert_eq!(past_span.attr("n"), Some(&1.into()));
    let owner = spans.iter().find(|span| span.span_id == outer_id).unwrap();
    assert_eq!(owner.events.iter().map(|event| event.name.as_str()).collect::<Vec<_>>(), ["retry"]);
    assert_eq!(recorder.spans().len(), 2);
}

#[test]
fn with_tracing_off_nothing_is_made_afterwards() {
    let recorder = Recorder::install_off();
    let outer = request(Parent::Carrier(Some(&carrier("01", None))));
    outer.past_child(codex_otel::PastSpan {
        name: "attempt 1".into(),
        kind: Kind::Client,
        start: std::time::UNIX_EPOCH,
        end: std::time::UNIX_EPOCH,
        status: Status::Unset,
        attributes: Vec::new(),
    });
    assert_eq!(recorder.spans(), []);
}

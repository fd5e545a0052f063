//! The extension point: processors of the caller's own, in a process whose subscriber is installed.

use codex_otel::{Flags, Kind, Memory, Noop, OtelConfig, OwnedSpan, Parent, Settings, Status, builder, span};

#[test]
fn a_processor_sees_each_span_as_it_ends_though_nothing_exports() {
    let (settings, _) = Settings::resolve(&Flags::default(), &|_| None, &OtelConfig::default());
    let memory = Memory::default();
    let telemetry = builder().with_span_processor(Noop).with_span_processor(memory.clone()).init(settings);
    let start = |name| OwnedSpan::start(span!("r", name = name, kind = Kind::Server), Parent::Root);
    let (first, open) = (start("first"), start("open"));
    first.end(Status::Error("no".into()));
    let spans = memory.spans();
    assert_eq!(spans.len(), 1);
    assert!(spans[0].name == "first" && spans[0].ended && spans[0].is_error());
    open.end(Status::Unset);
    assert_eq!(memory.spans().len(), 2);
    assert_eq!(telemetry.counters().dropped, 0);
}

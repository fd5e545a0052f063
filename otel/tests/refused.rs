//! Refused parents are counted. The counter belongs to the process, so this is the only test of its file.

use codex_otel::{Kind, OwnedSpan, Parent, Recorder, Status, Telemetry, span};

fn refused() -> u64 {
    Telemetry::default().counters().refused_parents
}

#[test]
fn every_refused_parent_is_counted() {
    // No layer at all.
    let fresh = || span!("app_server.request", name = "m", kind = Kind::Server);
    OwnedSpan::start(fresh(), Parent::Root).end(Status::Unset);
    assert_eq!(refused(), 1);

    let recorder = Recorder::install();
    OwnedSpan::start(fresh(), Parent::Root).end(Status::Unset);
    assert_eq!(refused(), 1);

    // Already started, by having been entered: served as it is, and still ended once.
    let entered = fresh();
    entered.in_scope(|| ());
    OwnedSpan::start(entered, Parent::Root).end(Status::Unset);
    assert_eq!(refused(), 2);
    assert_eq!(recorder.ended().len(), 2);

    // Not one of ours, so the layer does not take it, and says so nowhere.
    OwnedSpan::start(tracing::info_span!("a library's span"), Parent::Root).end(Status::Unset);
    assert_eq!(refused(), 3);
    assert_eq!(recorder.spans().len(), 2);
}

//! Spawned work: with its span, and with none.

use codex_otel::{Kind, OwnedSpan, Parent, Recorder, Status, span};
use tracing::Instrument;

fn root(name: &str) -> OwnedSpan {
    OwnedSpan::start(span!("app_server.request", name = name, kind = Kind::Server), Parent::Root)
}

#[tokio::test]
async fn spawn_keeps_the_span() {
    let recorder = Recorder::install();
    let outer = root("turn/start");
    let expected = outer.carrier();
    let captured = async {
        codex_otel::spawn(async {
            tokio::task::yield_now().await;
            OwnedSpan::start(span!("turn", name = "inner", kind = Kind::Internal), Parent::Current)
                .end(Status::Unset);
            codex_otel::current()
        })
        .await
    }
    .instrument(outer.span().clone())
    .await
    .unwrap();
    assert_eq!(captured, expected);
    outer.end(Status::Unset);
    assert_eq!(recorder.only("inner").parent_span_id, Some(recorder.only("turn/start").span_id));
}

#[tokio::test]
async fn spawn_keeps_the_context_below_a_foreign_span() {
    let _recorder = Recorder::install();
    let outer = root("turn/start");
    let captured = async {
        let task = tracing::info_span!("a library's span")
            .in_scope(|| codex_otel::spawn(async { codex_otel::current() }));
        task.await
    }
    .instrument(outer.span().clone())
    .await
    .unwrap();
    assert_eq!(captured, outer.carrier());
}

#[tokio::test]
async fn spawn_detached_carries_none() {
    let recorder = Recorder::install();
    let outer = root("turn/start");
    let captured = async {
        codex_otel::spawn_detached(async {
            OwnedSpan::start(span!("turn", name = "inner", kind = Kind::Internal), Parent::Current)
                .end(Status::Unset);
            (codex_otel::current(), tracing::Span::current().is_none())
        })
        .await
    }
    .instrument(outer.span().clone())
    .await
    .unwrap();
    assert_eq!(captured, (None, true));
    outer.end(Status::Unset);
    assert_eq!(recorder.only("inner").parent_span_id, None);
}

#[tokio::test]
async fn a_detached_task_does_not_keep_its_starter_open() {
    let recorder = Recorder::install();
    let outer = root("turn/start");
    let (_keep, wait) = tokio::sync::oneshot::channel::<()>();
    let task = outer.span().in_scope(|| codex_otel::spawn_detached(wait));
    outer.end(Status::Unset);
    assert!(recorder.only("turn/start").ended);
    assert!(!task.is_finished());
}

//! `exec` and the server it starts, wherever the exporter is chosen: one trace, the caller's half with the server's.

use test_kit::model::script::ANSWER;

use crate::{
    collector::{Spans, TURN},
    world::World,
};

/// The root of `exec`.
const ROOT: &str = "codex exec";

/// The settings of a model's provider, as a configuration file has them.
fn provider(world: &World) -> String {
    format!(
        "model_provider = 'mock'\nmodel = 'test-model'\n\
         [model_providers.mock]\nbase_url = '{}'\nrequest_max_retries = 0\nstream_max_retries = 0\n",
        world.model.url()
    )
}

/// An exporter that sends to the world's collector, as the value of a key.
fn exporter(world: &World) -> String {
    format!("{{ otlp-http = {{ endpoint = '{}/v1/traces', protocol = 'json' }} }}", world.collector.url())
}

/// Runs `exec` with such a file and arguments, and returns the spans that arrived.
async fn exec(world: &World, file: &str, arguments: &[&str]) -> Spans {
    std::fs::write(world.home.path().join("config.toml"), file).expect("the home can be written");
    let exit = crate::world::bare(world.home.path())
        // Nothing listens there: what goes to loopback must not go through it.
        .env("HTTP_PROXY", "http://127.0.0.1:1")
        .env("http_proxy", "http://127.0.0.1:1")
        .arg("exec")
        .args(arguments)
        .arg(ANSWER)
        .run()
        .await;
    assert_eq!(exit.code, Some(0), "{exit:?}");
    let spans = world.collector.spans();
    assert!(spans.has(ROOT) && spans.has(TURN), "{}{exit:?}", spans.drawn());
    spans
}

/// One trace whose only root is that of `exec`, which says what it ran.
fn assert_whole(spans: &Spans) {
    let (root, turn) = (spans.one(ROOT), spans.one(TURN));
    let joined = spans.all().iter().filter(|span| span.trace_id == root.trace_id);
    let roots = joined.filter(|span| span.parent_span_id.is_none()).count();
    assert_eq!((roots, &turn.trace_id), (1, &root.trace_id), "{}", spans.drawn());
    assert_eq!(root.service.as_deref(), Some("codex-exec"));
    assert_eq!(turn.service.as_deref(), Some("codex-app-server"));
    for key in ["thread.id", "turn.id", "codex.turn.status"] {
        assert_eq!(root.attr_text(key), turn.attr_text(key), "{key} of\n{}", spans.drawn());
        assert!(root.attr_text(key).is_some(), "{key} of\n{}", spans.drawn());
    }
}

#[tokio::test]
async fn with_an_exporter_of_the_file() {
    let world = World::new().await;
    let file = format!("{}[otel]\ntrace_exporter = {}\n", provider(&world), exporter(&world));
    assert_whole(&exec(&world, &file, &[]).await);
}

#[tokio::test]
async fn with_an_exporter_of_an_argument() {
    let world = World::new().await;
    let setting = format!("otel.trace_exporter={}", exporter(&world));
    assert_whole(&exec(&world, &provider(&world), &["-c", &setting]).await);
}

#[tokio::test]
async fn attributes_are_on_every_span_and_members_of_tracestate_are_sent_on() {
    let world = World::new().await;
    let file = format!(
        "{}[otel]\ntrace_exporter = {}\nspan_attributes = {{ team = 'lab' }}\ntracestate = {{ lab = {{ k = 'v' }} }}\n",
        provider(&world),
        exporter(&world)
    );
    let spans = exec(&world, &file, &[]).await;
    for span in spans.all() {
        assert_eq!(span.attr_text("team").as_deref(), Some("lab"), "{} of\n{}", span.name, spans.drawn());
    }
    let asked = world.model.requests();
    let sent = asked.first().and_then(|request| request.header("tracestate"));
    assert_eq!(sent, Some("lab=k:v"));
}

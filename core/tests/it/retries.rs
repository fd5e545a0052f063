//! Failures of the provider: which are tried again, how often, and what the client hears.

use codex_core::StartThread;
use codex_protocol::EventMsg;
use expect_test::{Expect, expect};

use crate::support::{Model, Reply, event, message, render, run, texts};

const SOON: &str = "retry-after: 0\r\n";

/// Runs a turn against these answers, with two repetitions allowed, and compares errors and end.
fn check(replies: Vec<Reply>, settings: &'static [&'static str], expected: Expect) {
    run(&[], |mut world| async move {
        let model = Model::start(replies).await;
        let setting = model.setting();
        let retries =
            ["model_providers.demo.request_max_retries=2", "model_providers.demo.stream_max_retries=2"];
        let settings: Vec<&str> =
            retries.into_iter().chain([setting.as_str()]).chain(settings.iter().copied()).collect();
        world.restart_with(&settings, StartThread::default()).await;
        let events = world.turn("x").await;
        let shown: Vec<EventMsg> = events
            .into_iter()
            .filter(|event| matches!(event, EventMsg::Error { .. } | EventMsg::TurnCompleted(_)))
            .collect();
        let text = format!("{}{} requests\n", render(&shown), model.requests().len());
        expected.assert_eq(&text);
    });
}

#[test]
fn server_errors() {
    check(
        vec![Reply::status(500, SOON, ""), Reply::stream(message("m", "ok"))],
        &[],
        expect![[r#"
        error retry=true Some(InternalServerError) "Model request failed, trying again (1/2)"
        turn completed Completed Summary items=1
        2 requests
    "#]],
    );
}

#[test]
fn too_many_requests() {
    check(
        vec![Reply::status(429, SOON, ""), Reply::stream(message("m", "ok"))],
        &[],
        expect![[r#"
        error retry=true Some(RateLimitExceeded) "Model request failed, trying again (1/2)"
        turn completed Completed Summary items=1
        2 requests
    "#]],
    );
}

#[test]
fn the_budget_ends() {
    check(
        vec![Reply::status(503, SOON, "")],
        &[],
        expect![[r#"
        error retry=true Some(ServerOverloaded) "Model request failed, trying again (1/2)"
        error retry=true Some(ServerOverloaded) "Model request failed, trying again (2/2)"
        error retry=false Some(ResponseTooManyFailedAttempts { http_status_code: Some(503) }) "The model provider answered with status 503; gave up after 3 attempts"
        turn completed Failed NotLoaded items=0 "The model provider answered with status 503; gave up after 3 attempts"
        3 requests
    "#]],
    );
}

#[test]
fn no_budget() {
    check(
        vec![Reply::status(429, SOON, "")],
        &["model_providers.demo.request_max_retries=0"],
        expect![[r#"
            error retry=false Some(RateLimitExceeded) "The model provider answered with status 429"
            turn completed Failed NotLoaded items=0 "The model provider answered with status 429"
            1 requests
        "#]],
    );
}

#[test]
fn refusals_are_final() {
    let body = r#"{"error":{"message":"no such model"}}"#;
    check(
        vec![Reply::status(404, "", body)],
        &[],
        expect![[r#"
            error retry=false Some(ModelNotFound) "The model provider answered with status 404: no such model"
            turn completed Failed NotLoaded items=0 "The model provider answered with status 404: no such model"
            1 requests
        "#]],
    );
}

#[test]
fn redirects_are_not_followed() {
    check(
        vec![Reply::status(302, "location: http://127.0.0.1:1/\r\n", "")],
        &[],
        expect![[r#"
            error retry=false Some(HttpConnectionFailed { http_status_code: Some(302) }) "The model provider answered with status 302"
            turn completed Failed NotLoaded items=0 "The model provider answered with status 302"
            1 requests
        "#]],
    );
}

#[test]
fn a_full_context_window() {
    let body = r#"{"error":{"message":"too long","code":"context_length_exceeded"}}"#;
    check(
        vec![Reply::status(400, "", body)],
        &[],
        expect![[r#"
        error retry=false Some(ContextWindowExceeded) "The conversation no longer fits the model's context window"
        turn completed Failed NotLoaded items=0 "The conversation no longer fits the model's context window"
        1 requests
    "#]],
    );
}

#[test]
fn cut_streams() {
    let head = event(&serde_json::json!({ "type": "response.created", "response": { "id": "r" } }));
    check(
        vec![Reply::cut(head), Reply::stream(message("m", "ok"))],
        &[],
        expect![[r#"
        error retry=true Some(ResponseStreamDisconnected { http_status_code: None }) "Model request failed, trying again (1/2)"
        turn completed Completed Summary items=1
        2 requests
    "#]],
    );
}

#[test]
fn a_stream_that_ends_without_its_last_event() {
    let head = event(&serde_json::json!({ "type": "response.created", "response": { "id": "r" } }));
    check(
        vec![Reply::stream(head), Reply::stream(message("m", "ok"))],
        &[],
        expect![[r#"
        error retry=true Some(ResponseStreamDisconnected { http_status_code: None }) "Model request failed, trying again (1/2)"
        turn completed Completed Summary items=1
        2 requests
    "#]],
    );
}

#[test]
fn silent_streams() {
    let head = event(&serde_json::json!({ "type": "response.created", "response": { "id": "r" } }));
    check(
        vec![Reply::silent(head)],
        &["model_providers.demo.stream_idle_timeout_ms=50", "model_providers.demo.stream_max_retries=0"],
        expect![[r#"
            error retry=false Some(Other) "The model's stream was silent for 0.05 s"
            turn completed Failed NotLoaded items=0 "The model's stream was silent for 0.05 s"
            1 requests
        "#]],
    );
}

#[test]
fn a_failure_told_in_the_stream() {
    let failed = |code: &str| {
        event(&serde_json::json!({ "type": "response.failed", "response": {
            "error": { "code": code, "message": "because" } } }))
    };
    check(
        vec![Reply::stream(failed("server_error")), Reply::stream(failed("invalid_prompt"))],
        &[],
        expect![[r#"
            error retry=true Some(ResponseStreamDisconnected { http_status_code: None }) "Model request failed, trying again (1/2)"
            error retry=false Some(BadRequest) "The model provider reported an error: invalid_prompt: because"
            turn completed Failed NotLoaded items=0 "The model provider reported an error: invalid_prompt: because"
            2 requests
        "#]],
    );
}

#[test]
fn a_stream_that_is_no_json() {
    check(
        vec![Reply::stream("event: response.created\ndata: {nope\n\n")],
        &[],
        expect![[r#"
            error retry=true Some(ResponseStreamDisconnected { http_status_code: None }) "Model request failed, trying again (1/2)"
            error retry=true Some(ResponseStreamDisconnected { http_status_code: None }) "Model request failed, trying again (2/2)"
            error retry=false Some(Other) "The model's stream ended before its response was complete: 1 of its events could not be read; gave up after 3 attempts"
            turn completed Failed NotLoaded items=0 "The model's stream ended before its response was complete: 1 of its events could not be read; gave up after 3 attempts"
            3 requests
        "#]],
    );
}

#[test]
fn an_unreachable_provider() {
    run(&[], |mut world| async move {
        // A port that was free a moment ago, with nobody behind it.
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("model_providers.demo.base_url=http://{}/v1", listener.local_addr().unwrap());
        drop(listener);
        world.restart_with(&[&url], StartThread::default()).await;
        let events = render(&world.turn("x").await);
        assert!(events.contains("HttpConnectionFailed"), "{events}");
        assert!(events.contains("The model provider could not be reached"), "{events}");
    });
}

#[test]
fn a_missing_key() {
    run(&[], |mut world| async move {
        world
            .restart_with(&["model_providers.demo.env_key=CODEX_TEST_NO_SUCH_KEY"], StartThread::default())
            .await;
        let events = render(&world.turn("x").await);
        assert!(events.contains("CODEX_TEST_NO_SUCH_KEY is not set"), "{events}");
        assert!(events.contains("Unauthorized"), "{events}");
    });
}

#[test]
fn an_interruption_ends_the_wait_for_a_repetition() {
    run(&[], |mut world| async move {
        let model = Model::start(vec![Reply::status(503, "retry-after: 100\r\n", "")]).await;
        world
            .restart_with(
                &[&model.setting(), "model_providers.demo.request_max_retries=1"],
                StartThread::default(),
            )
            .await;
        let turn = world.start("x").await;
        world.until(|msg| matches!(msg, EventMsg::Error { will_retry: true, .. })).await;
        world.thread.interrupt(&turn.id.to_string()).await.unwrap();
        let events = world.rest().await;
        assert_eq!(texts(&events), "");
    });
}

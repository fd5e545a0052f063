//! A reason always reaches a human, whatever shape a provider gives it in.

use codex_protocol::{CodexErrorInfo, TurnStatus};
use serde_json::{Value, json};
use test_kit::model::{chat, responses};

use super::harness::{WIRES, Wire, against, ended};
use crate::support::{Reply, render};

/// The message and the kind of a turn's end against this answer.
fn fails(wire: Wire, reply: Reply, check: impl FnOnce(&str, &CodexErrorInfo, usize) + 'static) {
    let settings =
        &["model_providers.demo.stream_max_retries=0", "model_providers.demo.request_max_retries=0"];
    against(wire, settings, vec![reply], |mut world, model| async move {
        let turn = ended(&world.turn("x").await);
        assert_eq!(turn.status, TurnStatus::Failed);
        let error = turn.error.unwrap();
        check(&error.message, &error.codex_error_info.unwrap(), model.requests().len());
    });
}

#[test]
fn the_provider_s_words_in_a_body_of_any_shape() {
    for (body, words) in [
        (r#"{"error":{"message":"the words"}}"#, "the words"),
        (r#"{"error":"the words"}"#, "the words"),
        (r#"{"message":"the words"}"#, "the words"),
        (r#"{"detail":"the words"}"#, "the words"),
        (r#"{"detail":[{"loc":["body","x"],"msg":"the"},{"msg":"words"}]}"#, "the; words"),
        (r#"{"error":{"message":"the words","code":400}}"#, "the words"),
        ("the words", "the words"),
        ("<html><head><title>the words</title></head></html>", "the words"),
    ] {
        for wire in WIRES {
            for status in [400, 500, 200] {
                fails(wire, Reply::status(status, "", body), move |message, _, _| {
                    assert!(message.contains(words), "{wire:?} {status} {body}: {message}");
                });
            }
        }
    }
}

#[test]
fn an_error_in_the_stream() {
    let data = |value: &Value| format!("data: {value}\n\n");
    for error in [
        json!({ "error": { "message": "the words", "code": 500 } }),
        json!({ "error": "the words" }),
        json!({ "error": { "message": "the words", "type": "server_error", "param": null, "code": null } }),
    ] {
        for wire in WIRES {
            fails(wire, Reply::stream(data(&error)), {
                let error = error.clone();
                move |message, _, _| assert!(message.contains("the words"), "{wire:?} {error}: {message}")
            });
        }
    }
    let failed = json!({ "type": "response.failed", "response": { "error": { "message": "the words" } } });
    let error = json!({ "type": "error", "code": "x", "message": "the words" });
    for event in [failed, error] {
        fails(Wire::Responses, Reply::stream(responses::event(&event)), |message, _, _| {
            assert!(message.contains("the words"), "{message}");
        });
    }
    let choice = json!({ "choices": [{ "delta": {}, "finish_reason": "error", "error": { "message": "the words" } }] });
    fails(Wire::Chat, Reply::stream(data(&choice)), |message, _, _| {
        assert!(message.contains("the words"), "{message}");
    });
}

#[test]
fn words_are_cut_and_secrets_taken_out() {
    let body = json!({ "error": { "message": format!("bad key canary-key {}", "long ".repeat(1000)) } });
    let reply = Reply::status(401, "", body.to_string());
    let settings = &["model_providers.demo.experimental_bearer_token=canary-key"];
    against(Wire::Responses, settings, vec![reply], |mut world, _| async move {
        let message = ended(&world.turn("x").await).error.unwrap().message;
        assert!(message.contains("bad key [hidden]"), "{message}");
        assert!(message.chars().count() < 700, "{}", message.len());
        let span = world.recorder.only("chat demo-model");
        assert!(format!("{span:?}").contains("bad key [hidden]"), "the span has the words too");
        assert!(!format!("{span:?}").contains("canary-key"));
    });
}

#[test]
fn an_answer_cut_by_the_token_limit_says_so() {
    let response = json!({ "id": "r", "incomplete_details": { "reason": "max_output_tokens" },
        "usage": { "output_tokens": 7 } });
    let end = [
        (Wire::Responses, responses::event(&json!({ "type": "response.incomplete", "response": response }))),
        (Wire::Chat, chat::chunk(&json!({}), Some("length")) + &chat::usage()),
    ];
    for (wire, end) in end {
        let replies = vec![Reply::stream(wire.begun("half a") + &end), wire.message("next")];
        against(wire, &[], replies, |mut world, model| async move {
            let events = world.turn("x").await;
            let turn = ended(&events);
            assert_eq!(turn.status, TurnStatus::Failed, "{wire:?}");
            let message = turn.error.unwrap().message;
            assert!(message.contains("limit of output tokens"), "{wire:?}: {message}");
            let shown = render(&events);
            assert!(shown.contains("item completed agent \"half a\"\n"), "{wire:?}: {shown}");
            assert!(shown.contains("usage total="), "{wire:?}: tokens were used: {shown}");
            assert_eq!(model.requests().len(), 1, "{wire:?}: asking again would end the same");
            world.turn("y").await;
        });
    }
}

#[test]
fn kinds_of_failure() {
    let code = |code: &str| json!({ "error": { "message": "m", "code": code } }).to_string();
    let http = |status| CodexErrorInfo::HttpConnectionFailed { http_status_code: Some(status) };
    for (status, body, kind) in [
        (429, code("insufficient_quota"), CodexErrorInfo::UsageLimitExceeded),
        (429, code("usage_limit_reached"), CodexErrorInfo::UsageLimitExceeded),
        (429, code("usage_not_included"), CodexErrorInfo::UsageLimitExceeded),
        (429, code("x"), CodexErrorInfo::RateLimitExceeded),
        (400, code("cyber_policy"), CodexErrorInfo::CyberPolicy),
        (400, code("context_length_exceeded"), CodexErrorInfo::ContextWindowExceeded),
        (400, code("x"), CodexErrorInfo::BadRequest),
        (401, code("invalid_api_key"), http(401)),
        (403, code("x"), http(403)),
        (404, code("model_not_found"), CodexErrorInfo::ModelNotFound),
        (413, code("x"), http(413)),
        (422, code("x"), http(422)),
        (500, code("x"), CodexErrorInfo::InternalServerError),
        (502, String::new(), http(502)),
        (503, code("server_is_overloaded"), CodexErrorInfo::ServerOverloaded),
        (503, code("slow_down"), CodexErrorInfo::RateLimitExceeded),
    ] {
        fails(Wire::Responses, Reply::status(status, "", body.clone()), move |_, info, _| {
            assert_eq!(info, &kind, "{status} {body}");
        });
    }
}

#[test]
fn what_is_tried_again() {
    let soon = "retry-after: 0\r\n";
    let body = |code: &str| json!({ "error": { "message": "m", "code": code } }).to_string();
    for (reply, requests) in [
        (Reply::status(408, soon, ""), 2),
        (Reply::status(409, soon, ""), 2),
        (Reply::status(429, soon, body("x")), 2),
        (Reply::status(429, soon, body("insufficient_quota")), 1),
        (Reply::status(500, soon, ""), 2),
        (Reply::status(400, soon, body("x")), 1),
        (Reply::status(429, "retry-after-ms: 1\r\n", ""), 2),
        (Reply::status(429, "", body("x").replace("\"m\"", "\"Please try again in 1ms\"")), 2),
    ] {
        let shown = format!("{reply:?}");
        let replies = vec![reply, Wire::Responses.message("ok")];
        against(Wire::Responses, &[], replies, |mut world, model| async move {
            world.turn("x").await;
            assert_eq!(model.requests().len(), requests, "{shown}");
        });
    }
    let failed = |error: Value| {
        Reply::stream(responses::event(&json!({ "type": "response.failed", "response": { "error": error } })))
    };
    for (error, requests) in [
        (json!(null), 2),
        (json!({ "code": null, "message": "Please try again in 1ms" }), 2),
        (json!({ "code": "brand_new", "message": "m" }), 2),
        (json!({ "code": "slow_down", "message": "try again in 1ms" }), 2),
        (json!({ "code": "insufficient_quota", "message": "m" }), 1),
        (json!({ "code": "invalid_prompt", "message": "m" }), 1),
        (json!({ "code": "context_length_exceeded", "message": "m" }), 1),
    ] {
        let replies = vec![failed(error.clone()), Wire::Responses.message("ok")];
        against(Wire::Responses, &[], replies, |mut world, model| async move {
            world.turn("x").await;
            assert_eq!(model.requests().len(), requests, "{error}");
        });
    }
}

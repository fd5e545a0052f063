//! Bad input costs its sender one error, and nothing else (design: bad input, and what it gets).

use codex_app_server::ServerOptions;
use serde_json::{Value, json};

use crate::harness::{BOTH, Transport, World, run};

/// What is sent, and the answer: id, code, and a part of the message.
struct Case {
    sent: &'static [u8],
    id: Value,
    code: i64,
    says: &'static str,
}

fn case(sent: &'static str, id: Value, code: i64, says: &'static str) -> Case {
    Case { sent: sent.as_bytes(), id, code, says }
}

fn cases() -> Vec<Case> {
    vec![
        case("{", Value::Null, -32700, "not JSON"),
        case("not json at all", Value::Null, -32700, "not JSON"),
        case(r#"{"id":1,"method":"thread/list"} trailing"#, Value::Null, -32700, "not JSON"),
        case(r#"{"id":"\ud800","method":"x"}"#, Value::Null, -32600, "id"),
        case("[]", Value::Null, -32600, "batch"),
        case(r#"[{"id":1,"method":"thread/list"}]"#, Value::Null, -32600, "batch"),
        case("5", Value::Null, -32600, "object"),
        case("null", Value::Null, -32600, "object"),
        case("{}", Value::Null, -32600, "method"),
        case(r#"{"id":1}"#, json!(1), -32600, "method"),
        case(r#"{"id":2,"method":5}"#, json!(2), -32600, "method"),
        case(r#"{"id":null,"method":"thread/list"}"#, Value::Null, -32600, "id"),
        case(r#"{"id":1.5,"method":"thread/list"}"#, Value::Null, -32600, "id"),
        case(r#"{"id":9223372036854775808,"method":"thread/list"}"#, Value::Null, -32600, "id"),
        case(r#"{"id":{},"method":"thread/list"}"#, Value::Null, -32600, "id"),
        case(r#"{"id":true,"method":"thread/list"}"#, Value::Null, -32600, "id"),
        case(r#"{"id":3,"result":1,"error":{}}"#, json!(3), -32600, "result"),
        case(r#"{"id":"a","method":"no/such"}"#, json!("a"), -32601, "no/such"),
        case(
            r#"{"id":4,"method":"thread/resume","params":{"threadId":"00000000-0000-7000-8000-000000000000"}}"#,
            json!(4),
            -32600,
            "no rollout found for thread id 00000000-0000-7000-8000-000000000000",
        ),
        case(r#"{"id":5,"method":"initialized"}"#, json!(5), -32601, "initialized"),
        case(r#"{"id":6,"method":"thread/read","params":{}}"#, json!(6), -32602, "threadId"),
        case(r#"{"id":7,"method":"thread/read"}"#, json!(7), -32602, "threadId"),
        case(r#"{"id":8,"method":"thread/read","params":[]}"#, json!(8), -32602, "object"),
        case(r#"{"id":9,"method":"thread/read","params":"x"}"#, json!(9), -32602, "object"),
        case(r#"{"id":10,"method":"thread/read","params":{"threadId":5}}"#, json!(10), -32602, "threadId"),
        case(
            r#"{"id":11,"method":"thread/read","params":{"threadId":"zzz"}}"#,
            json!(11),
            -32602,
            "threadId",
        ),
        case(
            r#"{"id":12,"method":"turn/start","params":{"threadId":"00000000-0000-7000-8000-000000000000","input":[{"type":"text"}]}}"#,
            json!(12),
            -32602,
            "input[0]",
        ),
        case(
            r#"{"id":13,"method":"thread/read","params":{"threadId":"00000000-0000-7000-8000-000000000000"}}"#,
            json!(13),
            -32600,
            "thread not loaded: 00000000-0000-7000-8000-000000000000",
        ),
        case(
            r#"{"id":14,"method":"turn/start","params":{"threadId":"00000000-0000-7000-8000-000000000000","input":[]}}"#,
            json!(14),
            -32600,
            "thread not found: 00000000-0000-7000-8000-000000000000",
        ),
        case(
            r#"{"id":15,"method":"initialize","params":{"clientInfo":{"name":"a","version":"1"}}}"#,
            json!(15),
            -32600,
            "Already initialized",
        ),
        case(
            r#"{"id":16,"method":"thread/loaded/list","params":{"cursor":"zzz"}}"#,
            json!(16),
            -32600,
            "cursor",
        ),
        case(
            r#"{"id":17,"method":"thread/start","params":{"modelProvider":"bogus"}}"#,
            json!(17),
            -32600,
            "bogus",
        ),
    ]
}

#[test]
fn every_line_of_the_table_gets_its_answer_and_the_server_serves_on() {
    for transport in BOTH {
        run(async {
            let world = World::new();
            let mut client = world.connect(transport).await;
            client.initialize().await;
            for case in cases() {
                let sent = String::from_utf8_lossy(case.sent).into_owned();
                client.send_bytes(case.sent.to_vec()).await;
                let answer = client.response(&case.id).await;
                let error = &answer["error"];
                assert_eq!(error["code"], case.code, "{transport:?} {sent}: {answer}");
                let message = error["message"].as_str().unwrap();
                assert!(message.contains(case.says), "{transport:?} {sent}: {message}");
                let served = client.call(r#"{"id":"on","method":"thread/loaded/list","params":{}}"#).await;
                assert_eq!(served["result"]["data"], json!([]), "{transport:?} serves on after {sent}");
            }
        });
    }
}

#[test]
fn nesting_past_the_limit_is_a_parse_error() {
    for transport in BOTH {
        run(async {
            let world = World::new();
            let mut client = world.connect(transport).await;
            client.initialize().await;
            let deep = format!(r#"{{"id":1,"method":"x","params":{}{}}}"#, "[".repeat(200), "]".repeat(200));
            client.send(&deep).await;
            assert_eq!(client.response(&Value::Null).await["error"]["code"], -32700);
            client.call(r#"{"id":2,"method":"thread/loaded/list"}"#).await;
        });
    }
}

#[test]
fn text_that_is_not_utf8_costs_a_line_its_line_and_a_websocket_its_connection() {
    run(async {
        let world = World::new();
        let mut client = world.connect(Transport::Lines).await;
        client.initialize().await;
        client.send_bytes(b"{\"id\":1,\"method\":\"\xff\"}".to_vec()).await;
        let answer = client.response(&Value::Null).await;
        assert_eq!(answer["error"]["code"], -32700, "{answer}");
        client.call(r#"{"id":2,"method":"thread/loaded/list"}"#).await;

        let mut client = world.connect(Transport::WebSocket).await;
        client.initialize().await;
        client.send_bytes(b"{\"id\":1,\"method\":\"\xff\"}".to_vec()).await;
        assert_eq!(client.next().await.unwrap_err(), "closed with 1007: text that is not UTF-8");
        let mut other = world.connect(Transport::WebSocket).await;
        other.initialize().await;
    });
}

#[test]
fn a_message_over_the_limit_is_skipped_on_lines_and_closes_a_websocket() {
    run(async {
        let world = World::with(ServerOptions { max_message_bytes: 1000, ..ServerOptions::default() }, &[]);
        let long = format!(
            r#"{{"id":1,"method":"thread/list","params":{{"searchTerm":"{}"}}}}"#,
            "x".repeat(200_000)
        );
        let mut client = world.connect(Transport::Lines).await;
        client.initialize().await;
        client.send(&long).await;
        let answer = client.response(&Value::Null).await;
        assert_eq!(answer["error"]["code"], -32600, "{answer}");
        assert!(answer["error"]["message"].as_str().unwrap().contains("1000 bytes"), "{answer}");
        client.call(r#"{"id":2,"method":"thread/loaded/list"}"#).await;

        let mut client = world.connect(Transport::WebSocket).await;
        client.initialize().await;
        client.send(&long).await;
        let ended = client.next().await.unwrap_err();
        assert_eq!(ended, "closed with 1009: message is longer than the limit");
        let mut other = world.connect(Transport::WebSocket).await;
        other.initialize().await;
    });
}

#[test]
fn before_initialize_nothing_is_served_and_malformed_is_called_malformed() {
    for transport in BOTH {
        run(async {
            let world = World::new();
            let mut client = world.connect(transport).await;
            let early = client.call(r#"{"id":1,"method":"thread/list","params":{}}"#).await;
            assert_eq!(early["error"]["message"], "Not initialized");
            assert_eq!(early["error"]["code"], -32600);
            client.send("{").await;
            assert_eq!(client.response(&Value::Null).await["error"]["code"], -32700);
            let bad = client.call(r#"{"id":2,"method":"initialize","params":{}}"#).await;
            assert_eq!(bad["error"]["code"], -32602, "{bad}");
            client.initialize().await;
            client.call(r#"{"id":3,"method":"thread/loaded/list","params":{}}"#).await;
        });
    }
}

#[test]
fn too_much_at_once_is_refused_and_may_be_sent_again() {
    for transport in BOTH {
        run(async {
            // No call can wait for anything here, so a bound of none shows what a full server does.
            let world = World::with(
                ServerOptions { max_in_flight_per_connection: 0, ..ServerOptions::default() },
                &[],
            );
            let mut client = world.connect(transport).await;
            let refused = client.call(crate::harness::INITIALIZE).await;
            assert_eq!(refused["error"]["code"], -32001, "{refused}");
            assert_eq!(refused["error"]["message"], "Server overloaded; retry later.");
        });
    }
}

#[test]
fn what_is_no_request_is_not_answered() {
    for transport in BOTH {
        run(async {
            let world = World::new();
            let mut client = world.connect(transport).await;
            client.initialize().await;
            for silent in [
                r#"{"method":"initialized"}"#,
                r#"{"method":"no/such/notification","params":{}}"#,
                r#"{"method":"thread/list","params":{}}"#,
                r#"{"id":99,"result":{}}"#,
                r#"{"id":99,"error":{"code":1,"message":"x"}}"#,
                "   ",
            ] {
                let before = client.seen.len();
                client.send(silent).await;
                client.call(r#"{"id":"next","method":"thread/loaded/list"}"#).await;
                assert_eq!(client.seen.len(), before + 1, "{transport:?} {silent}: {:?}", client.seen.last());
            }
        });
    }
}

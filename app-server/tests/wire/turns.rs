//! Whole conversations, as transcripts.

use expect_test::expect;

use crate::harness::{
    INITIALIZE,
    Step::{Await, Send, Tell},
    check,
};

const START: &str = r#"{"id":1,"method":"thread/start","params":{"cwd":"$home"}}"#;

#[test]
fn initialize() {
    check(&[Send(INITIALIZE), Tell(r#"{"method":"initialized"}"#)], expect![[""]]);
}

#[test]
fn a_plain_turn() {
    check(
        &[
            Send(INITIALIZE),
            Send(START),
            Await("thread/started"),
            Send(
                r#"{"id":2,"method":"turn/start","params":{"threadId":"$thread","input":[{"type":"text","text":"say 3"}]}}"#,
            ),
            Await("turn/completed"),
        ],
        expect![[""]],
    );
}

#[test]
fn a_turn_with_a_plan() {
    check(
        &[
            Send(INITIALIZE),
            Send(START),
            Await("thread/started"),
            Send(
                r#"{"id":2,"method":"turn/start","params":{"threadId":"$thread","input":[{"type":"text","text":"plan"}]}}"#,
            ),
            Await("turn/completed"),
        ],
        expect![[""]],
    );
}

#[test]
fn a_failed_turn() {
    check(
        &[
            Send(INITIALIZE),
            Send(
                r#"{"id":1,"method":"thread/start","params":{"cwd":"$home","config":{"model_providers.demo.request_max_retries":0}}}"#,
            ),
            Await("thread/started"),
            Send(
                r#"{"id":2,"method":"turn/start","params":{"threadId":"$thread","input":[{"type":"text","text":"fail"}]}}"#,
            ),
            Await("turn/completed"),
        ],
        expect![[""]],
    );
}

#[test]
fn an_interrupted_turn() {
    check(
        &[
            Send(INITIALIZE),
            Send(START),
            Await("thread/started"),
            Send(
                r#"{"id":2,"method":"turn/start","params":{"threadId":"$thread","clientUserMessageId":"mine","input":[{"type":"text","text":"hold"}]}}"#,
            ),
            Await("item/completed"),
            Send(r#"{"id":3,"method":"turn/interrupt","params":{"threadId":"$thread","turnId":"$turn"}}"#),
            Await("turn/completed"),
            Send(r#"{"id":4,"method":"turn/interrupt","params":{"threadId":"$thread","turnId":"$turn"}}"#),
            Send(
                r#"{"id":5,"method":"turn/steer","params":{"threadId":"$thread","expectedTurnId":"$turn","input":[{"type":"text","text":"a"}]}}"#,
            ),
        ],
        expect![[""]],
    );
}

#[test]
fn reading_and_listing() {
    check(
        &[
            Send(INITIALIZE),
            Send(START),
            Await("thread/started"),
            Send(r#"{"id":2,"method":"thread/loaded/list","params":{}}"#),
            Send(
                r#"{"id":3,"method":"turn/start","params":{"threadId":"$thread","input":[{"type":"text","text":"say 1"}]}}"#,
            ),
            Await("turn/completed"),
            Send(r#"{"id":4,"method":"thread/read","params":{"threadId":"$thread","includeTurns":true}}"#),
            Send(r#"{"id":5,"method":"thread/list","params":{"limit":2}}"#),
            Send(r#"{"id":6,"method":"thread/unsubscribe","params":{"threadId":"$thread"}}"#),
            Send(r#"{"id":7,"method":"thread/unsubscribe","params":{"threadId":"$thread"}}"#),
            Send(
                r#"{"id":8,"method":"thread/unsubscribe","params":{"threadId":"00000000-0000-7000-8000-000000000000"}}"#,
            ),
        ],
        expect![[""]],
    );
}

#[test]
fn what_the_server_has() {
    check(
        &[
            Send(INITIALIZE),
            Send(r#"{"id":1,"method":"model/list","params":{}}"#),
            Send(r#"{"id":2,"method":"account/read","params":{}}"#),
            Send(r#"{"id":3,"method":"config/read","params":{"includeLayers":true}}"#),
        ],
        expect![[""]],
    );
}

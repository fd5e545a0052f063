//! What is written.

use codex_app_server_protocol::{
    ErrorCode, ErrorData, RequestId, RpcError, write_error, write_notification, write_request, write_response,
};
use codex_protocol::W3cTraceContext;
use expect_test::{Expect, expect};
use serde::{Serialize, Serializer, ser::Error};
use serde_json::{json, value::RawValue};

#[track_caller]
fn check(write: impl FnOnce(&mut Vec<u8>) -> Result<(), serde_json::Error>, expected: &Expect) {
    let mut buffer = b"before|".to_vec();
    write(&mut buffer).expect("written");
    let text = String::from_utf8(buffer).expect("UTF-8");
    expected.assert_eq(text.strip_prefix("before|").expect("what was there before"));
}

fn trace() -> W3cTraceContext {
    W3cTraceContext { traceparent: Some("00-a".to_owned()), tracestate: None }
}

#[test]
fn responses() {
    let id = RequestId::from(1);
    check(|buffer| write_response(buffer, &id, &json!({}), None), &expect![[r#"{"id":1,"result":{}}"#]]);
    let raw = RawValue::from_string(r#"{"kept":  1}"#.to_owned()).expect("JSON");
    let id = RequestId::from("ä\"");
    check(
        |buffer| write_response(buffer, &id, &raw, Some(&trace())),
        &expect![[r#"{"id":"ä\"","result":{"kept":  1},"trace":{"traceparent":"00-a"}}"#]],
    );
}

#[test]
fn errors() {
    let id = RequestId::from(1);
    check(
        |buffer| write_error(buffer, Some(&id), &RpcError::method_not_found("x/y"), None),
        &expect![[r#"{"error":{"code":-32601,"message":"no method `x/y`"},"id":1}"#]],
    );
    check(
        |buffer| write_error(buffer, None, &RpcError::internal().with_trace_id("4bf9"), Some(&trace())),
        &expect![[
            r#"{"error":{"code":-32603,"message":"internal error","data":{"traceId":"4bf9"}},"id":null,"trace":{"traceparent":"00-a"}}"#
        ]],
    );
}

#[test]
fn notifications() {
    check(
        |buffer| write_notification(buffer, "turn/started", Some(&json!({"a": 1})), Some(5), Some(&trace())),
        &expect![[
            r#"{"method":"turn/started","params":{"a":1},"emittedAtMs":5,"trace":{"traceparent":"00-a"}}"#
        ]],
    );
    check(
        |buffer| write_notification::<()>(buffer, "initialized", None, None, None),
        &expect![[r#"{"method":"initialized"}"#]],
    );
}

#[test]
fn requests() {
    check(
        |buffer| write_request(buffer, &RequestId::from(0), "currentTime/read", &json!({}), Some(&trace())),
        &expect![[r#"{"id":0,"method":"currentTime/read","params":{},"trace":{"traceparent":"00-a"}}"#]],
    );
}

#[test]
fn a_failed_write_leaves_nothing_behind() {
    struct Broken;
    impl Serialize for Broken {
        fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(S::Error::custom("broken"))
        }
    }
    let mut buffer = b"before".to_vec();
    write_response(&mut buffer, &RequestId::from(1), &Broken, None).expect_err("broken");
    assert_eq!(buffer, b"before");
}

#[test]
fn codes_are_those_of_the_specification() {
    let codes = [
        RpcError::not_initialized().code,
        RpcError::method_not_found("m").code,
        RpcError::invalid_params("p").code,
        RpcError::internal().code,
        RpcError::overloaded().code,
        ErrorCode::PARSE_ERROR,
    ];
    assert_eq!(codes.map(|code| code.0), [-32600, -32601, -32602, -32603, -32001, -32700]);
}

#[test]
fn a_long_method_comes_back_short() {
    let error = RpcError::method_not_found(&"ä".repeat(1_000_000));
    assert_eq!(error.message.chars().count(), "no method ``".len() + 200);
}

#[test]
fn errors_of_other_servers_are_read() {
    let read = |text: &str| serde_json::from_str::<RpcError>(text).expect("an error").data;
    assert_eq!(read(r#"{"code":1,"message":"m"}"#), None);
    assert_eq!(read(r#"{"code":1,"message":"m","data":null}"#), None);
    assert_eq!(read(r#"{"code":1,"message":"m","data":"text"}"#), None);
    let data = read(r#"{"code":1,"message":"m","data":{"traceId":"4bf9","x":1}}"#).expect("data");
    let more = json!({"x": 1}).as_object().expect("an object").clone();
    assert_eq!(*data, ErrorData { trace_id: Some("4bf9".to_owned()), more });
}

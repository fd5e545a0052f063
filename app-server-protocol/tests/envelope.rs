//! What bytes are read as.

use codex_app_server_protocol::{
    Envelope, ErrorCode, Incoming, MAX_DEPTH, Malformed, MalformedKind, RequestId, RpcError, TraceCarrier,
};
use codex_protocol::W3cTraceContext;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// One line that tells what the text is: the only place that knows the shape of `Incoming`.
#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(told(text.as_bytes()), expected, "{text}");
}

fn told(bytes: &[u8]) -> String {
    match Incoming::parse(bytes) {
        Ok(Incoming::Request { id, method, params, .. }) => {
            format!("request {id:?} {method} {}", params.map_or("-", |params| params.get()))
        }
        Ok(Incoming::Notification { method, params, .. }) => {
            format!("notification {method} {}", params.map_or("-", |params| params.get()))
        }
        Ok(Incoming::Response { id, result, .. }) => format!("response {id:?} {result}"),
        Ok(Incoming::ErrorResponse { id, error, .. }) => format!("error {id:?} {error}"),
        Err(Malformed { kind, id }) => format!("{} {kind:?} {id:?}", kind.code()),
    }
}

fn trace_of(text: &str) -> TraceCarrier {
    match Incoming::parse(text.as_bytes()).expect("a message") {
        Incoming::Request { trace, .. }
        | Incoming::Notification { trace, .. }
        | Incoming::Response { trace, .. }
        | Incoming::ErrorResponse { trace, .. } => trace.decode(),
    }
}

#[test]
fn the_four_kinds() {
    check(r#"{"id":1,"method":"a/b","params":{"x":1}}"#, r#"request 1 a/b {"x":1}"#);
    check(r#"{"id":"i","method":"a/b"}"#, r#"request "i" a/b -"#);
    check(r#"{"method":"a/b","params":[1]}"#, r"notification a/b [1]");
    check(r#"{"id":1,"result":null}"#, r"response 1 null");
    check(r#"{"error":{"code":1,"message":"m"},"id":1}"#, r#"error Some(1) {"code":1,"message":"m"}"#);
}

#[test]
fn members_come_in_any_order_and_unknown_ones_are_ignored() {
    check(r#"{"params":{},"jsonrpc":"2.0","method":"m","x":[{}],"id":1}"#, "request 1 m {}");
    check(r#"{"jsonrpc":1.0,"":0,"id":1,"method":"m"}"#, "request 1 m -");
    check("\r\n {\t\"id\" : 1 , \"method\" : \"m\" } \n", "request 1 m -");
}

#[test]
fn escapes_in_names_and_methods_are_read() {
    check(r#"{"\u0069d":1,"method":"a\/b"}"#, "request 1 a/b -");
    check(r#"{"id":"\u00e4","method":"m"}"#, r#"request "ä" m -"#);
}

#[test]
fn a_lone_surrogate_loses_no_id() {
    check(r#"{"id":1,"method":"m","\ud800":1}"#, "request 1 m -");
    check(r#"{"id":1,"method":"\ud800"}"#, "-32600 Method Some(1)");
}

#[test]
fn of_a_doubled_member_the_last_counts() {
    check(r#"{"id":1,"id":2,"method":"m","method":"n"}"#, "request 2 n -");
}

#[test]
fn ids_are_strings_or_integers_of_64_bits() {
    check(r#"{"id":9223372036854775807,"method":"m"}"#, "request 9223372036854775807 m -");
    check(r#"{"id":-9223372036854775808,"method":"m"}"#, "request -9223372036854775808 m -");
    for id in ["9223372036854775808", "1.5", "1.0", "1e3", "true", "null", "{}", "[1]", r#""\ud800""#] {
        check(&format!(r#"{{"id":{id},"method":"m"}}"#), "-32600 Id None");
    }
}

#[test]
fn a_null_id_is_not_a_missing_id() {
    check(r#"{"id":null,"method":"m"}"#, "-32600 Id None");
    check(r#"{"method":"m"}"#, "notification m -");
}

#[test]
fn objects_that_are_no_messages_keep_their_id() {
    check("{}", "-32600 Nothing None");
    check(r#"{"id":7}"#, "-32600 Nothing Some(7)");
    check(r#"{"id":7,"params":{}}"#, "-32600 Nothing Some(7)");
    check(r#"{"id":7,"method":5}"#, "-32600 Method Some(7)");
    check(r#"{"id":7,"method":null,"params":{}}"#, "-32600 Method Some(7)");
    check(r#"{"id":7,"result":1,"error":{}}"#, "-32600 ResultAndError Some(7)");
    check(r#"{"id":7,"error":null}"#, "-32600 Nothing Some(7)");
    check(r#"{"result":1}"#, "-32600 Id None");
}

#[test]
fn responses_of_json_rpc_1_are_understood() {
    check(r#"{"id":7,"result":{},"error":null}"#, "response 7 {}");
    check(r#"{"id":7,"result":null,"error":{"code":1}}"#, r#"error Some(7) {"code":1}"#);
}

#[test]
fn an_error_without_an_id_is_still_an_error() {
    // It must not be answered: two peers would answer each other for ever.
    check(r#"{"id":null,"error":{}}"#, "error None {}");
    check(r#"{"error":{}}"#, "error None {}");
}

#[test]
fn json_that_is_no_object() {
    for text in ["1", "-1", "1.5", "null", "true", r#""text""#] {
        check(text, "-32600 NotAnObject None");
    }
    for text in ["[]", r#"[{"id":1,"method":"m"}]"#, " [1, 2] "] {
        check(text, "-32600 Batch None");
    }
}

#[test]
fn text_that_is_no_json() {
    for text in [
        "",
        " ",
        "{",
        "nope",
        r#"{"id":1"#,
        r#"{"id":1,"method":"m"} x"#,
        r#"{"id":1,,"method":"m"}"#,
        "[1,",
        "[1 2]",
        r#"{"id":01,"method":"m"}"#,
        "\u{feff}{}",
        "{'id':1}",
        r#"{"id":1,"method":"m"}{}"#,
        "\"\n\"",
    ] {
        check(text, "-32700 NotJson None");
    }
}

#[test]
fn bytes_that_are_not_utf_8() {
    assert_eq!(told(b"{\"id\":1,\"method\":\"\xff\"}"), "-32700 NotUtf8 None");
    assert_eq!(told(b"{\"id\":1,\"method\":\"m\",\"ignored\":\"\xc3\"}"), "-32700 NotUtf8 None");
}

#[test]
fn depth_is_limited_to_what_every_reader_can_take() {
    let nested = |depth: usize| {
        let inside = depth - 1;
        format!(r#"{{"id":1,"method":"m","params":{}{}}}"#, "[".repeat(inside), "]".repeat(inside))
    };
    let deepest = nested(MAX_DEPTH);
    assert!(told(deepest.as_bytes()).starts_with("request 1 m "));
    serde_json::from_str::<Value>(&deepest).expect("a reader with the usual limit takes it");
    check(&nested(MAX_DEPTH + 1), "-32700 TooDeep None");
    check(&nested(100_000), "-32700 TooDeep None");
    check(&"[".repeat(100_000), "-32700 TooDeep None");
}

#[test]
fn many_brackets_are_not_depth() {
    let wide = format!(r#"{{"id":1,"method":"m","params":{{"a":[{}{{}}]}}}}"#, "[],".repeat(10_000));
    assert!(told(wide.as_bytes()).starts_with("request 1 m "));
    let quoted = format!(r#"{{"id":1,"method":"m","params":{{"a\"[":"{}\\\""}}}}"#, "[{".repeat(10_000));
    assert!(told(quoted.as_bytes()).starts_with("request 1 m "));
}

#[test]
fn the_error_for_a_malformed_message_is_plain() {
    let malformed = Envelope::parse(b"[]").expect_err("a batch");
    let error = RpcError::from(&malformed);
    assert_eq!(error.code, ErrorCode::INVALID_REQUEST);
    assert_eq!(error.message, "batches are not supported: send one message at a time");
}

#[test]
fn a_carrier_is_read() {
    let context = |traceparent: Option<&str>, tracestate: Option<&str>| {
        TraceCarrier::Context(W3cTraceContext {
            traceparent: traceparent.map(str::to_owned),
            tracestate: tracestate.map(str::to_owned),
        })
    };
    let of = |trace: &str| trace_of(&format!(r#"{{"id":1,"method":"m","trace":{trace}}}"#));
    assert_eq!(of(r#"{"traceparent":"00-a","tracestate":"v=1"}"#), context(Some("00-a"), Some("v=1")));
    assert_eq!(of(r#"{"traceparent":"00-a","more":[]}"#), context(Some("00-a"), None));
    assert_eq!(of(r#"{"traceparent":"00-a","tracestate":5}"#), context(Some("00-a"), None));
    assert_eq!(of(r#"{"traceparent":null,"tracestate":null}"#), context(None, None));
    assert_eq!(of("{}"), context(None, None));
}

#[test]
fn no_carrier_fails_a_request() {
    assert_eq!(trace_of(r#"{"id":1,"method":"m"}"#), TraceCarrier::Absent);
    assert_eq!(trace_of(r#"{"id":1,"method":"m","trace":null}"#), TraceCarrier::Absent);
    for trace in [
        "5",
        "true",
        r#""00-a""#,
        "[]",
        r#"["00-a","v=1"]"#,
        r#"{"traceparent":5}"#,
        r#"{"traceparent":{}}"#,
        r#"{"traceparent":"\ud800"}"#,
        r#"{"traceparent":"a","traceparent":"b"}"#,
    ] {
        let text = format!(r#"{{"id":1,"method":"m","trace":{trace}}}"#);
        assert_eq!(trace_of(&text), TraceCarrier::Unusable, "{trace}");
    }
}

/// Any JSON value, not very deep.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((any::<String>(), inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// Members of a message, the known ones often among them, each with any value.
fn any_members() -> impl Strategy<Value = Map<String, Value>> {
    let name = prop_oneof![
        prop::sample::select(vec!["id", "method", "params", "result", "error", "trace", "jsonrpc"])
            .prop_map(str::to_owned),
        any::<String>(),
    ];
    prop::collection::vec((name, any_json()), 0..6).prop_map(|members| members.into_iter().collect())
}

fn any_id() -> impl Strategy<Value = Value> {
    prop_oneof![any::<i64>().prop_map(Value::from), any::<String>().prop_map(Value::from)]
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Incoming::parse(&bytes);
    }

    #[test]
    fn no_text_panics(text in r#"[\[\]{}:," \\a-z0-9\-.eE]{0,100}"#) {
        let _ = Incoming::parse(text.as_bytes());
    }

    #[test]
    fn cut_messages_never_panic_and_are_never_taken_for_whole_ones(members in any_members(), at in any::<prop::sample::Index>()) {
        let text = Value::Object(members).to_string();
        let cut = &text.as_bytes()[..at.index(text.len())];
        let malformed = Incoming::parse(cut).expect_err("not whole");
        prop_assert_eq!(malformed.kind.code(), ErrorCode::PARSE_ERROR);
    }

    #[test]
    fn a_request_with_a_readable_id_is_never_lost(mut members in any_members(), id in any_id(), method in any::<String>()) {
        members.insert("id".to_owned(), id.clone());
        members.insert("method".to_owned(), method.clone().into());
        let text = Value::Object(members.clone()).to_string();
        match Incoming::parse(text.as_bytes()) {
            Ok(Incoming::Request { id: read, method: name, params, trace }) => {
                prop_assert_eq!(json!(read), id);
                prop_assert_eq!(name, method);
                let params = params.map(|params| params.get().to_owned());
                prop_assert_eq!(params, members.get("params").map(Value::to_string));
                let _ = trace.decode();
            }
            other => prop_assert!(false, "{:?}", other),
        }
    }

    #[test]
    fn a_malformed_object_with_a_readable_id_is_answered_to_it(mut members in any_members(), id in any::<i64>()) {
        members.insert("id".to_owned(), id.into());
        let text = Value::Object(members).to_string();
        if let Err(malformed) = Incoming::parse(text.as_bytes()) {
            prop_assert_eq!(malformed.id, Some(RequestId::Integer(id)));
            prop_assert_eq!(malformed.kind.code(), ErrorCode::INVALID_REQUEST);
        }
    }

    #[test]
    fn what_is_json_is_what_every_reader_says(text in r#"[\[\]{}:," a\\u0-9\-.eE]{0,12}"#) {
        let ours = Envelope::parse(text.as_bytes()).map_err(|malformed| malformed.kind);
        let theirs = serde_json::from_str::<Value>(&text);
        match theirs {
            Ok(_) => prop_assert_ne!(ours.err(), Some(MalformedKind::NotJson)),
            // A reader of values also refuses lone surrogates and huge numbers, which are JSON all the same.
            Err(error) if error.to_string().contains("surrogate") || error.to_string().contains("range") => {}
            Err(error) if error.to_string().contains("unexpected end of hex escape") => {}
            Err(error) => prop_assert_eq!(ours.err(), Some(MalformedKind::NotJson), "{}", error),
        }
    }
}

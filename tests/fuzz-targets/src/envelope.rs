//! One message: what is taken for a request can be answered under its own id.

use codex_app_server_protocol::{Incoming, write_response};
use serde_json::Value;

pub(crate) const CORPUS: &[&str] = &[
    r#"{"id":1,"method":"turn/start","params":{"threadId":"x","input":[]},"trace":{"traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03"}}"#,
    r#"{"jsonrpc":"2.0","id":"a","result":{"decision":"accept"}}"#,
    r#"{"id":9223372036854775807,"error":{"code":-32601,"message":"no","data":null}}"#,
    r#"{"method":"initialized"}"#,
    r#"[{"id":1}]"#,
    r#"{"id":null,"method":"x","params":[1,2]}"#,
];

/// Reads a message, and answers it if it is a request.
pub fn envelope(bytes: &[u8]) {
    let Ok(Incoming::Request { id, .. }) = Incoming::parse(bytes) else { return };
    // What stands in the params is read later, by whoever knows their type: they may turn out to be no JSON.
    let Ok(sent) = serde_json::from_slice::<Value>(bytes) else { return };
    let mut answer = Vec::new();
    write_response(&mut answer, &id, &serde_json::json!({}), None).expect("a constant can be written");
    let answer: Value = serde_json::from_slice(&answer).expect("an answer is JSON");
    assert_eq!(answer["id"], sent["id"]);
}

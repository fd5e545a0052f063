//! The hot path of every message: reading its envelope, decoding its params, writing its answer.

use codex_app_server_protocol::{
    Incoming, Method, RequestId, decode_params, methods, write_notification, write_response,
};
use divan::{Bencher, black_box};
use serde_json::json;

const SMALL: &str =
    r#"{"id":7,"method":"thread/read","params":{"threadId":"01a1f89e-142b-7df0-966b-6cf66c692aae"}}"#;
const TRACED: &str = r#"{"id":3,"method":"turn/start","params":{"threadId":"01a1f89e-142b-7df0-966b-6cf66c692aae","input":[{"type":"text","text":"say 3"}]},"trace":{"traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}}"#;

fn main() {
    divan::main();
}

#[divan::bench(args = [SMALL, TRACED])]
fn read_a_request(bencher: Bencher, text: &str) {
    bencher.bench(|| Incoming::parse(black_box(text.as_bytes())).is_ok());
}

#[divan::bench]
fn read_a_request_of_a_megabyte(bencher: Bencher) {
    let params = json!({ "text": "word ".repeat(200_000) });
    let text = json!({ "id": 1, "method": "turn/start", "params": params }).to_string();
    bencher.bench(|| Incoming::parse(black_box(text.as_bytes())).is_ok());
}

#[divan::bench]
fn decode_params_of_a_turn(bencher: Bencher) {
    let Ok(Incoming::Request { params, .. }) = Incoming::parse(TRACED.as_bytes()) else {
        unreachable!("a request");
    };
    bencher.bench(|| decode_params::<<methods::TurnStart as Method>::Params>(black_box(params)).is_ok());
}

#[divan::bench]
fn write_an_answer(bencher: Bencher) {
    let (id, result) = (RequestId::from(7), json!({}));
    let mut buffer = Vec::with_capacity(1024);
    bencher.bench_local(|| {
        buffer.clear();
        write_response(&mut buffer, black_box(&id), &result, None).is_ok()
    });
}

#[divan::bench]
fn write_a_delta(bencher: Bencher) {
    let params = json!({ "threadId": "01a1f89e-142b-7df0-966b-6cf66c692aae", "delta": "word" });
    let mut buffer = Vec::with_capacity(1024);
    bencher.bench_local(|| {
        buffer.clear();
        write_notification(&mut buffer, "item/agentMessage/delta", Some(black_box(&params)), Some(5), None)
            .is_ok()
    });
}

//! Every payload type against sample messages, whose fields, nulls and order of variants are the reference's.
//!
//! What the server sends is compared in full: a null that goes missing is a difference. What a client sends may leave
//! out what it does not need, so there only what the sample says must come back.

use std::collections::HashSet;

use codex_app_server_protocol::{
    Method, MethodId, ServerNotification, ServerNotificationId, ServerRequest, ServerRequestId,
    decode_params, methods, server_requests,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, value::to_raw_value};

#[derive(Deserialize)]
struct Sample {
    method: String,
    params: Vec<Value>,
    responses: Vec<Value>,
}

fn samples(text: &str) -> Vec<Sample> {
    serde_json::from_str(text).expect("samples")
}

fn client_requests() -> Vec<Sample> {
    samples(include_str!("samples/client_requests.json"))
}

fn server_requests_of_samples() -> Vec<Sample> {
    samples(include_str!("samples/server_requests.json"))
}

fn server_notifications() -> Vec<Value> {
    serde_json::from_str(include_str!("samples/server_notifications.json")).expect("samples")
}

/// The value, read as `T` and written again.
#[track_caller]
fn written<T: Serialize + DeserializeOwned>(sample: &Value) -> Value {
    let text = sample.to_string();
    let read: T = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    serde_json::to_value(read).expect("JSON")
}

#[track_caller]
fn check_sent<T: Serialize + DeserializeOwned>(sample: &Value) {
    assert_eq!(written::<T>(sample), *sample);
}

#[track_caller]
fn check_received<P: Serialize + DeserializeOwned>(sample: &Value) {
    let raw = to_raw_value(sample).expect("JSON");
    let params: P = decode_params(Some(&raw)).unwrap_or_else(|error| panic!("{error}: {sample}"));
    let all = serde_json::to_value(params).expect("JSON");
    assert_within(sample, &all);
    // What our own clients write is read back as the same.
    assert_eq!(written::<P>(&all), all);
}

/// Every member of `part` is in `whole`, all the way down.
#[track_caller]
fn assert_within(part: &Value, whole: &Value) {
    match (part, whole) {
        (Value::Object(part), Value::Object(whole)) => {
            for (name, value) in part {
                assert_within(value, whole.get(name).unwrap_or_else(|| panic!("`{name}` went missing")));
            }
        }
        (Value::Array(part), Value::Array(whole)) => {
            assert_eq!(part.len(), whole.len());
            part.iter().zip(whole).for_each(|(part, whole)| assert_within(part, whole));
        }
        _ => assert_eq!(part, whole),
    }
}

fn check_method<M: Method>(sample: &Sample) {
    sample.params.iter().for_each(check_received::<M::Params>);
    sample.responses.iter().for_each(check_sent::<M::Response>);
}

fn check_server_request<R: ServerRequest>(sample: &Sample) {
    sample.params.iter().for_each(check_sent::<R::Params>);
    sample.responses.iter().for_each(check_received::<R::Response>);
}

#[test]
fn requests_of_clients_keep_their_shape() {
    macro_rules! check_row {
        ($($(#[$doc:meta])* $marker:ident = $name:literal ($params:ty) -> $response:ty, $lane:ident $(, names $named:ident)?;)*) => {
            |id: MethodId, sample: &Sample| match id {
                $(MethodId::$marker => check_method::<methods::$marker>(sample),)*
            }
        };
    }
    let check_row = codex_app_server_protocol::request_table!(check_row);
    for sample in client_requests() {
        check_row(MethodId::from_name(&sample.method).expect("a method"), &sample);
    }
}

#[test]
fn requests_of_the_server_keep_their_shape() {
    macro_rules! check_row {
        ($($(#[$doc:meta])* $marker:ident = $name:literal ($params:ty) -> $response:ty;)*) => {
            |id: ServerRequestId, sample: &Sample| match id {
                $(ServerRequestId::$marker => check_server_request::<server_requests::$marker>(sample),)*
            }
        };
    }
    let check_row = codex_app_server_protocol::server_request_table!(check_row);
    for sample in server_requests_of_samples() {
        check_row(ServerRequestId::from_name(&sample.method).expect("a method"), &sample);
    }
}

#[test]
fn notifications_of_the_server_keep_their_shape() {
    for sample in server_notifications() {
        check_sent::<ServerNotification>(&sample);
        let notification: ServerNotification =
            serde_json::from_value(sample.clone()).expect("a notification");
        assert_eq!(notification.id().name(), sample["method"]);
    }
}

#[test]
fn every_row_has_a_sample() {
    let both_ways = |samples: Vec<Sample>| -> HashSet<String> {
        let whole = samples.into_iter().filter(|it| !it.params.is_empty() && !it.responses.is_empty());
        whole.map(|sample| sample.method).collect()
    };
    let (asked, asks) = (both_ways(client_requests()), both_ways(server_requests_of_samples()));
    for id in MethodId::ALL {
        assert!(asked.contains(id.name()), "{id}");
    }
    for id in ServerRequestId::ALL {
        assert!(asks.contains(id.name()), "{id}");
    }
    let notified: HashSet<String> = server_notifications()
        .iter()
        .map(|sample| sample["method"].as_str().expect("a name").to_owned())
        .collect();
    for id in ServerNotificationId::ALL {
        assert!(notified.contains(id.name()), "{id}");
    }
}

#[test]
fn every_sample_survives_unknown_fields() {
    for mut sample in server_notifications() {
        sample["params"]["unheardOf"] = Value::from(1);
        let read: ServerNotification = serde_json::from_value(sample).expect("a notification");
        assert_eq!(serde_json::to_value(read).expect("JSON")["params"].get("unheardOf"), None);
    }
}

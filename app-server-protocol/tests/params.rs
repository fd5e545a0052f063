//! How params are decoded, and what the sender is told when they do not fit.

use codex_app_server_protocol::{ErrorCode, Method, decode_params, methods, skills};
use serde_json::{Value, value::RawValue};

#[track_caller]
fn check<M: Method>(params: &str, expected: &str) {
    let raw = RawValue::from_string(params.to_owned()).expect("JSON");
    let error = decode_params::<M::Params>(Some(&raw)).err().expect("params that do not fit");
    assert_eq!(error.code, ErrorCode::INVALID_PARAMS);
    assert_eq!(error.message, expected);
}

#[test]
fn absent_params_are_an_empty_object() {
    let null = RawValue::from_string("null".to_owned()).expect("JSON");
    for params in [None, Some(&*null)] {
        assert_eq!(
            decode_params::<skills::ListParams>(params).expect("params"),
            skills::ListParams::default()
        );
    }
    check::<methods::ThreadRead>("null", "invalid params: missing field `threadId`");
}

#[test]
fn a_null_member_is_an_absent_one_wherever_it_may_be_absent() {
    let accepted = |params: &str| RawValue::from_string(params.to_owned()).expect("JSON");
    let skills = accepted(r#"{"cwds":null,"forceReload":null}"#);
    assert_eq!(
        decode_params::<skills::ListParams>(Some(&skills)).expect("params"),
        skills::ListParams::default()
    );
    // Every member of the schemas that is not required, each as null.
    let schemas = codex_app_server_protocol::json_schemas();
    macro_rules! check_row {
        ($($(#[$doc:meta])* $marker:ident = $name:literal ($params:ty) -> $response:ty, $lane:ident $(, names $named:ident)?;)*) => {{
            use codex_app_server_protocol::*;
            $({
                let schema = &schemas[&format!("{}.json", <$params as schemars::JsonSchema>::schema_name())];
                refuses_no_null::<methods::$marker>(schema);
            })*
        }};
    }
    codex_app_server_protocol::request_table!(check_row);
}

/// Checks that every member of a method's params that may be absent may be null.
fn refuses_no_null<M: Method>(schema: &Value) {
    let required: Vec<_> =
        schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    for (member, _) in schema["properties"].as_object().into_iter().flatten() {
        if required.contains(&member.as_str()) {
            continue;
        }
        let raw = RawValue::from_string(serde_json::json!({ member: null }).to_string()).expect("JSON");
        if let Err(error) = decode_params::<M::Params>(Some(&raw)) {
            assert!(!error.message.contains(&format!(": {member}: ")), "{}: {}", M::ID, error.message);
        }
    }
}

#[test]
fn unknown_fields_are_ignored() {
    let raw = RawValue::from_string(r#"{"forceReload":true,"new":{"a":[]}}"#.to_owned()).expect("JSON");
    assert!(decode_params::<skills::ListParams>(Some(&raw)).expect("params").force_reload);
}

#[test]
fn params_are_an_object() {
    for params in ["5", r#""text""#, "[]", "[true]"] {
        check::<methods::SkillsList>(params, "invalid params: not an object");
    }
}

#[test]
fn the_field_is_named_by_its_path() {
    check::<methods::ThreadRead>("{}", "invalid params: missing field `threadId`");
    check::<methods::SkillsList>(
        r#"{"cwds":["a",5]}"#,
        "invalid params: cwds[1]: invalid type: integer `5`, expected a string",
    );
    check::<methods::Initialize>(
        r#"{"clientInfo":{"name":"a"}}"#,
        "invalid params: clientInfo: missing field `version`",
    );
    check::<methods::TurnStart>(
        r#"{"threadId":"01a1f89e-142b-7df0-966b-6cf66c692aae","input":[{"type":"text"}]}"#,
        "invalid params: input[0]: missing field `text`",
    );
    check::<methods::ThreadStart>(
        r#"{"sandbox":"none"}"#,
        "invalid params: sandbox: unknown variant `none`, expected one of `read-only`, `workspace-write`, `danger-full-access`",
    );
}

#[test]
fn a_doubled_field_is_named() {
    check::<methods::SkillsList>(r#"{"cwds":[],"cwds":[]}"#, "invalid params: duplicate field `cwds`");
}

//! How params are decoded, and what the sender is told when they do not fit.

use codex_app_server_protocol::{ErrorCode, Method, decode_params, methods, skills};
use serde_json::value::RawValue;

#[track_caller]
fn check<M: Method>(params: &str, expected: &str) {
    let raw = RawValue::from_string(params.to_owned()).expect("JSON");
    let error = decode_params::<M::Params>(Some(&raw)).err().expect("params that do not fit");
    assert_eq!(error.code, ErrorCode::INVALID_PARAMS);
    assert_eq!(error.message, expected);
}

#[test]
fn absent_params_are_an_empty_object() {
    assert_eq!(decode_params::<skills::ListParams>(None).expect("params"), skills::ListParams::default());
}

#[test]
fn unknown_fields_are_ignored() {
    let raw = RawValue::from_string(r#"{"forceReload":true,"new":{"a":[]}}"#.to_owned()).expect("JSON");
    assert!(decode_params::<skills::ListParams>(Some(&raw)).expect("params").force_reload);
}

#[test]
fn params_are_an_object() {
    for params in ["null", "5", r#""text""#, "[]", "[true]"] {
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

//! Configuration: files, overrides, what clients see of it.

use std::fs;

use codex_core::{Config, ConfigSource, PropagateTrace, WireApi};
use codex_protocol::{ApprovalPolicy, SandboxPolicy};
use serde_json::json;

fn load(file: &str, overrides: &[(&str, &str)]) -> Result<Config, String> {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("config.toml"), file).unwrap();
    let overrides: Vec<_> =
        overrides.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    Config::load(home.path(), &overrides)
        .map_err(|error| error.to_string().replace(&home.path().display().to_string(), "HOME"))
}

#[test]
fn no_file_means_defaults() {
    let home = tempfile::tempdir().unwrap();
    let config = Config::load(home.path(), &[]).unwrap();
    assert_eq!(config.model_provider(), "openai");
    assert_eq!(config.approval_policy(), ApprovalPolicy::OnRequest);
    let openai = config.provider("openai").unwrap();
    assert_eq!(openai.env_key.as_deref(), Some("OPENAI_API_KEY"));
}

#[test]
fn overrides_win_over_the_file() {
    let file = "model = 'a'\napproval_policy = 'never'\n[model_providers.lab]\nbase_url = 'http://localhost'\nwire_api = 'chat'";
    let overrides = [
        ("model", "b"),
        ("model_providers.lab.request_max_retries", "0"),
        ("model_providers.lab.propagate_trace", "none"),
    ];
    let config = load(file, &overrides).unwrap();
    assert_eq!(config.model("lab"), "b");
    assert_eq!(config.approval_policy(), ApprovalPolicy::Never);
    let lab = config.provider("lab").unwrap();
    assert_eq!(
        (lab.wire_api, lab.request_max_retries, lab.propagate_trace),
        (WireApi::Chat, Some(0), Some(PropagateTrace::None))
    );
    assert_eq!(lab.base_url.as_deref(), Some("http://localhost"), "the rest of the table stays");
}

#[test]
fn built_in_providers_take_settings() {
    let config = load("", &[("model_providers.openai.request_max_retries", "1")]).unwrap();
    let openai = config.provider("openai").unwrap();
    assert_eq!((openai.request_max_retries, openai.base_url.is_some()), (Some(1), true));
}

#[test]
fn the_sandbox_by_name() {
    let file = "sandbox_mode = 'workspace-write'\n[sandbox_workspace_write]\nnetwork_access = true";
    let (SandboxPolicy::WorkspaceWrite { network_access, .. }, None) =
        load(file, &[]).unwrap().default_sandbox()
    else {
        panic!()
    };
    assert!(network_access);
}

#[test]
fn a_byte_order_mark_is_no_mistake() {
    assert_eq!(load("\u{feff}model = 'a'", &[]).unwrap().model("openai"), "a");
}

#[test]
fn mistakes_are_named() {
    for (file, overrides, expected) in [
        ("model = 5", [].as_slice(), "the setting `model` is not valid: expected a string"),
        ("model = ", &[], "HOME/config.toml is not valid TOML"),
        ("", &[("a..b", "1")], "`a..b` is not a valid configuration key"),
        (
            "[model_providers.lab]\nwire_api = 'soap'",
            &[],
            "the setting `model_providers.lab.wire_api` is not valid",
        ),
    ] {
        let error = load(file, overrides).unwrap_err();
        assert!(error.starts_with(expected), "{error}");
    }
}

#[test]
fn values_that_do_not_fit_are_not_shown() {
    let key = "model_providers.lab";
    for (file, overrides) in [
        ("[model_providers.lab]\nexperimental_bearer_token = ['canary']", [].as_slice()),
        ("[model_providers.lab]\nhttp_headers = 'canary'", &[]),
        ("[model_providers.lab]\nwire_api = 'canary'", &[]),
        ("[model_providers.lab]\nrequest_max_retries = 'canary'", &[]),
        ("", &[("model_providers.lab", "canary")]),
        ("[model_providers.lab]\nenv_key = canary", &[]),
        ("[model_providers.lab]\nenv_key = 'canary", &[]),
    ] {
        let error = load(file, overrides).unwrap_err();
        assert!(!error.contains("canary"), "{error}");
        assert!(error.contains(key) || error.contains("line 2: "), "{error}");
    }
}

#[test]
fn a_wrong_otel_table_is_a_warning() {
    let file = "[otel]\nexporter = 'carrier-pigeon'\nenabled = true\nfoo = 1";
    let config = load(file, &[]).unwrap();
    let [wrong, unknown] = config.warnings() else { panic!("{:?}", config.warnings()) };
    assert!(wrong.starts_with("the setting `otel.exporter` is not valid and is ignored"), "{wrong}");
    assert!(unknown.starts_with("`otel.foo` is not a valid configuration key"), "{unknown}");
    // What stands beside it is not lost.
    assert_eq!(config.otel().enabled, Some(true));
}

#[test]
fn what_clients_see() {
    let view = load("model = 'a'\n[model_providers.lab]\nbase_url = 'x'", &[("model", "b")]).unwrap().view();
    assert_eq!(view.config["model"], "b");
    assert_eq!(view.config["model_reasoning_effort"], json!(null), "known keys are there");
    assert_eq!(view.origins["model"].source, ConfigSource::SessionFlags);
    assert!(matches!(view.origins["model_providers.lab.base_url"].source, ConfigSource::User(_)));
    assert_eq!(view.layers.len(), 2);
    assert_eq!(view.layers[0].values, json!({ "model": "b" }), "the strongest first");
}

#[test]
fn settings_of_spans_are_the_resolved_ones_and_no_client_changes_them() {
    let config = load("otel.turn_started_marker = true", &[]).unwrap();
    assert!(config.spans().turn_started_marker);
    let resolved = config.with_spans(codex_otel::SpanSettings::default());
    assert!(!resolved.spans().turn_started_marker);
    let overrides = json!({"otel.turn_started_marker": true, "otel.env_parent": "ignore"});
    let of_thread = resolved.with_overrides(overrides.as_object().unwrap()).unwrap();
    assert_eq!(of_thread.spans(), codex_otel::SpanSettings::default());
}

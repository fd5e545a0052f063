//! Tests of resolving: precedence, endpoints, and wrong settings.

use std::time::Duration;

use super::*;
use crate::OtelConfig;
use crate::export::{Protocol, Target};

type Env<'a> = &'a [(&'a str, &'a str)];

fn file(toml: &str) -> OtelConfig {
    toml_edit::de::from_str(toml).unwrap()
}

fn resolve(flags: &Flags, env: &[(&str, &str)], toml: &str) -> (Settings, Vec<String>) {
    let find = |name: &str| env.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
    Settings::resolve(flags, &find, &file(toml))
}

/// Protocol and URL that spans are sent to.
#[track_caller]
fn sent_to(flags: &Flags, env: &[(&str, &str)], toml: &str) -> (Protocol, String) {
    let (mut settings, warnings) = resolve(flags, env, toml);
    assert_eq!(warnings, [""; 0]);
    match settings.traces.targets.remove(0) {
        Target::Otlp(to) => (to.protocol, to.url.expose().to_owned()),
        other => panic!("spans go to {other:?}"),
    }
}

fn otlp(url: &str) -> Flags {
    Flags { otlp: Some(url.to_owned()), ..Flags::default() }
}

#[test]
fn off_by_default() {
    let (settings, warnings) = resolve(&Flags::default(), &[], "");
    assert_eq!((settings.state, settings.traces.targets, warnings.len()), (State::Off, Vec::new(), 0));
    assert_eq!(settings.log.filter, "warn");
}

#[test]
fn debug_and_enabled_correlate() {
    let debug = Flags { debug: true, ..Flags::default() };
    assert_eq!(resolve(&debug, &[], "").0.state, State::Correlate);
    assert!(resolve(&debug, &[], "").0.log.filter.contains("info"));
    assert_eq!(resolve(&Flags::default(), &[], "enabled = true").0.state, State::Correlate);
}

#[test]
fn endpoints_follow_the_specification() {
    let base = "OTEL_EXPORTER_OTLP_ENDPOINT";
    let signal = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
    let protocol = "OTEL_EXPORTER_OTLP_PROTOCOL";
    let none = Flags::default();
    let cases: &[(Env<'_>, &str, Protocol, &str)] = &[
        (&[(base, "http://c:1")], "", Protocol::Protobuf, "http://c:1/v1/traces"),
        (&[(base, "http://c:1/p/")], "", Protocol::Protobuf, "http://c:1/p/v1/traces"),
        (&[(signal, "http://c:1/p")], "", Protocol::Protobuf, "http://c:1/p"),
        (&[(base, "http://c:1"), (signal, "http://d:2/x")], "", Protocol::Protobuf, "http://d:2/x"),
        (&[(base, "http://c:1"), (protocol, "grpc")], "", Protocol::Grpc, "http://c:1"),
        (&[(base, "http://c:1"), (protocol, "http/json")], "", Protocol::Json, "http://c:1/v1/traces"),
        (&[("OTEL_TRACES_EXPORTER", "otlp")], "", Protocol::Protobuf, "http://localhost:4318/v1/traces"),
        (
            &[("OTEL_TRACES_EXPORTER", "otlp"), (protocol, "grpc")],
            "",
            Protocol::Grpc,
            "http://localhost:4317",
        ),
        (
            &[],
            "trace_exporter = { otlp-http = { endpoint = 'http://f/x' } }",
            Protocol::Protobuf,
            "http://f/x",
        ),
        (
            &[],
            "trace_exporter = { otlp-http = { endpoint = 'http://f/x', protocol = 'json' } }",
            Protocol::Json,
            "http://f/x",
        ),
        (
            &[],
            "trace_exporter = { otlp-grpc = { endpoint = 'https://f:4317' } }",
            Protocol::Grpc,
            "https://f:4317",
        ),
        (
            &[(base, "http://v:1")],
            "trace_exporter = { otlp-http = { endpoint = 'http://f/x' } }",
            Protocol::Protobuf,
            "http://v:1/v1/traces",
        ),
    ];
    for (env, toml, protocol, url) in cases {
        assert_eq!(sent_to(&none, env, toml), (*protocol, (*url).to_owned()), "{env:?} {toml}");
    }
}

#[test]
fn the_flag_stands_above_everything() {
    let env = [
        ("OTEL_SDK_DISABLED", "true"),
        ("OTEL_TRACES_EXPORTER", "none"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://v:1"),
    ];
    let expected = (Protocol::Protobuf, "http://flag:1/v1/traces".to_owned());
    assert_eq!(sent_to(&otlp("http://flag:1/"), &env, "trace_exporter = 'none'"), expected);
}

#[test]
fn variables_stand_above_the_file() {
    let file = "trace_exporter = { otlp-http = { endpoint = 'http://f/x' } }";
    for env in [("OTEL_SDK_DISABLED", "true"), ("OTEL_TRACES_EXPORTER", "none")] {
        assert_eq!(resolve(&Flags::default(), &[env], file).0.state, State::Off);
    }
}

#[test]
fn headers_are_decoded_and_merged_and_never_shown() {
    let file = "trace_exporter = { otlp-http = { headers = { a = 'file', b = 'file' } } }";
    let env = [("OTEL_EXPORTER_OTLP_HEADERS", "a=variable,authorization=Bearer%20s3cret")];
    let (settings, _) = resolve(&Flags::default(), &env, file);
    assert!(!format!("{settings:?}").contains("s3cret"));
    let Some(Target::Otlp(to)) = settings.traces.targets.first().cloned() else { panic!("no destination") };
    let expected = [("a", "variable"), ("authorization", "Bearer s3cret"), ("b", "file")];
    assert_eq!(to.headers, expected.map(|(key, value)| (key.to_owned(), Secret::from(value))));
}

#[test]
fn stdout_moves_aside_for_the_protocol() {
    let stdio = Flags { stdio_protocol: true, ..Flags::default() };
    let (settings, warnings) = resolve(&stdio, &[], "trace_exporter = 'stdout'");
    assert_eq!((settings.traces.targets, warnings.len()), (vec![Target::Stderr], 1));
    assert_eq!(
        resolve(&Flags::default(), &[], "trace_exporter = 'stdout'").0.traces.targets,
        [Target::Stdout]
    );
}

#[test]
fn a_wrong_setting_is_a_warning_and_tracing_off() {
    let cases: &[(&Flags, Env<'_>, &str)] = &[
        (&otlp("not a url"), &[], ""),
        (&otlp("ftp://host"), &[], ""),
        (&Flags::default(), &[("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317")], ""),
        (&Flags::default(), &[("OTEL_TRACES_EXPORTER", "zipkin")], ""),
        (
            &Flags::default(),
            &[("OTEL_EXPORTER_OTLP_CERTIFICATE", "/no/such/file")],
            "trace_exporter = { otlp-grpc = {} }",
        ),
        (
            &Flags::default(),
            &[("OTEL_EXPORTER_OTLP_PROTOCOL", "smoke")],
            "trace_exporter = { otlp-grpc = {} }",
        ),
        (&Flags::default(), &[], "trace_exporter = 'file'"), // No folder to write to.
        (
            &Flags::default(),
            &[("OTEL_TRACES_EXPORTER", "otlp"), ("OTEL_EXPORTER_OTLP_COMPRESSION", "lz4")],
            "",
        ),
    ];
    for (flags, env, toml) in cases {
        let (settings, warnings) = resolve(flags, env, toml);
        assert_eq!((settings.state, warnings.len()), (State::Off, 1), "{env:?} {toml} {warnings:?}");
    }
}

#[test]
fn numbers_and_samplers() {
    let env = [
        ("OTEL_BSP_MAX_QUEUE_SIZE", "100"),
        ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "1000"),
        ("OTEL_BSP_SCHEDULE_DELAY", "20"),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "oops"),
        ("OTEL_TRACES_SAMPLER", "traceidratio"),
        ("OTEL_TRACES_SAMPLER_ARG", "0.25"),
    ];
    let (settings, warnings) = resolve(&Flags::default(), &env, "");
    assert_eq!((settings.traces.limits.queue, settings.traces.limits.batch), (100, 100));
    assert_eq!(settings.traces.limits.delay, Duration::from_millis(20));
    assert_eq!(settings.traces.limits.timeout, Duration::from_secs(10));
    assert_eq!(settings.sampling, Sampling { ratio: 0.25, parent_based: false });
    assert_eq!(warnings.len(), 1);
}

#[test]
fn resource_attributes_by_precedence() {
    let env = [("OTEL_RESOURCE_ATTRIBUTES", "service.name=a,team=core%2Cinfra"), ("OTEL_SERVICE_NAME", "b")];
    let flags = Flags { instance_id: Some("i".to_owned()), ..otlp("http://c:1") };
    let (settings, _) = resolve(&flags, &env, "environment = 'prod'");
    let get = |key: &'static str| settings.resource.get(&opentelemetry::Key::from_static_str(key));
    assert_eq!(get("service.name"), Some(opentelemetry::Value::from("b")));
    assert_eq!(get("team"), Some(opentelemetry::Value::from("core,infra")));
    assert_eq!(get("service.instance.id"), Some(opentelemetry::Value::from("i")));
    assert_eq!(get("deployment.environment.name"), Some(opentelemetry::Value::from("prod")));
}

#[test]
fn the_rest_of_the_table() {
    let (settings, _) = resolve(
        &Flags::default(),
        &[],
        "log_user_prompt = true\nenv_parent = 'link'\nturn_started_marker = true\nturn_parent = 'caller'",
    );
    assert!(settings.log_user_prompt);
    let expected = SpanSettings {
        env_parent: Some(EnvParent::Link),
        turn_started_marker: true,
        turn_parent: TurnParent::Caller,
    };
    assert_eq!(settings.spans, expected);
}

#[test]
fn the_exporter_of_log_events_never_gets_spans() {
    let (settings, warnings) = resolve(&Flags::default(), &[], "exporter = { otlp-http = {} }");
    assert_eq!((settings.state, warnings.len()), (State::Off, 0));
    assert_eq!((settings.log_events.targets.len(), settings.logs.targets.len()), (1, 0));
    let (settings, _) = resolve(&Flags::default(), &[("OTEL_LOGS_EXPORTER", "otlp")], "exporter = 'none'");
    // The variable is for the whole signal: one queue for lines and events.
    assert_eq!((settings.logs.targets.len(), &settings.log_events), (1, &settings.logs));
}

#[test]
fn several_exporters_stand_beside_each_other_and_an_unknown_one_costs_itself() {
    let env = [("OTEL_TRACES_EXPORTER", "console, otlp,zipkin")];
    let (settings, warnings) = resolve(&Flags::default(), &env, "");
    assert!(matches!(settings.traces.targets[..], [Target::Otlp(_), Target::Stdout]), "{settings:?}");
    assert!(warnings.len() == 1 && warnings[0].contains("zipkin"), "{warnings:?}");
}

#[test]
fn a_header_that_cannot_be_sent_costs_itself_and_shows_no_value() {
    let env = [("OTEL_EXPORTER_OTLP_HEADERS", "bad name=s3cret,good=1"), ("OTEL_TRACES_EXPORTER", "otlp")];
    let (settings, warnings) = resolve(&Flags::default(), &env, "");
    assert!(warnings.len() == 1 && warnings[0].contains("bad name"), "{warnings:?}");
    assert!(!warnings[0].contains("s3cret"));
    let Some(Target::Otlp(to)) = settings.traces.targets.first() else { panic!("spans are exported") };
    assert_eq!(to.headers, [("good".to_owned(), Secret::from("1"))]);
}

#[test]
fn a_relative_certificate_of_the_file_is_below_codex_home() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("ca.pem"), "pem").unwrap();
    let env = [("CODEX_HOME", home.path().to_str().unwrap())];
    let file = "trace_exporter = { otlp-http = { tls = { ca-certificate = 'ca.pem' } } }";
    let (settings, warnings) = resolve(&Flags::default(), &env, file);
    assert_eq!(warnings, [""; 0]);
    let Some(Target::Otlp(to)) = settings.traces.targets.first() else { panic!("spans are exported") };
    assert_eq!(to.ca.as_deref(), Some(&b"pem"[..]));
}

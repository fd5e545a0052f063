//! Walks the tables of `docs/configuration.md`: each variable and each key does what its row says.

use super::*;
use crate::OtelConfig;
use crate::export::Target;

const PAGE: &str = include_str!("../../../docs/configuration.md");

/// What every OTLP exporter can be told, after `OTEL_EXPORTER_OTLP_` or that and the signal.
const OTLP: &[&str] = &[
    "ENDPOINT",
    "PROTOCOL",
    "HEADERS",
    "TIMEOUT",
    "COMPRESSION",
    "CERTIFICATE",
    "CLIENT_KEY",
    "CLIENT_CERTIFICATE",
    "INSECURE",
];

/// Read elsewhere than in the settings, and tested there.
const ELSEWHERE: &[&str] =
    &["TRACEPARENT", "TRACESTATE", "COLUMNS", "NO_COLOR", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"];

/// The rows of the table below a heading, as cells.
fn rows(heading: &str) -> Vec<Vec<String>> {
    let section = PAGE.split(heading).nth(1).expect("the heading is there");
    let section = section.split("\n## ").next().expect("a split has a first part");
    let lines = section.lines().filter(|line| line.starts_with("| `"));
    lines
        .map(|line| line.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect())
        .collect()
}

/// Every variable of the table with its state; rows for a whole signal are spelled out.
fn variables() -> Vec<(String, bool)> {
    let mut found = Vec::new();
    for row in rows("## Variables") {
        let honoured = match row[1].as_str() {
            "honoured" => true,
            "not honoured" => false,
            other => panic!("{row:?}: {other}"),
        };
        for name in row[0].split(", ").map(|name| name.trim_matches('`')) {
            match name.strip_suffix('*') {
                Some(prefix) => {
                    found.extend(OTLP.iter().map(|suffix| (format!("{prefix}{suffix}"), honoured)));
                }
                None => found.push((name.to_owned(), honoured)),
            }
        }
    }
    found
}

type Env = Vec<(String, String)>;

fn resolve(env: &Env) -> Settings {
    let flags = Flags { instance_id: Some("same".to_owned()), ..Flags::default() };
    let find = |name: &str| env.iter().rfind(|(key, _)| key == name).map(|(_, value)| value.clone());
    Settings::resolve(&flags, &find, &OtelConfig::default()).0
}

/// A value of a variable that differs from the default, and what must be set for it to matter.
fn example(name: &str, pem: &str, other_pem: &str) -> (Env, String) {
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let mut around = Vec::new();
    let value = match name {
        "OTEL_SDK_DISABLED" | "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT" => "true",
        "CODEX_HOME" => {
            around.push(pair("OTEL_TRACES_EXPORTER", "file"));
            "/else/where"
        }
        "RUST_LOG" => "debug",
        "LOG_FORMAT" => "json",
        "OTEL_PROPAGATORS" => "none",
        "OTEL_TRACES_SAMPLER" => "always_off",
        "OTEL_TRACES_SAMPLER_ARG" => {
            around.push(pair("OTEL_TRACES_SAMPLER", "traceidratio"));
            "0.5"
        }
        "OTEL_RESOURCE_ATTRIBUTES" => "team=core",
        "OTEL_SERVICE_NAME" => "other",
        _ if name.ends_with("_TEMPORALITY_PREFERENCE") => "delta",
        _ if name.ends_with("_HISTOGRAM_AGGREGATION") => "base2_exponential_bucket_histogram",
        _ if name.ends_with("_EXPORTER") => "console",
        _ if name.ends_with("_PROTOCOL") => "grpc",
        _ if name.ends_with("_ENDPOINT") => "http://collector:1",
        _ if name.ends_with("_HEADERS") => "a=b",
        _ if name.ends_with("_COMPRESSION") => "gzip",
        _ if name.ends_with("_INSECURE") => {
            around.push(pair("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"));
            around.push(pair("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317"));
            "true"
        }
        _ if name.ends_with("_CERTIFICATE") || name.ends_with("_CLIENT_KEY") => {
            around.push(pair("OTEL_EXPORTER_OTLP_CLIENT_KEY", pem));
            around.push(pair("OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", pem));
            other_pem
        }
        // Numbers.
        _ => "77",
    };
    (around, value.to_owned())
}

#[test]
fn every_variable_does_what_its_row_says() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, name).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (pem, other_pem) = (file("a.pem"), file("b.pem"));
    let variables = variables();
    assert!(variables.len() > 80, "the table was not found");
    for (name, honoured) in variables {
        if ELSEWHERE.contains(&name.as_str()) {
            continue;
        }
        let (around, value) = example(&name, &pem, &other_pem);
        let mut env: Env = ["TRACES", "METRICS", "LOGS"]
            .map(|signal| (format!("OTEL_{signal}_EXPORTER"), "otlp".to_owned()))
            .into();
        env.extend(around);
        let without = resolve(&env);
        env.push((name.clone(), value));
        assert_eq!(resolve(&env) != without, honoured, "{name}");
    }
}

#[test]
fn a_variable_of_one_signal_leaves_the_others() {
    let env = |name: &str| match name {
        "OTEL_TRACES_EXPORTER" | "OTEL_METRICS_EXPORTER" | "OTEL_LOGS_EXPORTER" => Some("otlp".to_owned()),
        "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT" => Some("http://m:1/x".to_owned()),
        "OTEL_EXPORTER_OTLP_ENDPOINT" => Some("http://all:1".to_owned()),
        _ => None,
    };
    let settings = Settings::resolve(&Flags::default(), &env, &OtelConfig::default()).0;
    let url = |target: &Target| match target {
        Target::Otlp(to) => to.url.expose().to_owned(),
        other => panic!("{other:?}"),
    };
    assert_eq!(url(&settings.traces.targets[0]), "http://all:1/v1/traces");
    assert_eq!(url(&settings.metrics.targets[0]), "http://m:1/x");
    assert_eq!(url(&settings.logs.targets[0]), "http://all:1/v1/logs");
}

#[test]
fn the_base_endpoint_alone_asks_for_spans_alone() {
    let env = |name: &str| (name == "OTEL_EXPORTER_OTLP_ENDPOINT").then(|| "http://all:1".to_owned());
    let settings = Settings::resolve(&Flags::default(), &env, &OtelConfig::default()).0;
    assert_eq!((settings.metrics.targets.len(), settings.logs.targets.len()), (0, 0));
    assert_eq!(settings.state, State::Export);
}

#[test]
fn every_key_of_otel_is_in_the_table_and_no_other() {
    let example = |key: &str, default: &str| match key {
        "otel.environment" | "otel.file.folder" => "'x'".to_owned(),
        "otel.env_parent" => "'link'".to_owned(),
        "otel.turn_parent" => "'caller'".to_owned(),
        "otel.enabled" => "true".to_owned(),
        "otel.span_attributes" => "{ a = 'b' }".to_owned(),
        "otel.tracestate" => "{ a = { b = 'c' } }".to_owned(),
        _ if key.ends_with("exporter") => "'stdout'".to_owned(),
        _ => match default.trim_matches('`') {
            "false" => "true".to_owned(),
            "true" => "false".to_owned(),
            number => format!("{number}1"),
        },
    };
    let mut listed = Vec::new();
    for row in rows("## Keys of `config.toml`") {
        let key = row[0].trim_matches('`');
        let Some(own) = key.strip_prefix("otel.") else { continue };
        listed.push(own.to_owned());
        let text = format!("{own} = {}", example(key, &row[1]));
        let read: OtelConfig =
            toml_edit::de::from_str(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_ne!(read, OtelConfig::default(), "{text}");
    }
    for (prefix, names) in [("", Fields::of::<OtelConfig>()), ("file.", Fields::of::<FileConfig>())] {
        for name in names.iter().filter(|name| **name != "file" && **name != "tool_result") {
            assert!(listed.contains(&format!("{prefix}{name}")), "{prefix}{name} is not in the table");
        }
    }
}

/// Asks a structure for the names of its fields.
struct Fields(Vec<&'static str>);

impl Fields {
    fn of<'de, T: serde::Deserialize<'de>>() -> Vec<&'static str> {
        let mut fields = Self(Vec::new());
        assert!(T::deserialize(&mut fields).is_err(), "it only asks");
        fields.0
    }
}

impl<'de> serde::Deserializer<'de> for &mut Fields {
    type Error = serde::de::value::Error;

    fn deserialize_any<V: serde::de::Visitor<'de>>(self, _: V) -> Result<V::Value, Self::Error> {
        Err(serde::de::Error::custom("no structure"))
    }

    fn deserialize_struct<V: serde::de::Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Self::Error> {
        self.0 = fields.to_vec();
        Err(serde::de::Error::custom("it only asks"))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

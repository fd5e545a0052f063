//! Reading the `[otel]` table: what is wrong costs itself alone.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::OtelConfig;

impl OtelConfig {
    /// Reads the table. What is unknown or does not fit is a warning, and is left out; everything beside it stands.
    pub fn read(table: &Value) -> (Self, Vec<String>) {
        let Value::Object(members) = table else {
            return (Self::default(), vec!["`otel` is not a table; it is ignored".to_owned()]);
        };
        let (mut fit, mut warnings) = (Map::new(), Vec::new());
        for (key, value) in members {
            let alone = Map::from_iter([(key.clone(), value.clone())]);
            let mut unknown = Vec::new();
            let mut note = |path: serde_ignored::Path<'_>| unknown.push(path.to_string());
            let alone = Value::Object(alone);
            let tracked = serde_ignored::Deserializer::new(&alone, &mut note);
            match serde_path_to_error::deserialize::<_, Self>(tracked) {
                Ok(_) => drop(fit.insert(key.clone(), value.clone())),
                Err(error) => {
                    let path = error.path().to_string();
                    let path = if path == "." { key.clone() } else { path };
                    // A wrong header may be a credential in the wrong place.
                    let why = if path.contains("headers") {
                        "headers are a table of texts".to_owned()
                    } else {
                        // What was given may be a credential too.
                        let why = error.inner().to_string();
                        let expected = why.rsplit_once(", expected ");
                        expected.map_or("it does not fit".to_owned(), |(_, what)| format!("expected {what}"))
                    };
                    warnings.push(format!("the setting `otel.{path}` is not valid and is ignored: {why}"));
                }
            }
            // An enumeration's variant is a step of the path that nobody wrote.
            warnings.extend(unknown.iter().map(|path| {
                format!("`otel.{}` is not a valid configuration key; it is ignored", path.replace(".?", ""))
            }));
        }
        let config = Self::deserialize(Value::Object(fit)).unwrap_or_default();
        (config.checked(&mut warnings), warnings)
    }

    /// Leaves out what no span or carrier can hold.
    fn checked(mut self, warnings: &mut Vec<String>) -> Self {
        if self.span_attributes.remove("").is_some() {
            warnings.push("a key of `otel.span_attributes` is empty; it is ignored".to_owned());
        }
        self.tracestate.retain(|member, fields| {
            let valid = crate::propagation::is_member(member, fields);
            if !valid {
                warnings.push(format!("`otel.tracestate` has an invalid member {member:?}; it is ignored"));
            }
            valid
        });
        let exporters = [&self.exporter, &self.trace_exporter, &self.metrics_exporter, &self.log_exporter];
        if exporters.into_iter().any(|exporter| matches!(exporter, Some(super::ExporterConfig::Statsig))) {
            warnings.push("the exporter `statsig` is not built here; it is read as `none`".to_owned());
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{ExporterConfig, OtlpHttp};

    #[track_caller]
    fn warned(table: &Value, expected: &[&str]) -> OtelConfig {
        let (config, warnings) = OtelConfig::read(table);
        assert_eq!(warnings, expected);
        config
    }

    #[test]
    fn an_unknown_key_costs_a_warning_wherever_it_is() {
        let table = json!({
            "foo": 1,
            "trace_exporter": {"otlp-http": {"endpoint": "http://c:1", "bar": 2, "tls": {"baz": 3}}},
            "tool_result": {"qux": 4},
        });
        let config = warned(
            &table,
            &[
                "`otel.foo` is not a valid configuration key; it is ignored",
                "`otel.trace_exporter.bar` is not a valid configuration key; it is ignored",
                "`otel.trace_exporter.tls.baz` is not a valid configuration key; it is ignored",
                "`otel.tool_result.qux` is not a valid configuration key; it is ignored",
            ],
        );
        let Some(ExporterConfig::OtlpHttp(OtlpHttp { endpoint: Some(url), .. })) = config.trace_exporter
        else {
            panic!("the exporter stands")
        };
        assert_eq!(url.expose(), "http://c:1");
    }

    #[test]
    fn what_does_not_fit_costs_itself() {
        let table = json!({"exporter": "carrier-pigeon", "log_user_prompt": "yes", "trace_exporter": "file"});
        let (config, warnings) = OtelConfig::read(&table);
        assert_eq!(warnings.len(), 2, "{warnings:?}");
        assert!(warnings[0].starts_with("the setting `otel.exporter` is not valid and is ignored: "));
        assert_eq!((config.exporter, config.trace_exporter), (None, Some(ExporterConfig::File)));
    }

    #[test]
    fn a_credential_in_the_wrong_place_is_not_shown() {
        let table = json!({"exporter": {"otlp-http": {"headers": "Bearer s3cret"}}});
        let (_, warnings) = OtelConfig::read(&table);
        assert!(warnings.len() == 1 && !warnings[0].contains("s3cret"), "{warnings:?}");
    }

    #[test]
    fn the_table_of_the_reference_is_read_as_it_is() {
        let table = json!({
            "environment": "prod", "exporter": {"otlp-http": {
                "endpoint": "https://h/v1/logs", "protocol": "json", "headers": {"a": "b"},
                "tls": {"ca-certificate": "ca.pem", "client-certificate": "c.pem", "client-private-key": "k.pem"},
            }},
            "trace_exporter": {"otlp-grpc": {"endpoint": "https://h:4317"}}, "metrics_exporter": "none",
            "log_user_prompt": true, "log_agent_responses": true, "log_sse_deltas": false,
            "log_guardian_assessments": true, "tool_result": {"max_bytes": 10},
            "span_attributes": {"team": "core"}, "tracestate": {"lab": {"k": "v"}},
        });
        let config = warned(&table, &[]);
        assert_eq!((config.tool_result.max_bytes, config.log_sse_deltas), (10, false));
        assert!(warned(&json!({}), &[]).log_sse_deltas);
    }

    #[test]
    fn invalid_members_are_left_out_and_statsig_is_none() {
        let table = json!({
            "metrics_exporter": "statsig", "span_attributes": {"": "x", "a": "b"},
            "tracestate": {"A B": {"k": "v"}, "lab": {"k": "a,b"}, "good": {"k": "v"}},
        });
        let (config, warnings) = OtelConfig::read(&table);
        assert_eq!(warnings.len(), 4, "{warnings:?}");
        assert_eq!((config.span_attributes.len(), config.tracestate.len()), (1, 1));
    }

    #[test]
    fn what_is_no_table_is_a_warning() {
        warned(&json!(3), &["`otel` is not a table; it is ignored"]);
    }
}

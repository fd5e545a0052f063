//! Which settings hold secrets: they are not shown to clients, and do not belong on a command line.

use serde_json::Value;

/// What clients see in the place of a secret.
const BLANK: &str = "[redacted]";

/// Tables whose values may all be secrets.
const TABLES: [&str; 4] = ["http_headers", "headers", "query_params", "env"];

/// A table of headers whose values are names of variables.
const VARIABLES: &str = "env_http_headers";

/// Ends of names of secrets. Names of variables are none: `env_key`, `bearer_token_env_var`.
const NAMES: [&str; 7] = ["token", "secret", "password", "api_key", "apikey", "authorization", "cookie"];

/// Blanks every secret in a table.
pub(super) fn blank(value: &mut Value) {
    blank_within(value, false);
}

fn blank_within(value: &mut Value, all: bool) {
    match value {
        Value::Object(table) => {
            for (key, value) in table {
                if key == VARIABLES {
                    continue;
                }
                let secret = all || is_secret_name(key) || TABLES.contains(&key.as_str());
                blank_within(value, secret);
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| blank_within(value, all)),
        Value::String(text) if all => BLANK.clone_into(text),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The first setting of a command line that holds a secret: everybody on the machine can read command lines.
pub fn secret_on_command_line(overrides: &[(String, String)]) -> Option<String> {
    overrides.iter().find_map(|(key, text)| {
        let value = super::layers::override_value(text);
        let last = key.rsplit('.').next().unwrap_or(key);
        if key.contains(VARIABLES) { None } else { named(key, last, &value) }
    })
}

/// The dotted key of a named secret in a value.
fn named(path: &str, name: &str, value: &Value) -> Option<String> {
    match value {
        Value::Object(table) => table
            .iter()
            .filter(|(name, _)| *name != VARIABLES)
            .find_map(|(name, value)| named(&format!("{path}.{name}"), name, value)),
        Value::String(text) => (is_secret_name(name) && !text.is_empty()).then(|| path.to_owned()),
        _ => None,
    }
}

fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase().replace('-', "_");
    NAMES.iter().any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn clients_see_no_secret() {
        let mut config = json!({
            "model": "m",
            "model_providers": { "p": {
                "env_key": "P_KEY",
                "experimental_bearer_token": "canary",
                "http_headers": { "x": "canary", "more": ["canary"] },
                "env_http_headers": { "authorization": "VARIABLE" },
                "query_params": { "api-version": "canary" },
            }},
            "mcp_servers": { "s": { "env": { "A": "canary" }, "bearer_token_env_var": "S_TOKEN" } },
            "otel": { "trace_exporter": { "otlp-http": { "headers": { "a": "canary" }, "endpoint": "e" } } },
        });
        blank(&mut config);
        let text = config.to_string();
        assert!(!text.contains("canary"), "{text}");
        for kept in ["P_KEY", "VARIABLE", "S_TOKEN", "\"e\""] {
            assert!(text.contains(kept), "{kept}: {text}");
        }
    }

    #[test]
    fn command_lines_are_no_place_for_secrets() {
        let found = |key: &str, value: &str| secret_on_command_line(&[(key.to_owned(), value.to_owned())]);
        for (key, value, secret) in [
            (
                "model_providers.p.experimental_bearer_token",
                "x",
                Some("model_providers.p.experimental_bearer_token"),
            ),
            (
                "model_providers.p.http_headers",
                "{Authorization=\"x\"}",
                Some("model_providers.p.http_headers.Authorization"),
            ),
            (
                "model_providers.p",
                "{http_headers={X-Api-Key=\"x\"}}",
                Some("model_providers.p.http_headers.X-Api-Key"),
            ),
            ("model_providers.p.env_key", "P_KEY", None),
            ("model_providers.p.env_http_headers", "{authorization=\"VARIABLE\"}", None),
            ("model_providers.p.http_headers.x-team", "blue", None),
            ("mcp_servers.s.bearer_token_env_var", "S_TOKEN", None),
            ("model", "token", None),
            ("model_auto_compact_token_limit", "9", None),
        ] {
            assert_eq!(found(key, value).as_deref(), secret, "{key}");
        }
    }
}

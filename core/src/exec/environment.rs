//! What a command finds in its environment.

use std::{env, ffi::OsString};

use codex_protocol::W3cTraceContext;

/// Parts of names that tell of a secret. The server's own keys are among them.
const SECRET: [&str; 3] = ["KEY", "SECRET", "TOKEN"];

/// The server's environment without secrets, with the span that the command belongs to.
pub(crate) fn environment(trace: Option<&W3cTraceContext>) -> Vec<(OsString, OsString)> {
    let mut variables: Vec<_> =
        env::vars_os().filter(|(name, _)| name.to_str().is_none_or(|name| !is_left_out(name))).collect();
    if let Some(W3cTraceContext { traceparent, tracestate }) = trace {
        let pairs = [("TRACEPARENT", traceparent), ("TRACESTATE", tracestate)];
        variables.extend(
            pairs.into_iter().filter_map(|(name, value)| Some((name.into(), value.as_ref()?.into()))),
        );
    }
    variables
}

fn is_left_out(name: &str) -> bool {
    let name = name.to_uppercase();
    // Credentials of a collector stand in `OTEL_EXPORTER_OTLP_HEADERS` and its kin; the trace is the command's own.
    SECRET.iter().any(|part| name.contains(part))
        || (name.starts_with("OTEL_") && name.ends_with("_HEADERS"))
        || name == "TRACEPARENT"
        || name == "TRACESTATE"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_left_out_and_the_rest_stays() {
        for name in
            ["OPENAI_API_KEY", "aws_secret", "GH_TOKEN", "OTEL_EXPORTER_OTLP_TRACES_HEADERS", "TRACEPARENT"]
        {
            assert!(is_left_out(name), "{name}");
        }
        for name in ["PATH", "HOME", "OTEL_SERVICE_NAME", "LANG"] {
            assert!(!is_left_out(name), "{name}");
        }
    }

    #[test]
    fn the_span_goes_with_it() {
        let trace = W3cTraceContext { traceparent: Some("00-aa-bb-01".to_owned()), tracestate: None };
        let found = environment(Some(&trace));
        assert!(found.contains(&("TRACEPARENT".into(), "00-aa-bb-01".into())));
        assert!(!found.iter().any(|(name, _)| name == "TRACESTATE"));
    }
}

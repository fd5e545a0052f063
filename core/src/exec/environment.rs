//! What a command finds in its environment.

use std::{env, ffi::OsString};

use codex_protocol::W3cTraceContext;

use crate::config::ShellEnvironmentPolicy;

/// The variables that the policy lets through, with the span that the command belongs to.
pub(crate) fn environment(
    policy: &ShellEnvironmentPolicy,
    trace: Option<&W3cTraceContext>,
) -> Vec<(OsString, OsString)> {
    // What is no text is no name of a secret that anybody looks for.
    let mut variables: Vec<_> =
        env::vars_os().filter(|(name, _)| policy.inherits(&name.to_string_lossy())).collect();
    variables.extend(policy.set().map(|(name, value)| (name.into(), value.into())));
    if let Some(W3cTraceContext { traceparent, tracestate }) = trace {
        let pairs = [("TRACEPARENT", traceparent), ("TRACESTATE", tracestate)];
        variables.extend(
            pairs.into_iter().filter_map(|(name, value)| Some((name.into(), value.as_ref()?.into()))),
        );
    }
    variables
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_span_goes_with_it() {
        let trace = W3cTraceContext { traceparent: Some("00-aa-bb-01".to_owned()), tracestate: None };
        let found = environment(&ShellEnvironmentPolicy::default(), Some(&trace));
        assert!(found.contains(&("TRACEPARENT".into(), "00-aa-bb-01".into())));
        assert!(!found.iter().any(|(name, _)| name == "TRACESTATE"));
    }
}

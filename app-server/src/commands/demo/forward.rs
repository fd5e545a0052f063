//! Where the spans of a demonstration go besides the terminal.

use std::env;

/// An OTLP/HTTP receiver, by its base URL.
#[derive(Debug)]
pub(super) struct Forward {
    base: String,
}

impl Forward {
    /// What the flag says, else the standard variables, else nowhere.
    pub(super) fn choose(flag: Option<String>) -> Option<Self> {
        let set = |name| env::var(name).ok().filter(|value| !value.is_empty());
        Self::from_settings(
            flag,
            set("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"),
            set("OTEL_EXPORTER_OTLP_ENDPOINT"),
            set("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL")
                .or_else(|| set("OTEL_EXPORTER_OTLP_PROTOCOL"))
                .as_deref(),
        )
    }

    fn from_settings(
        flag: Option<String>,
        traces: Option<String>,
        base: Option<String>,
        protocol: Option<&str>,
    ) -> Option<Self> {
        let from_variables = flag.is_none();
        // A per-signal endpoint is the whole URL; the receiver adds the path itself.
        let traces = traces.map(|url| url.trim_end_matches('/').trim_end_matches("/v1/traces").to_owned());
        let base = flag.or(traces).or(base)?;
        if from_variables && protocol == Some("grpc") {
            eprintln!(
                "warning: demo forwards by OTLP/HTTP only: give --otlp with the collector's HTTP port, usually 4318"
            );
            return None;
        }
        Some(Self { base: base.trim_end_matches('/').to_owned() })
    }

    pub(super) fn base(&self) -> &str {
        &self.base
    }

    /// Where Jaeger shows a trace, if the receiver is one with its usual ports.
    pub(super) fn jaeger(&self, trace_id: &str) -> String {
        let authority = self.base.split_once("://").map_or(&*self.base, |(_, rest)| rest);
        let authority = authority.split('/').next().unwrap_or(authority);
        let host = match authority.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
            _ => authority,
        };
        format!("http://{host}:16686/trace/{trace_id}")
    }
}

#[cfg(test)]
mod tests {
    use super::Forward;

    fn base(
        flag: Option<&str>,
        traces: Option<&str>,
        base: Option<&str>,
        protocol: Option<&str>,
    ) -> Option<String> {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        Forward::from_settings(owned(flag), owned(traces), owned(base), protocol).map(|forward| forward.base)
    }

    #[test]
    fn flag_then_signal_then_base() {
        let (flag, traces, common) = (Some("http://a:1/"), Some("http://b:2/v1/traces"), Some("http://c:3"));
        assert_eq!(base(flag, traces, common, None).as_deref(), Some("http://a:1"));
        assert_eq!(base(None, traces, common, None).as_deref(), Some("http://b:2"));
        assert_eq!(base(None, None, common, None).as_deref(), Some("http://c:3"));
        assert_eq!(base(None, None, None, None), None);
    }

    #[test]
    fn a_grpc_endpoint_of_the_variables_is_not_spoken_to_by_http() {
        assert_eq!(base(None, None, Some("http://c:4317"), Some("grpc")), None);
        assert!(base(Some("http://c:4318"), None, None, Some("grpc")).is_some());
    }

    #[test]
    fn jaeger_is_on_the_same_host() {
        let link = |base: &str| Forward { base: base.to_owned() }.jaeger("4bf9");
        assert_eq!(link("http://127.0.0.1:4318"), "http://127.0.0.1:16686/trace/4bf9");
        assert_eq!(link("https://otel.example/prefix"), "http://otel.example:16686/trace/4bf9");
        assert_eq!(link("http://[::1]:4318"), "http://[::1]:16686/trace/4bf9");
    }
}

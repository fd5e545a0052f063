//! A provider's address, headers and limits, ready for a request.

use std::{fmt, net::IpAddr};

use codex_otel::{Value, attr};
use codex_protocol::W3cTraceContext;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};

use super::{ModelClient, ModelError, client::client};
use crate::config::{PropagateTrace, ProviderConfig};

/// A provider, ready to be asked.
#[derive(Clone)]
pub(crate) struct Endpoint {
    pub(crate) name: String,
    pub(crate) config: ProviderConfig,
    pub(crate) client: &'static dyn ModelClient,
    base: Url,
    headers: HeaderMap,
    /// What must never be shown again when the provider repeats it.
    secrets: Vec<SecretString>,
    propagate: PropagateTrace,
    pub(super) local: bool,
}

/// What it holds may not be shown.
impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Endpoint {
    /// Puts a provider's settings together. `base_url` is what serves it where this program does.
    pub(crate) fn new(
        name: &str,
        config: &ProviderConfig,
        base_url: Option<&str>,
    ) -> Result<Self, ModelError> {
        let wrong = |reason: String| ModelError::Configuration { provider: name.to_owned(), reason };
        let base_url = base_url
            .or(config.base_url.as_deref())
            .ok_or_else(|| wrong(format!("set `model_providers.{name}.base_url`")))?;
        let base = Url::parse(base_url).map_err(|error| wrong(format!("`base_url` is no URL: {error}")))?;
        if !matches!(base.scheme(), "http" | "https") || base.host().is_none() {
            return Err(wrong("`base_url` must begin with http:// or https:// and name a host".to_owned()));
        }
        let mut headers = HeaderMap::new();
        let mut secrets = Vec::new();
        headers.insert(header::ACCEPT, HeaderValue::from_static("text/event-stream"));
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let from_environment = config
            .env_http_headers
            .iter()
            .filter_map(|(header, variable)| Some((header.clone(), std::env::var(variable).ok()?)));
        let plain =
            config.http_headers.iter().map(|(name, value)| (name.clone(), value.expose_secret().to_owned()));
        for (header, value) in plain.chain(from_environment) {
            let key =
                HeaderName::try_from(&header).map_err(|_| wrong(format!("`{header}` is no header name")))?;
            headers.insert(
                key,
                sensitive(&value)
                    .ok_or_else(|| wrong(format!("the value of `{header}` is no header value")))?,
            );
            secrets.push(value.into());
        }
        if let Some(token) = token(name, config)? {
            let value = sensitive(&format!("Bearer {}", token.expose_secret()))
                .ok_or_else(|| wrong("the API key holds characters that no header takes".to_owned()))?;
            headers.insert(header::AUTHORIZATION, value);
            secrets.push(token);
        }
        secrets.extend(config.query_params.values().cloned());
        // Very short values would blacken ordinary words.
        secrets.extend(base.password().map(SecretString::from));
        secrets.retain(|secret: &SecretString| secret.expose_secret().len() >= 6);
        let local = is_local(&base);
        let by_address = if local { PropagateTrace::Full } else { PropagateTrace::Traceparent };
        Ok(Self {
            name: name.to_owned(),
            propagate: config.propagate_trace.unwrap_or(by_address),
            config: config.clone(),
            client: client(config.wire_api),
            base,
            headers,
            secrets,
            local,
        })
    }

    /// The URL of a resource below the base.
    pub(super) fn url(&self, resource: &str) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(resource.split('/'));
        }
        if !self.config.query_params.is_empty() {
            let params = self.config.query_params.iter().map(|(name, value)| (name, value.expose_secret()));
            url.query_pairs_mut().extend_pairs(params);
        }
        url
    }

    /// The headers of a request, with as much of the trace context as this provider gets.
    pub(super) fn headers(&self, carrier: Option<&W3cTraceContext>) -> HeaderMap {
        let mut headers = self.headers.clone();
        if let Some(carrier) = carrier.filter(|_| self.propagate != PropagateTrace::None) {
            codex_otel::into_headers(carrier, self.propagate == PropagateTrace::Full, &mut headers);
        }
        headers
    }

    /// Gives a span the host and the port.
    pub(super) fn describe(&self, mut set: impl FnMut(&'static str, Value)) {
        set(attr::SERVER_ADDRESS, Value::from(self.base.host_str().unwrap_or_default().to_owned()));
        set(attr::SERVER_PORT, Value::from(self.base.port_or_known_default().unwrap_or_default()));
    }

    /// A provider's text with our secrets blacked out, and no longer than people read.
    pub(super) fn redact(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for secret in &self.secrets {
            text = text.replace(secret.expose_secret(), "[hidden]");
        }
        text.chars().take(500).collect()
    }
}

fn token(name: &str, config: &ProviderConfig) -> Result<Option<SecretString>, ModelError> {
    let Some(variable) = &config.env_key else { return Ok(config.experimental_bearer_token.clone()) };
    match std::env::var(variable).ok().filter(|key| !key.trim().is_empty()) {
        Some(key) => Ok(Some(key.trim().into())),
        None if config.experimental_bearer_token.is_some() => Ok(config.experimental_bearer_token.clone()),
        None => Err(ModelError::NoKey {
            provider: name.to_owned(),
            variable: variable.clone(),
            instructions: config.env_key_instructions.clone(),
        }),
    }
}

fn sensitive(value: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::try_from(value).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// Whether an address is on this machine or in a private network, where a trace may go on whole.
fn is_local(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    match host.parse() {
        Ok(IpAddr::V4(ip)) => ip.is_loopback() || ip.is_private() || ip.is_link_local(),
        Ok(IpAddr::V6(ip)) => ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local(),
        Err(_) => host == "localhost" || host.ends_with(".localhost"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(config: &ProviderConfig) -> Endpoint {
        Endpoint::new("lab", config, None).unwrap()
    }

    fn at(base_url: &str) -> ProviderConfig {
        ProviderConfig { base_url: Some(base_url.to_owned()), ..ProviderConfig::default() }
    }

    fn carrier() -> W3cTraceContext {
        let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        W3cTraceContext { traceparent: Some(parent.to_owned()), tracestate: Some("a=b".to_owned()) }
    }

    fn sent(config: &ProviderConfig) -> (bool, bool) {
        let headers = endpoint(config).headers(Some(&carrier()));
        (headers.contains_key("traceparent"), headers.contains_key("tracestate"))
    }

    #[test]
    fn the_trace_goes_whole_to_near_addresses_only() {
        for near in ["http://127.0.0.1:1/v1", "http://[::1]/v1", "http://localhost/v1", "http://10.1.2.3/v1"]
        {
            assert_eq!(sent(&at(near)), (true, true), "{near}");
        }
        for far in ["https://api.example.com/v1", "http://8.8.8.8/v1"] {
            assert_eq!(sent(&at(far)), (true, false), "{far}");
        }
    }

    #[test]
    fn the_setting_wins_over_the_address() {
        let with =
            |propagate| ProviderConfig { propagate_trace: Some(propagate), ..at("http://127.0.0.1/v1") };
        assert_eq!(sent(&with(PropagateTrace::None)), (false, false));
        assert_eq!(sent(&with(PropagateTrace::Traceparent)), (true, false));
        assert_eq!(sent(&with(PropagateTrace::Full)), (true, true));
    }

    #[test]
    fn urls_keep_their_path_and_take_the_parameters() {
        let config = ProviderConfig {
            query_params: [("api-version".to_owned(), "1".into())].into(),
            ..at("http://localhost/openai/v1/")
        };
        assert_eq!(
            endpoint(&config).url("responses").as_str(),
            "http://localhost/openai/v1/responses?api-version=1"
        );
    }

    #[test]
    fn a_missing_key_names_its_variable() {
        let config =
            ProviderConfig { env_key: Some("CODEX_TEST_NO_SUCH_KEY".to_owned()), ..at("http://localhost") };
        let error = Endpoint::new("lab", &config, None).unwrap_err();
        assert!(error.to_string().contains("CODEX_TEST_NO_SUCH_KEY"), "{error}");
    }

    #[test]
    fn secrets_are_blacked_out() {
        let config = ProviderConfig {
            experimental_bearer_token: Some("canary-token".into()),
            http_headers: [("x-key".to_owned(), "canary-header".into())].into(),
            ..at("http://localhost")
        };
        let shown = endpoint(&config).redact("bad key canary-token or canary-header");
        assert_eq!(shown, "bad key [hidden] or [hidden]");
    }

    #[test]
    fn nothing_that_is_secret_is_shown_for_debugging() {
        let config = ProviderConfig {
            experimental_bearer_token: Some("canary-token".into()),
            http_headers: [("x-key".to_owned(), "canary-header".into())].into(),
            query_params: [("key".to_owned(), "canary-query".into())].into(),
            ..at("http://user:canary-password@localhost")
        };
        let shown = format!("{:?} {:?}", endpoint(&config), ProviderConfig { base_url: None, ..config });
        assert!(!shown.contains("canary"), "{shown}");
    }
}

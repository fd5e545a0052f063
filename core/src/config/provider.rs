//! Model providers: what the configuration says about each, and those that are built in.

use std::{collections::BTreeMap, fmt, io, pin::Pin, sync::Arc, time::Duration};

use secrecy::SecretString;
use serde::Deserialize;

/// The model to ask for where neither the configuration nor a provider says.
const MODEL: &str = "gpt-5.2-codex";

/// A provider that the program serves itself.
pub trait LocalProvider: fmt::Debug + Send + Sync {
    /// The URL below which its resources are. Called when it is first needed, and each time after that.
    fn base_url(&self) -> Pin<Box<dyn Future<Output = io::Result<String>> + Send + '_>>;
}

/// How a provider is reached.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ProviderConfig {
    /// The name for people.
    pub name: Option<String>,
    /// The URL below which `/responses` and `/models` are.
    pub base_url: Option<String>,
    /// The environment variable that holds the API key.
    pub env_key: Option<String>,
    /// What to tell the user when that variable is not set.
    pub env_key_instructions: Option<String>,
    /// A bearer token in the file itself; a variable is better.
    pub experimental_bearer_token: Option<SecretString>,
    /// Which of the two APIs it speaks.
    pub wire_api: WireApi,
    /// Headers on every request.
    pub http_headers: BTreeMap<String, SecretString>,
    /// Headers whose values are in environment variables; one that is not set is left out.
    pub env_http_headers: BTreeMap<String, String>,
    /// Parameters on every URL.
    pub query_params: BTreeMap<String, SecretString>,
    /// How often a request that was refused or did not connect is sent again.
    pub request_max_retries: Option<u32>,
    /// How often a stream that broke off is asked for again.
    pub stream_max_retries: Option<u32>,
    /// After how long without a byte a stream counts as broken, in milliseconds.
    pub stream_idle_timeout_ms: Option<u64>,
    /// How much trace context it gets; by its address where this is not set.
    pub propagate_trace: Option<PropagateTrace>,
    /// Whether it needs an account with the vendor.
    pub requires_openai_auth: bool,
    /// The model to ask for where the configuration names none.
    #[serde(skip)]
    pub default_model: Option<&'static str>,
    /// What serves it, where that is this program and no URL is configured.
    #[serde(skip)]
    pub local: Option<Arc<dyn LocalProvider>>,
}

/// The API that a provider speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WireApi {
    /// The Responses API.
    #[default]
    Responses,
    /// The Chat Completions API.
    Chat,
}

/// How much trace context a provider gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PropagateTrace {
    /// `traceparent` and `tracestate`.
    Full,
    /// `traceparent` alone.
    Traceparent,
    /// Nothing.
    None,
}

impl ProviderConfig {
    /// How often a refused request is sent again.
    pub(crate) fn request_retries(&self) -> u32 {
        self.request_max_retries.unwrap_or(4).min(100)
    }

    /// How often a broken stream is asked for again.
    pub(crate) fn stream_retries(&self) -> u32 {
        self.stream_max_retries.unwrap_or(5).min(100)
    }

    /// The model to ask for where the configuration names none.
    pub(super) fn default_model(&self) -> &'static str {
        self.default_model.unwrap_or(MODEL)
    }

    /// How long a stream may be silent.
    pub(crate) fn idle_timeout(&self) -> Duration {
        Duration::from_millis(self.stream_idle_timeout_ms.unwrap_or(300_000))
    }

    /// Puts the settings of the file over those of a built-in provider of the same name.
    pub(super) fn over(self, built_in: Self) -> Self {
        Self {
            name: self.name.or(built_in.name),
            base_url: self.base_url.or(built_in.base_url),
            env_key: self.env_key.or(built_in.env_key),
            env_key_instructions: self.env_key_instructions.or(built_in.env_key_instructions),
            request_max_retries: self.request_max_retries.or(built_in.request_max_retries),
            stream_max_retries: self.stream_max_retries.or(built_in.stream_max_retries),
            requires_openai_auth: self.requires_openai_auth || built_in.requires_openai_auth,
            default_model: built_in.default_model,
            local: built_in.local,
            ..self
        }
    }
}

/// The providers that need no configuration.
pub(super) fn built_in(openai_base_url: Option<&str>) -> BTreeMap<String, ProviderConfig> {
    let openai = ProviderConfig {
        name: Some("OpenAI".to_owned()),
        base_url: Some(openai_base_url.unwrap_or("https://api.openai.com/v1").to_owned()),
        env_key: Some("OPENAI_API_KEY".to_owned()),
        requires_openai_auth: true,
        ..ProviderConfig::default()
    };
    let oss = ProviderConfig {
        name: Some("Local model".to_owned()),
        base_url: Some("http://localhost:11434/v1".to_owned()),
        default_model: Some("gpt-oss:20b"),
        ..ProviderConfig::default()
    };
    BTreeMap::from([("openai".to_owned(), openai), ("oss".to_owned(), oss)])
}

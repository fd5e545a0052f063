//! The configuration in effect.

use std::{
    collections::BTreeMap,
    fmt, io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use codex_otel::{OtelConfig, SpanSettings};
use codex_protocol::{ApprovalPolicy, ApprovalsReviewer, SandboxMode, SandboxPolicy};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{
    ConfigError, ConfigView, ModelPrice, ProviderConfig, ShellEnvironmentPolicy,
    faults::{syntax_message, without_value},
    layers::{ConfigSource, Layer, merge, parse_overrides, parse_toml, set},
    permissions::{self, PermissionProfile},
    provider::built_in,
    values::Values,
    view,
};

/// How many bytes of `AGENTS.md` files go to the model unless configured otherwise.
const PROJECT_DOC_MAX_BYTES: usize = 32 * 1024;

/// How long a thread stays loaded that nobody follows, unless configured otherwise.
const THREAD_UNLOAD_DELAY: Duration = Duration::from_secs(30 * 60);

/// The configuration in effect. Cheap to clone.
#[derive(Clone)]
pub struct Config {
    inner: Arc<Inner>,
    spans: SpanSettings,
}

/// Somebody else's table of the configuration.
pub trait ConfigSection: DeserializeOwned + Default {
    /// The table's name.
    const NAME: &'static str;
}

struct Inner {
    codex_home: PathBuf,
    layers: Vec<Layer>,
    effective: Value,
    values: Values,
    providers: BTreeMap<String, ProviderConfig>,
    /// The providers that the program brings itself, before the file changed them.
    own_providers: BTreeMap<String, ProviderConfig>,
    otel: OtelConfig,
    /// What `default_permissions` names.
    default_permissions: Option<PermissionProfile>,
    warnings: Vec<String>,
}

impl Config {
    /// Reads `config.toml` below `codex_home` (a missing file means defaults) and lays the overrides on it.
    ///
    /// An override is a dotted key with a TOML value, or with text where the value is no TOML.
    pub fn load(codex_home: &Path, overrides: &[(String, String)]) -> Result<Self, ConfigError> {
        Self::load_with(codex_home, overrides, BTreeMap::new())
    }

    /// As [`load`](Self::load), with providers that the program brings itself. The file can change them as it can the
    /// others.
    pub fn load_with(
        codex_home: &Path,
        overrides: &[(String, String)],
        providers: BTreeMap<String, ProviderConfig>,
    ) -> Result<Self, ConfigError> {
        let path = codex_home.join("config.toml");
        let mut layers = Vec::new();
        match std::fs::read_to_string(&path) {
            Ok(text) => {
                let values = parse_toml(&text).map_err(|error| ConfigError::Syntax {
                    path: path.clone(),
                    message: syntax_message(&text, &error),
                })?;
                layers.push(Layer { source: ConfigSource::User(path.display().to_string()), values });
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(source) => return Err(ConfigError::Read { path, source }),
        }
        if !overrides.is_empty() {
            layers.push(Layer { source: ConfigSource::SessionFlags, values: parse_overrides(overrides)? });
        }
        Self::from_layers(codex_home.to_owned(), layers, providers)
    }

    /// This configuration with a thread's own overrides on it: dotted keys with JSON values.
    pub fn with_overrides(&self, overrides: &Map<String, Value>) -> Result<Self, ConfigError> {
        if overrides.is_empty() {
            return Ok(self.clone());
        }
        let mut values = Value::Object(Map::new());
        for (key, value) in overrides {
            set(&mut values, key, value.clone())?;
        }
        let mut layers = self.inner.layers.clone();
        layers.push(Layer { source: ConfigSource::SessionFlags, values });
        // How spans hang together is for whoever runs the server to say, not for a client.
        let own_providers = self.inner.own_providers.clone();
        Ok(Self::from_layers(self.inner.codex_home.clone(), layers, own_providers)?.with_spans(self.spans))
    }

    /// This configuration with settings of spans that were resolved: flag, variable, file, default.
    #[must_use]
    pub fn with_spans(self, spans: SpanSettings) -> Self {
        Self { spans, ..self }
    }

    /// How spans of requests and turns hang together.
    pub fn spans(&self) -> SpanSettings {
        self.spans
    }

    fn from_layers(
        codex_home: PathBuf,
        layers: Vec<Layer>,
        own_providers: BTreeMap<String, ProviderConfig>,
    ) -> Result<Self, ConfigError> {
        let mut effective = Value::Object(Map::new());
        for layer in &layers {
            merge(&mut effective, &layer.values);
        }
        let mut warnings = Vec::new();
        let otel = otel(&effective, &mut warnings);
        let mut values: Values =
            serde_path_to_error::deserialize(&effective).map_err(|error| ConfigError::Value {
                key: error.path().to_string(),
                message: without_value(&error.inner().to_string()),
            })?;
        // A profile that cannot be enforced must not become one that lets more through.
        let default_permissions = values.default_permissions.as_deref();
        let default_permissions = default_permissions
            .map(|id| permissions::resolve(effective.get("permissions"), id))
            .transpose()
            .map_err(|error| ConfigError::Value {
                key: "default_permissions".to_owned(),
                message: error.to_string(),
            })?;
        let mut providers = built_in(values.openai_base_url.as_deref());
        providers.extend(own_providers.clone());
        for (name, provider) in std::mem::take(&mut values.model_providers) {
            let provider = match providers.remove(&name) {
                Some(built_in) => provider.over(built_in),
                None => provider,
            };
            providers.insert(name, provider);
        }
        let of_providers = providers.values().flat_map(|provider: &ProviderConfig| {
            provider.env_key.iter().chain(provider.env_http_headers.values()).cloned()
        });
        values.shell_environment_policy.withheld = of_providers.collect();
        Ok(Self {
            spans: SpanSettings::from(&otel),
            inner: Arc::new(Inner {
                codex_home,
                layers,
                effective,
                values,
                providers,
                own_providers,
                otel,
                default_permissions,
                warnings,
            }),
        })
    }

    /// A table of the effective configuration that belongs to somebody else.
    pub fn section<S: ConfigSection>(&self) -> Result<S, ConfigError> {
        let Some(table) = self.inner.effective.get(S::NAME) else { return Ok(S::default()) };
        serde_path_to_error::deserialize(table).map_err(|error| ConfigError::Value {
            key: format!("{}.{}", S::NAME, error.path()),
            message: without_value(&error.inner().to_string()),
        })
    }

    /// Whether hooks are configured.
    pub fn has_hooks(&self) -> bool {
        self.inner.effective.get("hooks").is_some()
    }

    /// The `[permissions]` table.
    pub(super) fn permissions(&self) -> Option<&Value> {
        self.inner.effective.get("permissions")
    }

    /// The folder of configuration and conversations.
    pub fn codex_home(&self) -> &Path {
        &self.inner.codex_home
    }

    /// The settings of tracing.
    pub fn otel(&self) -> &OtelConfig {
        &self.inner.otel
    }

    /// Settings that were left out because they do not fit and the server can do without.
    pub fn warnings(&self) -> &[String] {
        &self.inner.warnings
    }

    /// What clients see of the configuration.
    pub fn view(&self) -> ConfigView {
        view::of(&self.inner.layers, &self.inner.effective)
    }

    /// The provider to use where a thread names none.
    pub fn model_provider(&self) -> &str {
        self.inner.values.model_provider.as_deref().unwrap_or("openai")
    }

    /// The model to use with a provider where a thread names none.
    pub fn model(&self, provider: &str) -> &str {
        match &self.inner.values.model {
            Some(model) => model,
            None => self.provider(provider).unwrap_or(&ProviderConfig::default()).default_model(),
        }
    }

    /// The provider of that name.
    pub fn provider(&self, name: &str) -> Option<&ProviderConfig> {
        self.inner.providers.get(name)
    }

    /// The names of all providers.
    pub fn providers(&self) -> impl Iterator<Item = (&str, &ProviderConfig)> {
        self.inner.providers.iter().map(|(name, provider)| (name.as_str(), provider))
    }

    /// The reasoning effort to ask for.
    pub fn effort(&self) -> Option<&str> {
        self.inner.values.model_reasoning_effort.as_deref()
    }

    /// How much of its reasoning the model is asked to tell.
    pub(crate) fn reasoning_summary(&self) -> &'static str {
        self.inner.values.model_reasoning_summary.unwrap_or_default().name()
    }

    /// What a model costs, if configured.
    pub fn model_price(&self, model: &str) -> Option<ModelPrice> {
        self.inner.values.model_prices.get(model).copied()
    }

    /// How many tokens the model takes in, if configured.
    pub fn context_window(&self) -> Option<i64> {
        self.inner.values.model_context_window
    }

    /// When the user is asked.
    pub fn approval_policy(&self) -> ApprovalPolicy {
        self.inner.values.approval_policy.unwrap_or_default()
    }

    /// Who answers.
    pub fn approvals_reviewer(&self) -> ApprovalsReviewer {
        self.inner.values.approvals_reviewer.unwrap_or_default()
    }

    /// The permission profile of threads that name neither one nor a sandbox.
    pub fn default_permissions(&self) -> Option<&PermissionProfile> {
        self.inner.default_permissions.as_ref()
    }

    /// The kind of sandbox that is configured.
    pub(super) fn sandbox_mode(&self) -> Option<SandboxMode> {
        self.inner.values.sandbox_mode
    }

    /// The sandbox of that kind, in full.
    pub(super) fn sandbox_of(&self, mode: SandboxMode) -> SandboxPolicy {
        self.inner.values.sandbox(mode)
    }

    /// Which variables commands get.
    pub(crate) fn shell_environment(&self) -> &ShellEnvironmentPolicy {
        &self.inner.values.shell_environment_policy
    }

    /// Whether commands may run in a login shell.
    pub(crate) fn allow_login_shell(&self) -> bool {
        self.inner.values.allow_login_shell.unwrap_or(true)
    }

    /// The base instructions, where the file replaces ours.
    pub(crate) fn base_instructions(&self) -> Option<&str> {
        self.inner.values.instructions.as_deref()
    }

    /// Instructions of the developer, beside the base ones.
    pub(crate) fn developer_instructions(&self) -> Option<&str> {
        self.inner.values.developer_instructions.as_deref()
    }

    /// How long a thread stays loaded that nobody follows and that does nothing.
    pub(crate) fn thread_unload_delay(&self) -> Duration {
        let delay =
            self.inner.values.thread_unload_delay_secs.map_or(THREAD_UNLOAD_DELAY, Duration::from_secs);
        // Whoever starts a thread needs a moment to follow it.
        delay.max(Duration::from_millis(100))
    }

    /// How many bytes of `AGENTS.md` files go to the model.
    pub(crate) fn project_doc_max_bytes(&self) -> usize {
        self.inner.values.project_doc_max_bytes.unwrap_or(PROJECT_DOC_MAX_BYTES)
    }
}

/// Settings may hold secrets: none of them is shown.
impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config").field("codex_home", &self.inner.codex_home).finish_non_exhaustive()
    }
}

/// The `[otel]` table. What is not valid in it costs itself, never the server.
fn otel(effective: &Value, warnings: &mut Vec<String>) -> OtelConfig {
    let Some(table) = effective.get("otel") else { return OtelConfig::default() };
    let (config, wrong) = OtelConfig::read(table);
    warnings.extend(wrong);
    config
}

//! Settings of the log on standard error.

/// What is logged, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LogSettings {
    /// Directives, in the form of `RUST_LOG`.
    pub(crate) filter: String,
    /// Whether each line is a JSON object.
    pub(crate) json: bool,
}

impl Default for LogSettings {
    fn default() -> Self {
        Self { filter: "warn".to_owned(), json: false }
    }
}

impl LogSettings {
    pub(super) fn resolve(
        debug: bool,
        env: &dyn Fn(&str) -> Option<String>,
        warnings: &mut Vec<String>,
    ) -> Self {
        let default = if debug {
            "warn,codex_otel=info,codex_core=info,codex_app_server=info,codex_app_server_client=info"
        } else {
            "warn"
        };
        let json = match env("LOG_FORMAT").as_deref().map(str::trim) {
            None | Some("" | "text") => false,
            Some("json") => true,
            Some(_) => {
                warnings.push("LOG_FORMAT is neither text nor json; logging text".to_owned());
                false
            }
        };
        let filter = env("RUST_LOG").filter(|text| !text.trim().is_empty());
        Self { filter: filter.unwrap_or_else(|| default.to_owned()), json }
    }
}

//! Settings: what flags, variables and the file come to.

use serde::Deserialize;

use crate::OtelConfig;

/// What the process's own `TRACEPARENT` is to requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EnvParent {
    /// Parent of each request that brings none.
    Parent,
    /// A link on each request that brings no parent.
    Link,
    /// Nothing.
    Ignore,
}

/// What the command line says about tracing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// `--otlp URL`: export by OTLP/HTTP to this base URL.
    pub otlp: Option<String>,
    /// `--debug`: ids in the logs, and the logs of our own crates from INFO.
    pub debug: bool,
    /// `--instance-id`, resolved: `service.instance.id` of the resource.
    pub instance_id: Option<String>,
    /// Whether standard output carries the protocol, so that nothing else may be written there.
    pub stdio_protocol: bool,
}

/// Settings of tracing, resolved: flag, variable, file, default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {}

impl Settings {
    /// Resolves the settings. A wrong one is a warning in the second part, and is left out.
    pub fn resolve(
        flags: &Flags,
        env: &dyn Fn(&str) -> Option<String>,
        file: &OtelConfig,
    ) -> (Self, Vec<String>) {
        let _ = (flags, env, file);
        (Self::default(), Vec::new())
    }
}

//! The resource: who sends the spans.

use crate::Value;

/// Attributes of the process, in the order in which they are sent.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Resource(pub(crate) Vec<(String, Value)>);

impl Resource {
    /// Sets an attribute; a later value replaces an earlier one.
    pub(crate) fn set(&mut self, key: &str, value: impl Into<Value>) {
        let value = value.into();
        match self.0.iter_mut().find(|(known, _)| known == key) {
            Some(slot) => slot.1 = value,
            None => self.0.push((key.to_owned(), value)),
        }
    }

    /// What this process knows of itself.
    pub(crate) fn of_process() -> Self {
        let mut resource = Self::default();
        resource.set("service.name", "codex-app-server");
        resource.set("service.version", env!("CARGO_PKG_VERSION"));
        resource.set("telemetry.sdk.name", "opentelemetry");
        resource.set("telemetry.sdk.language", "rust");
        resource.set("process.pid", std::process::id());
        resource.set("os.type", std::env::consts::OS);
        resource.set("host.arch", std::env::consts::ARCH);
        resource
    }
}

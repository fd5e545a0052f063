//! The one configuration of the process, and what threads make of it.

use serde_json::{Map, Value};
use tokio::sync::watch;

use super::{Config, ConfigError};

/// The one configuration of the process: whoever holds it reads what is in force now.
#[derive(Debug)]
pub(crate) struct ConfigHandle(watch::Sender<Config>);

impl ConfigHandle {
    /// A handle of that configuration.
    pub(crate) fn new(config: Config) -> Self {
        Self(watch::Sender::new(config))
    }

    /// The configuration in force.
    pub(crate) fn current(&self) -> Config {
        self.0.borrow().clone()
    }

    /// Puts another one in force. How spans hang together was decided when the process started, and stays.
    pub(crate) fn replace(&self, config: Config) {
        self.0.send_modify(|current| *current = config.with_spans(current.spans()));
    }

    /// The configuration of a thread, with its own overrides: what it is now, and how it changes.
    pub(crate) fn for_thread(
        &self,
        overrides: Map<String, Value>,
    ) -> Result<(Config, ThreadConfig), ConfigError> {
        let mut base = self.0.subscribe();
        let config = base.borrow_and_update().with_overrides(&overrides)?;
        Ok((config, ThreadConfig { base, overrides }))
    }
}

/// How the configuration of a thread changes.
#[derive(Debug)]
pub(crate) struct ThreadConfig {
    base: watch::Receiver<Config>,
    overrides: Map<String, Value>,
}

impl ThreadConfig {
    /// The thread's configuration where it has changed since the last time. One that the thread's overrides do not fit
    /// changes nothing.
    pub(crate) fn changed(&mut self) -> Option<Config> {
        if !self.base.has_changed().unwrap_or(false) {
            return None;
        }
        let changed = self.base.borrow_and_update().with_overrides(&self.overrides);
        changed
            .inspect_err(|error| tracing::warn!(%error, "a thread keeps its configuration: the new one does not fit it"))
            .ok()
    }
}

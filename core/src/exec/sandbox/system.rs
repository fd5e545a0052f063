//! The sandbox of this system.

use std::sync::Arc;

#[cfg(target_os = "linux")]
use super::{Bubblewrap, Landlock};
use super::{NoSandbox, Sandbox};

/// The sandbox of this system. Blocks: it is tried.
#[cfg(target_os = "linux")]
pub(crate) fn of_system() -> Arc<dyn Sandbox> {
    if let Some(bubblewrap) = Bubblewrap::installed()
        && bubblewrap.capabilities().unavailable.is_none()
    {
        return Arc::new(bubblewrap);
    }
    let landlock = Landlock::default();
    match landlock.capabilities().unavailable {
        None => Arc::new(landlock),
        Some(reason) => Arc::new(NoSandbox { reason }),
    }
}

/// The sandbox of this system.
#[cfg(not(target_os = "linux"))]
pub(crate) fn of_system() -> Arc<dyn Sandbox> {
    Arc::new(NoSandbox { reason: "the sandbox is built for Linux only".to_owned() })
}

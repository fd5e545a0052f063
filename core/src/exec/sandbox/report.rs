//! Whether commands can be held here as the configuration says.

use std::path::Path;

use super::{Confinement, of_system};
use crate::Config;

/// Why commands that the configured sandbox should hold cannot be run on this system; none where they can.
pub fn sandbox_unavailable(config: &Config) -> Option<String> {
    Confinement::of(&config.default_sandbox().0, Path::new("/"), config.codex_home())?;
    let why = of_system().capabilities().unavailable?;
    Some(format!(
        "{why}: commands are not run unless the user allows each of them, or `sandbox_mode` is `danger-full-access`"
    ))
}

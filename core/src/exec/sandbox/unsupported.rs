//! Where no sandbox is built: nothing is run that would need one.

use super::{Confinement, SandboxError};

/// Confines nothing.
pub(crate) fn confine(_: &Confinement) -> Result<(), SandboxError> {
    Err(SandboxError::Unavailable { reason: "the sandbox is built for Linux only".to_owned() })
}

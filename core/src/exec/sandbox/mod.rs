//! What a command may touch, and how the system is made to hold it to that.
//!
//! A command is started from a thread of its own that has confined itself first: what it starts inherits the
//! confinement and cannot leave it, and the rest of the server is as free as before.

#[cfg_attr(target_os = "linux", path = "linux.rs")]
#[cfg_attr(not(target_os = "linux"), path = "unsupported.rs")]
mod platform;
mod policy;

pub(crate) use platform::confine;
pub(crate) use policy::{Confinement, name};

/// Why commands cannot be held here; none where they can. Tried on a thread that is thrown away.
pub(crate) fn trouble() -> Option<String> {
    let tried = std::thread::spawn(|| confine(&Confinement { writable: Vec::new(), network: false }));
    match tried.join() {
        Ok(Ok(())) => None,
        Ok(Err(error)) => Some(error.to_string()),
        Err(_) => Some("trying it panicked".to_owned()),
    }
}

/// Why a command could not be confined. It is not run then.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SandboxError {
    /// The system has no means to do it.
    #[error("this system cannot confine commands: {reason}")]
    Unavailable {
        /// What is missing.
        reason: String,
    },
    /// The system refused.
    #[error("the sandbox cannot be set up: {reason}")]
    Refused {
        /// What it said.
        reason: String,
    },
}

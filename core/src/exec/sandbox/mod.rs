//! What a command may touch, and how the system is made to hold it to that.
//!
//! A [`Sandbox`] starts commands under a [`Confinement`]: `Landlock` on Linux, `NoSandbox` where that is not to be had.
//! What cannot be enforced is not run.

mod error;
#[cfg(target_os = "linux")]
mod landlock;
mod none;
mod policy;
mod report;

use std::{fmt, future::Future, pin::Pin, sync::Arc};

pub(crate) use error::SpawnError;
#[cfg(target_os = "linux")]
pub(crate) use landlock::Landlock;
pub(crate) use none::NoSandbox;
pub(crate) use policy::{Confinement, name};
pub use report::sandbox_unavailable;
use tokio::process::Command;

use super::process_group::ProcessGroup;

/// A command that is being started.
pub(crate) type SpawnFuture<'a> = Pin<Box<dyn Future<Output = Result<ProcessGroup, SpawnError>> + Send + 'a>>;

/// A way to hold commands to a confinement.
pub(crate) trait Sandbox: fmt::Debug + Send + Sync {
    /// What it can enforce on this system. Blocks: it is tried.
    fn capabilities(&self) -> Capabilities;

    /// Starts a command that is held to this from its first instruction on. Where that cannot be done it is not started.
    /// Dropping the future ends a command that has started meanwhile.
    fn spawn(&self, command: Command, confinement: Confinement) -> SpawnFuture<'_>;
}

/// What a sandbox can enforce on this system.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Capabilities {
    /// Why it can hold no command at all; none where it can.
    pub(crate) unavailable: Option<String>,
    /// What it leaves open here, each as a part of a sentence.
    pub(crate) gaps: Vec<&'static str>,
}

/// The sandbox of this system. Blocks: it is tried.
pub(crate) fn of_system() -> Arc<dyn Sandbox> {
    #[cfg(target_os = "linux")]
    return match Landlock.capabilities().unavailable {
        None => Arc::new(Landlock),
        Some(reason) => Arc::new(NoSandbox { reason }),
    };
    #[cfg(not(target_os = "linux"))]
    Arc::new(NoSandbox { reason: "the sandbox is built for Linux only".to_owned() })
}

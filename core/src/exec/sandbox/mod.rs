//! What a command may touch, and how the system is made to hold it to that.
//!
//! A [`Sandbox`] starts commands under a [`Confinement`]: `Bubblewrap` on Linux where it is installed and the kernel lets it
//! work, else `Landlock`, `NoSandbox` where neither is to be had. What cannot be enforced is not run.

#[cfg(target_os = "linux")]
mod bubblewrap;
#[cfg(target_os = "linux")]
mod confined_thread;
mod error;
#[cfg(all(test, target_os = "linux"))]
mod escapes;
mod interface;
#[cfg(target_os = "linux")]
mod landlock;
mod none;
mod policy;
#[cfg(target_os = "linux")]
mod privileges;
#[cfg(target_os = "linux")]
mod readable;
mod report;
#[cfg(target_os = "linux")]
mod roots;
#[cfg(target_os = "linux")]
mod seccomp;
mod system;
mod write_check;

#[cfg(target_os = "linux")]
use self::{bubblewrap::Bubblewrap, landlock::Landlock};
pub(crate) use error::SpawnError;
pub(crate) use interface::{Capabilities, Launch, Sandbox, SpawnFuture};
use none::NoSandbox;
pub use policy::private_folder;
pub(crate) use policy::{Confinement, name};
pub use report::sandbox_unavailable;
pub(crate) use system::of_system;

//! All threads of the process: starting, loading, finding, reading, changing and listing them, and ending them together.

mod archive;
mod diagnostics;
mod fork;
mod history;
mod list;
mod metadata;
mod models;
mod resume;
mod services;
mod start;
mod threads;

pub use diagnostics::{AccountInfo, ActiveTurnInfo, Diagnostics};
pub use fork::{ForkError, ForkThread};
pub use history::{JoinedTurns, JoinedTurnsQuery, ReadView, ThreadView, TurnsPageQuery};
pub use metadata::GitChange;
pub use models::{ModelInfo, ModelsError, ReasoningEffort};
pub use resume::{ResumeError, ResumeThread};
pub(crate) use services::Services;
pub use start::{StartError, StartThread};
pub use threads::Agent;

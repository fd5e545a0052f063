//! All threads of the process: starting, loading, finding, reading, changing and listing them, and ending them together.

mod diagnostics;
mod history;
mod keep;
mod list;
mod load;
mod models;
mod services;
mod start;
mod threads;

pub use diagnostics::{AccountInfo, ActiveTurnInfo, Diagnostics};
pub use history::{JoinedTurns, ReadView, ThreadView};
pub use keep::GitChange;
pub(crate) use load::cut;
pub use load::{ForkThread, ResumeThread};
pub use models::{ModelInfo, ModelsError, ReasoningEffort};
pub(crate) use services::Services;
pub use start::{StartError, StartThread};
pub use threads::Agent;

//! All threads of the process: starting, loading, finding, reading, changing and listing them, and ending them together.

mod history;
mod keep;
mod list;
mod load;
mod models;
mod services;
mod start;
mod thread_manager;
mod types;

pub use history::{JoinedTurns, ReadView, ThreadView};
pub use keep::GitChange;
pub(crate) use load::cut;
pub use load::{ForkThread, ResumeThread};
pub use models::{ModelInfo, ModelsError, ReasoningEffort};
pub(crate) use services::Services;
pub use start::{StartError, StartThread};
pub use thread_manager::ThreadManager;
pub use types::{AccountInfo, ActiveTurnInfo, Diagnostics};

//! All threads of the process: starting, finding, reading and listing them, and ending them together.

mod models;
mod services;
mod start;
mod thread_manager;
mod types;

pub use models::{ModelInfo, ModelsError, ReasoningEffort};
pub(crate) use services::Services;
pub use start::{StartError, StartThread};
pub use thread_manager::ThreadManager;
pub use types::{AccountInfo, ActiveTurnInfo, Diagnostics};

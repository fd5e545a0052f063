//! What a front end holds: all threads of the process (starting, loading, finding, reading, changing and listing them, and
//! ending them together), the events of all of them, the models, the account.

mod account;
mod archive;
mod diagnostics;
mod foreign;
mod fork;
mod history;
mod list;
mod metadata;
mod models;
mod prepare;
mod resume;
mod start;
mod threads;

pub use account::AccountInfo;
pub use diagnostics::Diagnostics;
pub use fork::{ForkError, ForkThread};
pub use history::{JoinedTurns, JoinedTurnsQuery, ThreadView, TurnsPageQuery};
pub use models::{ModelInfo, ModelsError, ReasoningEffort};
pub use resume::{ResumeError, ResumeThread};
pub use start::{StartError, StartThread};
pub use threads::Agent;

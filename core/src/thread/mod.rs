//! One conversation: its handle, its submission loop, its subscribers.

mod change_error;
mod codex_thread;
mod dispatch;
mod errors;
mod hold;
mod live;
mod manage;
mod settings;
mod shared;
mod subscribers;

pub use change_error::{InjectError, MetadataError, ReadStateError, RevertError, UnarchiveError};
pub use codex_thread::CodexThread;
pub use errors::{InterruptError, SteerError, SubmitError};
pub(crate) use hold::Held;
pub use hold::Hold;
pub use manage::{Joined, ReadChange, SettingsChange};
pub use settings::ThreadSettings;
pub(crate) use shared::{ActiveTurn, Shared, State};
pub(crate) use subscribers::Subscribers;
pub use subscribers::{EventSink, SubscriberId};

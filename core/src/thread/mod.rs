//! One conversation: its handle, its submission loop, its subscribers.

mod codex_thread;
mod errors;
mod hold;
mod settings;
mod subscribers;

pub use codex_thread::CodexThread;
pub use errors::{InterruptError, SteerError, SubmitError};
pub use hold::Hold;
pub use settings::ThreadSettings;
pub use subscribers::{EventSink, SubscriberId};

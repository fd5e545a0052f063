//! One conversation, as an actor: one task owns the state of a thread, and every change of it is an
//! [`Op`](codex_protocol::Op) that goes through the thread's queue.
//!
//! [`CodexThread`] is the handle: it submits, and reads the snapshot that the loop publishes. The loop (`actor`) takes each
//! order under a span of its own, serves what the running turn asks of it meanwhile, and ends when it is told to, or when
//! nobody needs the thread any more.

mod actor;
mod apply;
mod change_error;
mod changes;
mod errors;
mod handle;
mod queue;
mod snapshot;
mod state;

pub(crate) use actor::{Ending, Host, ThreadParts};
pub use change_error::{
    InjectError, MetadataError, ReadStateError, RevertError, SettingsError, UnarchiveError,
};
pub(crate) use changes::{changed, set_read};
pub use errors::{InterruptError, StartTurnError, SteerError, SubmitError};
pub use handle::{CodexThread, Joined};
pub use snapshot::{ActiveTurnInfo, ReadView, ThreadSnapshot};
pub(crate) use state::ThreadData;

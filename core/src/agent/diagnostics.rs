//! What can be asked about the process as a whole.

use codex_protocol::{ThreadId, TurnId};

/// What is known of the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountInfo {
    /// Whether there is an API key for the configured provider.
    pub api_key: bool,
    /// Whether the configured provider needs an account with the vendor.
    pub requires_openai_auth: bool,
}

/// What the process is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostics {
    /// How many threads are loaded.
    pub threads: usize,
    /// Submissions that wait in the threads' queues, all together.
    pub queued_submissions: usize,
    /// The turns that are running.
    pub turns: Vec<ActiveTurnInfo>,
}

/// A turn that is running.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActiveTurnInfo {
    /// Its thread.
    pub thread_id: ThreadId,
    /// The turn.
    pub turn_id: TurnId,
    /// The trace it is in, 32 hex digits, when tracing is on or the caller sent one.
    pub trace_id: Option<String>,
    /// Its start, in Unix milliseconds.
    pub started_at_ms: i64,
}

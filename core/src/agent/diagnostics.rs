//! What the process is doing.

use super::Agent;
use crate::ActiveTurnInfo;

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

impl Agent {
    /// What the process is doing.
    pub fn diagnostics(&self) -> Diagnostics {
        let threads: Vec<_> = self.threads().loaded.values().cloned().collect();
        Diagnostics {
            threads: threads.len(),
            queued_submissions: threads.iter().map(|thread| thread.queued()).sum(),
            turns: threads.iter().filter_map(|thread| thread.snapshot().active.clone()).collect(),
        }
    }
}

//! What was written with a lease, and how long that took.

use std::{ops::Sub, time::Duration};

/// What was written with a lease.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct WriteStats {
    pub(crate) bytes: u64,
    pub(crate) records: u64,
    /// How long writing took.
    pub(crate) duration: Duration,
}

impl Sub for WriteStats {
    type Output = Self;

    fn sub(self, before: Self) -> Self {
        Self {
            bytes: self.bytes - before.bytes,
            records: self.records - before.records,
            duration: self.duration.saturating_sub(before.duration),
        }
    }
}

//! What was written on a rollout, and how long that took.

use std::{ops::Sub, time::Duration};

/// What was written on a rollout.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Written {
    pub(crate) bytes: u64,
    pub(crate) records: u64,
    /// How long writing took.
    pub(crate) duration: Duration,
}

impl Sub for Written {
    type Output = Self;

    fn sub(self, before: Self) -> Self {
        Self {
            bytes: self.bytes - before.bytes,
            records: self.records - before.records,
            duration: self.duration.saturating_sub(before.duration),
        }
    }
}

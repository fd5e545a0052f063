//! Measuring time only where somebody reads it.

use std::time::{Duration, Instant};

use super::meter;

/// The time of something that is measured only where metrics are exported.
#[derive(Clone, Copy, Debug)]
pub struct Timer(Option<Instant>);

impl Timer {
    /// Starts now.
    pub fn start() -> Self {
        Self(meter::current().map(|_| Instant::now()))
    }

    /// The time since the start; `None` where nothing is measured.
    pub fn elapsed(self) -> Option<Duration> {
        self.0.map(|begun| begun.elapsed())
    }
}

//! How far the making of an index is, for whoever started the server.

use std::{
    io::{self, Write},
    time::{Duration, Instant},
};

/// From how many rollouts on whoever started the server is told that it takes a while.
const MANY: usize = 500;

/// How often they are told how far it is.
const OFTEN: Duration = Duration::from_secs(1);

/// Tells on stderr how far it is, where it takes a while.
pub(super) struct Progress {
    all: usize,
    done: usize,
    begun: Instant,
    told: Instant,
}

impl Progress {
    pub(super) fn new(all: usize) -> Self {
        let now = Instant::now();
        let progress = Self { all, done: 0, begun: now, told: now };
        if all >= MANY {
            tell(&format!("indexing {all} threads"));
        }
        progress
    }

    pub(super) fn step(&mut self) {
        self.done += 1;
        if self.all >= MANY && self.told.elapsed() >= OFTEN {
            self.told = Instant::now();
            tell(&format!("indexing threads: {} of {}", self.done, self.all));
        }
    }

    pub(super) fn end(&self) {
        if self.all >= MANY {
            tell(&format!("indexed {} threads in {} ms", self.all, self.begun.elapsed().as_millis()));
        }
    }
}

/// A line for whoever started the server. That nobody reads stderr changes nothing.
fn tell(line: &str) {
    let _: io::Result<()> = writeln!(io::stderr(), "{line}");
}

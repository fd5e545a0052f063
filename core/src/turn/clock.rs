//! Where the time of a turn goes: parts that never overlap, so that they add up to it.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use codex_otel::attr;

/// What the time of a turn goes into. Where several things happen at once the first of this list has the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TimePart {
    /// The conversation is read or written.
    Store,
    /// A human is waited for.
    Approval,
    /// The next attempt at a model is waited for.
    RetryWait,
    /// Tools work, however many at once.
    Tool,
    /// The model works.
    Model,
    /// The turn waits for its thread, or for a worker to run on.
    Queue,
}

/// How many parts have a name of their own.
const PARTS: usize = 6;

/// The time of a turn by what it went into. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct TurnClock(Arc<Mutex<Running>>);

/// What goes on for as long as this lives.
#[derive(Debug)]
#[must_use]
pub(super) struct InPart(TurnClock, TimePart);

#[derive(Debug)]
struct Running {
    /// Up to when the time is accounted for.
    until: Instant,
    /// How many of each part go on.
    going_on: [u32; PARTS],
    times: TurnTimes,
}

/// The time of a turn by what it went into: the parts add up to the whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct TurnTimes {
    parts: [Duration; PARTS],
    /// What went into nothing that has a name.
    other: Duration,
}

impl TurnClock {
    /// Starts now.
    pub(super) fn start() -> Self {
        let running = Running { until: Instant::now(), going_on: [0; PARTS], times: TurnTimes::default() };
        Self(Arc::new(Mutex::new(running)))
    }

    /// A part begins. It goes on until what is returned is dropped.
    pub(super) fn enter(&self, part: TimePart) -> InPart {
        self.running().change(Instant::now(), |going_on| going_on[part as usize] += 1);
        InPart(self.clone(), part)
    }

    /// The times up to now.
    pub(super) fn times(&self) -> TurnTimes {
        let mut running = self.running();
        running.change(Instant::now(), |_| ());
        running.times
    }

    fn running(&self) -> MutexGuard<'_, Running> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for InPart {
    fn drop(&mut self) {
        let Self(clock, part) = self;
        clock.running().change(Instant::now(), |going_on| going_on[*part as usize] -= 1);
    }
}

impl Running {
    /// Accounts for the time up to now, then changes what goes on.
    fn change(&mut self, now: Instant, change: impl FnOnce(&mut [u32; PARTS])) {
        let passed = now.saturating_duration_since(self.until);
        self.until = self.until.max(now);
        match self.going_on.iter().position(|count| *count > 0) {
            Some(first) => self.times.parts[first] += passed,
            None => self.times.other += passed,
        }
        change(&mut self.going_on);
    }
}

impl TurnTimes {
    /// The time of each part, under the name that spans and metrics have for it.
    pub(super) fn by_name(&self) -> [(&'static str, Duration); PARTS + 1] {
        let of = |part: TimePart| self.parts[part as usize];
        [
            (attr::CODEX_TURN_TIME_MODEL_MS, of(TimePart::Model)),
            (attr::CODEX_TURN_TIME_TOOL_MS, of(TimePart::Tool)),
            (attr::CODEX_TURN_TIME_APPROVAL_MS, of(TimePart::Approval)),
            (attr::CODEX_TURN_TIME_RETRY_WAIT_MS, of(TimePart::RetryWait)),
            (attr::CODEX_TURN_TIME_QUEUE_MS, of(TimePart::Queue)),
            (attr::CODEX_TURN_TIME_STORE_MS, of(TimePart::Store)),
            (attr::CODEX_TURN_TIME_OTHER_MS, self.other),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What goes on between the moments at which it changes, in milliseconds, and what the times are then.
    fn check(changes: &[(u64, TimePart, bool)], end: u64, expected: [u64; PARTS], other: u64) {
        let start = Instant::now();
        let mut running = Running { until: start, going_on: [0; PARTS], times: TurnTimes::default() };
        for (at, part, begins) in changes {
            running.change(start + Duration::from_millis(*at), |going_on| {
                let count = &mut going_on[*part as usize];
                *count = if *begins { *count + 1 } else { *count - 1 };
            });
        }
        running.change(start + Duration::from_millis(end), |_| ());
        let millis = Duration::from_millis;
        assert_eq!(running.times, TurnTimes { parts: expected.map(millis), other: millis(other) });
        let sum = running.times.parts.iter().sum::<Duration>() + running.times.other;
        assert_eq!(sum, millis(end), "the parts add up");
    }

    #[test]
    fn tools_that_overlap_count_once() {
        use TimePart::Tool;
        let changes = [(10, Tool, true), (20, Tool, true), (50, Tool, false), (70, Tool, false)];
        check(&changes, 100, [0, 0, 0, 60, 0, 0], 40);
    }

    #[test]
    fn a_question_is_no_work_of_the_tool_that_asks_it() {
        use TimePart::{Approval, Store, Tool};
        let changes = [
            (0, Tool, true),
            (10, Store, true),
            (11, Store, false),
            (20, Approval, true),
            (80, Approval, false),
            (90, Tool, false),
        ];
        check(&changes, 90, [1, 60, 0, 29, 0, 0], 0);
    }

    #[test]
    fn a_clock_that_goes_back_takes_nothing_away() {
        use TimePart::Model;
        check(&[(50, Model, true), (20, Model, false)], 60, [0, 0, 0, 0, 0, 0], 60);
    }

    #[test]
    fn what_is_left_goes_on_no_longer() {
        let clock = TurnClock::start();
        drop(clock.enter(TimePart::Model));
        let model = clock.times().parts[TimePart::Model as usize];
        assert_eq!(clock.running().going_on, [0; PARTS]);
        assert_eq!(clock.times().parts[TimePart::Model as usize], model);
    }
}

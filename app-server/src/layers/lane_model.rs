//! A model test of lanes: calls arrive, are polled, finish and are dropped in any order, and wakers are all that moves them.
//!
//! Each call of a lane's functions is one critical section, so the orders of calls are all the interleavings there are.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Wake, Waker},
};

use proptest::prelude::*;

use super::lane::{Lanes, Ticket};
use crate::request::LaneKey;

/// What happens next; a number picks one of those that it can happen to.
#[derive(Clone, Debug)]
enum Step {
    Arrive {
        lane: u8,
    },
    /// The runtime polls a call that was woken.
    Poll(usize),
    /// A call that runs has its reply.
    Finish(usize),
    /// A call is dropped, whether it runs or waits.
    Cancel(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0u8..3).prop_map(|lane| Step::Arrive { lane }),
        4 => any::<usize>().prop_map(Step::Poll),
        2 => any::<usize>().prop_map(Step::Finish),
        1 => any::<usize>().prop_map(Step::Cancel),
    ]
}

#[derive(Debug, Default)]
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

struct Call {
    lane: u8,
    ticket: Ticket,
    running: bool,
    woken: Arc<Woken>,
}

/// The calls that have arrived and have not ended, in order of arrival.
#[derive(Default)]
struct World {
    lanes: Lanes,
    calls: Vec<Call>,
}

impl World {
    fn arrive(&mut self, lane: u8) {
        let ticket = self.lanes.ticket(LaneKey::Process(format!("{lane}").into()));
        // A new call is polled without being woken.
        let woken = Arc::new(Woken(AtomicBool::new(true)));
        self.calls.push(Call { lane, ticket, running: false, woken });
    }

    /// The place of one of the calls for which `fits`.
    fn pick(&self, which: usize, fits: impl Fn(&Call) -> bool) -> Option<usize> {
        let fitting: Vec<usize> = (0..self.calls.len()).filter(|at| fits(&self.calls[*at])).collect();
        (!fitting.is_empty()).then(|| fitting[which % fitting.len()])
    }

    /// Polls a call that was woken; false if there is none.
    fn poll(&mut self, which: usize) -> bool {
        let can_be_polled = |call: &Call| !call.running && call.woken.0.load(Ordering::Relaxed);
        let Some(at) = self.pick(which, can_be_polled) else { return false };
        let call = &self.calls[at];
        call.woken.0.store(false, Ordering::Relaxed);
        let waker = Waker::from(Arc::clone(&call.woken));
        let ready = call.ticket.poll_turn(&Context::from_waker(&waker)).is_ready();
        let is_first = !self.calls[..at].iter().any(|earlier| earlier.lane == call.lane);
        assert_eq!(ready, is_first, "a call runs when it is the first of its lane, and only then");
        self.calls[at].running = ready;
        true
    }

    /// Ends a call that runs; false if there is none.
    fn finish(&mut self, which: usize) -> bool {
        self.pick(which, |call| call.running).map(|at| self.calls.remove(at)).is_some()
    }
}

proptest! {
    /// However calls overlap, each lane runs one at a time in order of arrival, and none waits for ever.
    #[test]
    fn lanes_keep_order_and_lose_no_call(steps in proptest::collection::vec(step(), 0..60)) {
        let mut world = World::default();
        for step in steps {
            match step {
                Step::Arrive { lane } => world.arrive(lane),
                Step::Poll(which) => drop(world.poll(which)),
                Step::Finish(which) => drop(world.finish(which)),
                Step::Cancel(which) => drop(world.pick(which, |_| true).map(|at| world.calls.remove(at))),
            }
        }
        while world.poll(0) || world.finish(0) {}
        prop_assert_eq!(world.calls.len(), 0, "a call waits and nobody will wake it");
        prop_assert!(world.lanes.is_empty(), "a lane is left behind");
    }
}

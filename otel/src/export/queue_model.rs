//! A model test of the span queue: threads push, the worker takes and settles, the queue is closed, in any order.
//!
//! Each of its functions is one critical section (and counters, which are read when all is quiet), so the orders of calls
//! are all the interleavings there are.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Wake, Waker};

use proptest::prelude::*;

use super::Limits;
use super::queue::Queue;

#[derive(Clone, Debug)]
enum Step {
    Push,
    /// The worker takes a batch and begins to send it.
    Take,
    /// A batch that was taken has been sent, so many of it in vain.
    Settle {
        which: usize,
        refused: u64,
    },
    Close,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => Just(Step::Push),
        3 => Just(Step::Take),
        3 => (any::<usize>(), 0u64..4).prop_map(|(which, refused)| Step::Settle { which, refused }),
        // Rare, since little happens after it.
        1 => prop_oneof![19 => Just(Step::Push), 1 => Just(Step::Close)],
    ]
}

#[derive(Debug, Default)]
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// What the queue should hold.
#[derive(Default)]
struct Model {
    waiting: VecDeque<u64>,
    /// Whole batches that wait, and the records of the one that is being filled.
    full: usize,
    filling: usize,
    sending: usize,
    closed: bool,
    dropped: u64,
    exported: u64,
    failed: u64,
}

proptest! {
    /// Whatever overlaps: records leave in their order, the bound holds, every record is counted once, and a worker that
    /// sleeps is woken by the first record and by each full batch.
    #[test]
    fn records_keep_their_order_and_are_counted_once(
        steps in proptest::collection::vec(step(), 0..120),
        bound in 1usize..12,
        batch in 1usize..5,
    ) {
        let queue = Queue::new(Limits { queue: bound, batch, ..Limits::default() });
        let mut model = Model::default();
        let mut batches: Vec<Vec<u64>> = Vec::new();
        let mut next_taken = 0;
        for (number, step) in steps.into_iter().enumerate() {
            match step {
                Step::Push => {
                    let mut asleep = Box::pin(queue.wake.notified());
                    let woken = Arc::new(Woken::default());
                    let waker = Waker::from(Arc::clone(&woken));
                    let mut cx = Context::from_waker(&waker);
                    // A wake-up from before is used up first, as by a worker that finds nothing to do.
                    while asleep.as_mut().poll(&mut cx).is_ready() {
                        asleep = Box::pin(queue.wake.notified());
                    }
                    let taken_in = !model.closed && model.waiting.len() + model.sending < bound;
                    queue.push(number as u64);
                    if taken_in {
                        model.waiting.push_back(number as u64);
                        model.filling += 1;
                        let (first, full) = (model.waiting.len() == 1, model.filling == batch);
                        if full {
                            (model.filling, model.full) = (0, model.full + 1);
                        }
                        let expected = first || full;
                        prop_assert_eq!(woken.0.load(Ordering::Relaxed), expected, "woken when there is reason to");
                    } else {
                        model.dropped += 1;
                    }
                }
                Step::Take => {
                    let taken = queue.take();
                    prop_assert!(taken.len() <= batch);
                    if model.full > 0 {
                        model.full -= 1;
                    } else {
                        model.filling = 0;
                    }
                    prop_assert_eq!(taken.is_empty(), model.waiting.is_empty());
                    for record in &taken {
                        prop_assert_eq!(Some(*record), model.waiting.pop_front());
                        prop_assert!(*record >= next_taken);
                        next_taken = *record;
                    }
                    model.sending += taken.len();
                    batches.push(taken);
                }
                Step::Settle { which, refused } if !batches.is_empty() => {
                    let taken = batches.swap_remove(which % batches.len());
                    let count = taken.len() as u64;
                    model.sending -= taken.len();
                    model.failed += refused.min(count);
                    model.exported += count - refused.min(count);
                    queue.settle(taken.len(), refused);
                }
                Step::Settle { .. } => {}
                Step::Close => {
                    model.closed = true;
                    queue.close();
                }
            }
            let counters = queue.counters();
            prop_assert_eq!(
                (counters.exported, counters.failed, counters.dropped, counters.queued),
                (model.exported, model.failed, model.dropped, (model.waiting.len() + model.sending) as u64)
            );
            prop_assert_eq!(queue.is_empty(), model.waiting.is_empty());
        }
    }
}

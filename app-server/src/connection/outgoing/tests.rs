//! The queue's bounds, its order, and that answers come first.
use std::{collections::HashSet, sync::Arc};

use codex_protocol::{Delta, ItemId, ThreadId, TurnId};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::wire::delta::{DeltaKind, QueuedDelta};

fn delta(item: &str, index: u32, text: &str) -> Outbound {
    let delta = Delta {
        turn_id: TurnId::from(Uuid::nil()),
        item_id: ItemId::from(item),
        index,
        text: text.to_owned(),
    };
    Outbound::Delta(Box::new(QueuedDelta::new(
        DeltaKind::AgentMessage,
        ThreadId::from(Uuid::nil()),
        &delta,
        7,
        None::<Arc<_>>,
    )))
}

fn texts(outgoing: &Outgoing) -> Vec<String> {
    let mut entries = VecDeque::new();
    outgoing.take(&mut entries);
    entries.iter().map(text_of).collect()
}

fn text_of(outbound: &Outbound) -> String {
    match outbound {
        Outbound::Message(message) => String::from_utf8_lossy(message).into_owned(),
        Outbound::Delta(delta) => delta.text.clone(),
    }
}

#[test]
fn a_reader_that_keeps_up_gets_every_delta_alone() {
    let outgoing = Outgoing::default();
    for text in ["a", "b", "c"] {
        outgoing.push(delta("i", 0, text));
    }
    assert_eq!(texts(&outgoing), ["a", "b", "c"]);
}

#[test]
fn a_reader_that_lags_gets_adjacent_deltas_of_one_item_merged() {
    let outgoing = Outgoing::new(Limits { lag_bytes: 1, max_bytes: 1 << 20 });
    for entry in [delta("i", 0, "a"), delta("i", 0, "b"), delta("j", 0, "c"), delta("j", 1, "d")] {
        outgoing.push(entry);
    }
    outgoing.push(Outbound::Message(b"{}".to_vec()));
    outgoing.push(delta("j", 1, "e"));
    outgoing.push(delta("j", 1, "f"));
    assert_eq!(texts(&outgoing), ["ab", "c", "d", "{}", "ef"]);
    assert_eq!(outgoing.depth(), (0, 2));
}

#[test]
fn a_queue_past_its_bound_closes_and_says_why() {
    let outgoing = Outgoing::new(Limits { lag_bytes: 1, max_bytes: 10 });
    outgoing.push(Outbound::Message(vec![b'x'; 11]));
    assert_eq!(outgoing.closing(), Some(Closing::Overflow));
    outgoing.push(Outbound::Message(b"late".to_vec()));
    assert!(texts(&outgoing).is_empty());
}

#[test]
fn what_is_put_back_goes_out_first() {
    let outgoing = Outgoing::default();
    outgoing.push(Outbound::Message(b"1".to_vec()));
    let mut taken = VecDeque::new();
    outgoing.take(&mut taken);
    outgoing.push(Outbound::Message(b"2".to_vec()));
    outgoing.put_back(&mut taken);
    assert!(taken.is_empty());
    assert_eq!(texts(&outgoing), ["1", "2"]);
}

#[test]
fn a_flushing_queue_takes_answers_until_it_is_sealed() {
    let outgoing = Outgoing::default();
    outgoing.push(Outbound::Message(b"1".to_vec()));
    outgoing.close(Closing::Flush);
    outgoing.seal();
    outgoing.push(Outbound::Message(b"2".to_vec()));
    assert_eq!(texts(&outgoing), ["1", "2"], "it is not sealed while something waits");
    outgoing.seal();
    outgoing.push(Outbound::Message(b"3".to_vec()));
    assert!(texts(&outgoing).is_empty());
    assert_eq!(outgoing.closing(), Some(Closing::Gone));
}

fn thread(number: u8) -> ThreadId {
    ThreadId::from(Uuid::from_u128(number.into()))
}

fn message(text: &str) -> Outbound {
    Outbound::Message(text.as_bytes().to_vec())
}

#[test]
fn what_an_answer_brings_comes_behind_it() {
    let outgoing = Outgoing::default();
    let ticket = outgoing.ticket();
    outgoing.push_event(thread(1), message("before"));
    outgoing.raise(ticket, BarrierScope { thread: Some(thread(1)), unless: None });
    outgoing.push_event(thread(1), message("caused"));
    outgoing.push_event(thread(2), message("another thread's"));
    outgoing.push(message("direct"));
    outgoing.answer(ticket, message("answer"));
    outgoing.push_event(thread(1), message("after"));
    assert_eq!(texts(&outgoing), ["before", "another thread's", "direct", "answer", "caused", "after"]);
}

#[test]
fn a_request_without_an_answer_holds_nothing_back_for_good() {
    let outgoing = Outgoing::default();
    let ticket = outgoing.ticket();
    outgoing.raise(ticket, BarrierScope { thread: None, unless: Some(HashSet::from([thread(1)])) });
    outgoing.push_event(thread(1), message("known"));
    outgoing.push_event(thread(2), message("new"));
    assert_eq!(texts(&outgoing), ["known"]);
    outgoing.lower(ticket);
    assert_eq!(texts(&outgoing), ["new"]);
}

#[test]
fn what_is_held_back_counts_towards_the_bound() {
    let outgoing = Outgoing::new(Limits { lag_bytes: 1 << 20, max_bytes: 10 });
    outgoing.raise(outgoing.ticket(), BarrierScope { thread: Some(thread(1)), unless: None });
    outgoing.push_event(thread(1), message("0123456789!"));
    assert_eq!(outgoing.closing(), Some(Closing::Overflow));
}

/// What happens to a queue.
#[derive(Clone, Debug)]
enum Step {
    /// A request on a thread, or one that brings a new thread, begins to have effects.
    Raise {
        thread: Option<u8>,
    },
    Event {
        thread: u8,
    },
    Direct,
    /// One of the open requests is answered, or ends without an answer.
    Answer {
        which: usize,
        answered: bool,
    },
    /// The writer takes what there is, and gives some of it back.
    Take {
        keep: usize,
    },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        2 => proptest::option::of(0u8..3).prop_map(|thread| Step::Raise { thread }),
        5 => (0u8..4).prop_map(|thread| Step::Event { thread }),
        1 => Just(Step::Direct),
        2 => (any::<usize>(), any::<bool>()).prop_map(|(which, answered)| Step::Answer { which, answered }),
        1 => (0usize..5).prop_map(|keep| Step::Take { keep }),
    ];
    proptest::collection::vec(step, 0..60)
}

/// One message that went out: what it is, and when it was pushed.
fn parse(text: &str) -> (&str, u8, usize) {
    let mut parts = text.split(' ');
    let kind = parts.next().unwrap();
    let number = parts.next().unwrap().parse().unwrap();
    (kind, number, parts.next().unwrap().parse().unwrap())
}

proptest! {
    /// Whatever overlaps: nothing is lost or doubled, each thread's events keep their order, and none that came between the
    /// raising of a barrier that covers it and the answer leaves before the answer.
    #[test]
    fn answers_come_first(steps in steps()) {
        let outgoing = Outgoing::default();
        let known: HashSet<_> = [thread(0), thread(1)].into();
        let mut open: Vec<(BarrierTicket, u8, Option<u8>, usize)> = Vec::new();
        let mut raised = Vec::new();
        let mut pushed = Vec::new();
        let mut sent = Vec::new();
        let mut answer_times = Vec::new();
        for (now, step) in steps.iter().enumerate() {
            match step {
                Step::Raise { thread: of } => {
                    let ticket = outgoing.ticket();
                    let scope = BarrierScope { thread: of.map(thread), unless: of.is_none().then(|| known.clone()) };
                    outgoing.raise(ticket, scope);
                    open.push((ticket, raised.len() as u8, *of, now));
                    raised.push((*of, now, None));
                }
                Step::Event { thread: of } => {
                    let text = format!("event {of} {now}");
                    outgoing.push_event(thread(*of), message(&text));
                    pushed.push(text);
                }
                Step::Direct => {
                    let text = format!("direct 0 {now}");
                    outgoing.push(message(&text));
                    pushed.push(text);
                }
                Step::Answer { which, answered } if !open.is_empty() => {
                    let (ticket, request, ..) = open.swap_remove(which % open.len());
                    raised[usize::from(request)].2 = Some(*answered);
                    if *answered {
                        let text = format!("answer {request} {now}");
                        outgoing.answer(ticket, message(&text));
                        pushed.push(text);
                    } else {
                        outgoing.lower(ticket);
                    }
                    answer_times.push((request, now));
                }
                Step::Answer { .. } => {}
                Step::Take { keep } => {
                    let mut taken = VecDeque::new();
                    outgoing.take(&mut taken);
                    let write = taken.len().saturating_sub(*keep);
                    let mut rest = taken.split_off(write);
                    sent.extend(taken.iter().map(text_of));
                    outgoing.put_back(&mut rest);
                }
            }
        }
        for (ticket, ..) in open.drain(..) {
            outgoing.lower(ticket);
        }
        sent.extend(texts(&outgoing));
        let mut everything = sent.clone();
        everything.sort();
        pushed.sort();
        prop_assert_eq!(&everything, &pushed, "nothing is lost or doubled");
        for of in 0..4 {
            let times: Vec<_> =
                sent.iter().map(|text| parse(text)).filter(|(kind, number, _)| *kind == "event" && *number == of).collect();
            prop_assert!(times.is_sorted_by_key(|(_, _, time)| *time), "{:?}", sent);
        }
        for (request, answered) in answer_times {
            let (of, since, done) = raised[usize::from(request)];
            if done != Some(true) {
                continue;
            }
            let place = sent.iter().position(|text| parse(text) == ("answer", request, answered)).unwrap();
            for early in &sent[..place] {
                let (kind, number, time) = parse(early);
                let covered = match of { Some(of) => number == of, None => number > 1 };
                let caused = kind == "event" && covered && (since..answered).contains(&time);
                prop_assert!(!caused, "{early} came before the answer of {since}: {sent:?}");
            }
        }
        prop_assert_eq!(outgoing.waiting(), (0, 0));
    }
}

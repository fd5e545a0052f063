//! The fuzz targets under plain `cargo test`: mutated inputs from a seed, for `FUZZ_SECONDS` (20 unless set), all targets at once.
//!
//! `FUZZ_SEED` repeats a run; a failure prints the seed, the input and the smallest one that fails too.

use std::{
    env,
    fmt::Write,
    panic::{AssertUnwindSafe, catch_unwind},
    thread,
    time::{Duration, Instant},
};

use fuzz_targets::{TARGETS, Target};
use proptest::{
    prelude::*,
    sample::Index,
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

const SECONDS: u64 = 20;
/// Another one in each month's runs would find more; the same one makes a failure here a failure everywhere.
const SEED: u64 = 1;

/// One change of an input.
#[derive(Clone, Debug)]
enum Mutation {
    Set(Index, u8),
    Insert(Index, Vec<u8>),
    Remove(Index, Index),
    Repeat(Index, Index),
    /// Goes on with another input from some place.
    Splice(Index, usize, Index),
    Truncate(Index),
}

impl Mutation {
    fn apply(&self, bytes: &mut Vec<u8>, corpus: &[&str]) {
        let place = |at: &Index, bytes: &[u8]| at.index(bytes.len() + 1);
        let range = |from: &Index, to: &Index, bytes: &[u8]| {
            let (from, to) = (place(from, bytes), place(to, bytes));
            from.min(to)..from.max(to)
        };
        match self {
            Self::Set(at, byte) => {
                let at = place(at, bytes);
                if let Some(old) = bytes.get_mut(at) {
                    *old = *byte;
                }
            }
            Self::Insert(at, more) => {
                let at = place(at, bytes);
                bytes.splice(at..at, more.iter().copied());
            }
            Self::Remove(from, to) => drop(bytes.drain(range(from, to, bytes))),
            Self::Repeat(from, to) => {
                let part = range(from, to, bytes);
                let copy = bytes[part.clone()].to_vec();
                bytes.splice(part.end..part.end, copy);
            }
            Self::Splice(at, other, from) => {
                let other = corpus[other % corpus.len()].as_bytes();
                bytes.truncate(place(at, bytes));
                bytes.extend_from_slice(&other[from.index(other.len() + 1)..]);
            }
            Self::Truncate(at) => bytes.truncate(place(at, bytes)),
        }
    }
}

fn mutation() -> impl Strategy<Value = Mutation> {
    // Bytes that mean something to one parser or another come more often than the rest.
    let telling = prop::sample::select(b"\n\r\0\"'{}[]:,=#\\ $`|&;<>-09\xc3\xff\xef".to_vec());
    let byte = prop_oneof![3 => telling, 1 => any::<u8>()].boxed();
    let index = any::<Index>;
    prop_oneof![
        4 => (index(), byte.clone()).prop_map(|(at, byte)| Mutation::Set(at, byte)),
        3 => (index(), prop::collection::vec(byte, 1..8)).prop_map(|(at, more)| Mutation::Insert(at, more)),
        2 => (index(), index()).prop_map(|(from, to)| Mutation::Remove(from, to)),
        2 => (index(), index()).prop_map(|(from, to)| Mutation::Repeat(from, to)),
        1 => (index(), any::<usize>(), index()).prop_map(|(at, other, from)| Mutation::Splice(at, other, from)),
        1 => index().prop_map(Mutation::Truncate),
    ]
}

fn input(corpus: &'static [&'static str]) -> impl Strategy<Value = Vec<u8>> {
    let mutations = prop::collection::vec(mutation(), 0..12);
    (prop::sample::select(corpus), mutations).prop_map(move |(base, mutations)| {
        let mut bytes = base.as_bytes().to_vec();
        for mutation in mutations {
            mutation.apply(&mut bytes, corpus);
        }
        bytes
    })
}

fn fails(target: Target, bytes: &[u8]) -> bool {
    catch_unwind(AssertUnwindSafe(|| (target.run)(bytes))).is_err()
}

/// Runs a target until the time is over: how many inputs it took, or the input that it failed on and the smallest one.
fn run(target: Target, seed: u64, until: Instant) -> Result<u64, (Vec<u8>, Vec<u8>)> {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let strategy = input(target.corpus);
    let mut inputs = 0;
    while Instant::now() < until {
        let mut tree = strategy.new_tree(&mut runner).expect("no input is filtered out");
        inputs += 1;
        if !fails(target, &tree.current()) {
            continue;
        }
        let (found, mut smallest) = (tree.current(), tree.current());
        // Simpler while it fails, back a step where it does not, as long as either can be had.
        while if fails(target, &tree.current()) {
            smallest = tree.current();
            tree.simplify()
        } else {
            tree.complicate()
        } {}
        return Err((found, smallest));
    }
    Ok(inputs)
}

#[test]
fn no_input_breaks_a_parser() {
    let number = |name: &str, default| env::var(name).map_or(default, |text| text.parse().expect("a number"));
    let (seconds, seed) = (number("FUZZ_SECONDS", SECONDS), number("FUZZ_SEED", SEED));
    let until = Instant::now() + Duration::from_secs(seconds);
    let running: Vec<_> = TARGETS
        .iter()
        .map(|target| (target.name, thread::spawn(move || run(*target, seed, until))))
        .collect();
    let mut failures = String::new();
    for (name, thread) in running {
        match thread.join().expect("a target's panic is caught") {
            Ok(inputs) => {
                eprintln!("{name}: {inputs} inputs");
                assert!(inputs > 10, "{name} took {inputs} inputs only");
            }
            Err((found, smallest)) => {
                let show = |bytes: &[u8]| bytes.escape_ascii().to_string();
                // Writing to a string cannot fail.
                let _ = writeln!(failures, "{name} fails with FUZZ_SEED={seed}");
                let _ = writeln!(failures, "  on  b\"{}\"\n  and b\"{}\"", show(&found), show(&smallest));
            }
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

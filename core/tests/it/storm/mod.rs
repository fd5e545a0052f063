//! Core under callers that know nothing of each other: 32 tasks that change, read, interrupt, revert, archive and delete the
//! same 4 threads at random. Nothing orders them but core itself.
//!
//! `STORM_SECONDS` says for how long (20 where it is left out), `STORM_SEED` with which numbers.

mod actions;
mod record;
mod reread;

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use codex_core::{Agent, EventSink};
use codex_protocol::ThreadId;

use self::{
    actions::{Random, act, new_thread},
    record::Bus,
};
use crate::support::{Model, agent};

/// How many tasks there are.
const TASKS: u64 = 32;

/// How many threads they share.
const THREADS: usize = 4;

/// What takes longer hangs: no action waits for anything but core.
const HANGS: Duration = Duration::from_secs(60);

/// What all tasks share.
pub(crate) struct Storm {
    agent: Arc<Agent>,
    /// Every event of every thread, as the agent's bus told it.
    bus: Arc<Bus>,
    /// The threads that are there now: a deleted one is replaced.
    threads: Mutex<Vec<ThreadId>>,
    until: Instant,
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |value| value.parse().unwrap())
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test has no span to keep")]
fn callers_that_know_nothing_of_each_other() {
    let seed = number("STORM_SEED", 20_261_125);
    let time = Duration::from_secs(number("STORM_SECONDS", 20));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap();
    let home = tempfile::tempdir().unwrap();
    let (told, scenes) = runtime.block_on(async {
        let scenes = Model::of_scenes().await;
        let agent =
            agent(home.path(), &scenes, &["approval_policy=never", "sandbox_mode=danger-full-access"]);
        let bus = Arc::new(Bus::default());
        let sink: Arc<dyn EventSink> = bus.clone();
        agent.listen(&sink);
        let mut threads = Vec::new();
        for _ in 0..THREADS {
            threads.push(new_thread(&agent, home.path()).await);
        }
        let storm =
            Arc::new(Storm { agent, bus, threads: Mutex::new(threads), until: Instant::now() + time });
        let tasks: Vec<_> =
            (0..TASKS).map(|task| tokio::spawn(run(Arc::clone(&storm), seed + task))).collect();
        for task in tasks {
            task.await.expect("no task panics");
        }
        storm.agent.shutdown().await;
        (storm.bus.take(), scenes)
    });
    eprintln!("{}", record::summary(&told));
    for (thread, events) in &told {
        if let Err(wrong) = record::check(events) {
            panic!("seed {seed}, thread {thread}: {wrong}");
        }
    }
    runtime.block_on(async {
        let agent = agent(home.path(), &scenes, &[]);
        for (thread, events) in &told {
            if let Err(wrong) = reread::check(&agent, *thread, events).await {
                panic!("seed {seed}, thread {thread}: {wrong}");
            }
        }
    });
}

async fn run(storm: Arc<Storm>, seed: u64) {
    let mut random = Random::new(seed);
    while Instant::now() < storm.until {
        let before = random.clone();
        let acted = tokio::time::timeout(HANGS, act(&storm, &mut random)).await;
        assert!(acted.is_ok(), "the task of seed {seed} hangs in the action that begins with {before:?}");
    }
}

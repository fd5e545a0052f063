//! What stored threads cost: a long one to resume and to page through, many of them to list and to index.

#![expect(clippy::unwrap_used, reason = "a bench fails by panicking")]

use std::{
    fmt::Write as _,
    fs,
    path::Path,
    sync::{Arc, OnceLock},
    time::{Duration, SystemTime},
};

use codex_core::{Agent, Config, HistoryQuery, ListQuery, ResumeThread, SortKey, StartThread, ThreadRef};
use codex_protocol::{ItemsView, ThreadId, TurnId};
use divan::Bencher;
use serde_json::json;
use tempfile::TempDir;
use tokio::runtime::Runtime;

fn main() {
    divan::main();
}

/// How many turns, and how large each is.
const LENGTHS: [(usize, usize); 2] = [(20, 50 << 10), (2_000, 50 << 10)];

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
}

fn agent(home: &Path) -> Arc<Agent> {
    let settings = [
        ("model_provider".to_owned(), "demo".to_owned()),
        ("model_providers.demo.base_url".to_owned(), "http://127.0.0.1:9/v1".to_owned()),
    ];
    Agent::new(Config::load(home, &settings).unwrap())
}

/// Writes a rollout with so many turns, the agent's message of each so long.
fn write_thread(home: &Path, turns: usize, size: usize) -> ThreadId {
    let id = ThreadId::generate();
    let folder = home.join("sessions/2026/01/02");
    fs::create_dir_all(&folder).unwrap();
    let mut text = String::new();
    let mut line = |record: serde_json::Value| {
        writeln!(text, "{}", json!({"v": 1, "at": 1, "record": record})).unwrap();
    };
    line(
        json!({"type": "thread", "id": id, "created_at_ms": 1_767_312_000_000_i64, "cwd": "/p", "model": "demo-model",
        "model_provider": "demo", "server_version": "0.1.0"}),
    );
    let words = "word ".repeat(size / 5);
    for _ in 0..turns {
        let turn_id = TurnId::generate();
        let turn = |status: &str| {
            json!({"id": turn_id, "rootTurnId": turn_id, "items": [], "itemsView": "notLoaded", "status": status,
                "error": null, "startedAt": 1, "completedAt": null, "durationMs": null, "misalignment": null})
        };
        let state = json!({"type": "state", "preview": "hello", "settings": {"model": "demo-model"}});
        line(json!({"type": "turn_started", "turn": turn("inProgress")}));
        line(state.clone());
        line(
            json!({"type": "item", "turn_id": turn_id, "item": {"type": "userMessage", "id": "u", "clientId": null,
            "content": [{"type": "text", "text": "hello", "text_elements": []}]}}),
        );
        line(
            json!({"type": "item", "turn_id": turn_id, "item": {"type": "agentMessage", "id": "a", "text": words,
            "phase": null, "memoryCitation": null}}),
        );
        let usage = json!({"totalTokens": 1, "inputTokens": 1, "cachedInputTokens": 0, "cacheWriteInputTokens": 0,
            "outputTokens": 0, "reasoningOutputTokens": 0});
        line(json!({"type": "turn_ended", "turn": turn("completed"), "usage": usage}));
        line(state);
    }
    fs::write(folder.join(format!("rollout-2026-01-02T00-00-00-{id}.jsonl")), text).unwrap();
    id
}

fn long_thread(turns: usize, size: usize) -> (TempDir, ThreadId) {
    let home = tempfile::tempdir().unwrap();
    let id = write_thread(home.path(), turns, size);
    (home, id)
}

fn resume(id: ThreadId) -> ResumeThread {
    ResumeThread { thread: ThreadRef::Id(id), with: StartThread::default() }
}

#[divan::bench(args = LENGTHS)]
fn resume_without_turns(bencher: Bencher<'_, '_>, (turns, size): (usize, usize)) {
    let (home, id) = long_thread(turns, size);
    let runtime = runtime();
    bencher.with_inputs(|| agent(home.path())).bench_values(|agent| {
        runtime.block_on(async {
            let (thread, _) = agent.resume(resume(id)).await.unwrap();
            let query = HistoryQuery { limit: Some(25), ..HistoryQuery::default() };
            let page = agent.turns(id, query, ItemsView::Summary).await.unwrap();
            assert_eq!(page.data.len(), turns.min(25));
            agent.shutdown().await;
            drop(thread);
        });
    });
}

#[divan::bench(args = LENGTHS)]
fn last_page_of_turns(bencher: Bencher<'_, '_>, (turns, size): (usize, usize)) {
    let (home, id) = long_thread(turns, size);
    let (runtime, agent) = (runtime(), agent(home.path()));
    bencher.bench(|| {
        let query = HistoryQuery { limit: Some(25), ..HistoryQuery::default() };
        runtime.block_on(agent.turns(id, query, ItemsView::Full)).unwrap()
    });
}

/// 10,000 threads of one turn.
fn many() -> &'static TempDir {
    static HOME: OnceLock<TempDir> = OnceLock::new();
    HOME.get_or_init(|| {
        let home = tempfile::tempdir().unwrap();
        for _ in 0..10_000 {
            write_thread(home.path(), 1, 2_000);
        }
        // As they are when nothing came or went for a while.
        for folder in ["sessions", "sessions/2026", "sessions/2026/01", "sessions/2026/01/02"] {
            let hour_ago = SystemTime::now() - Duration::from_secs(3600);
            fs::File::open(home.path().join(folder)).unwrap().set_modified(hour_ago).unwrap();
        }
        home
    })
}

#[divan::bench]
fn page_of_10_000_threads(bencher: Bencher<'_, '_>) {
    let (runtime, agent) = (runtime(), agent(many().path()));
    runtime.block_on(agent.list(ListQuery::default())).unwrap();
    bencher.bench(|| runtime.block_on(agent.list(ListQuery::default())).unwrap());
}

/// In a process that has listed none yet: newest first, as front ends begin.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn first_page_of_10_000_threads(bencher: Bencher<'_, '_>) {
    first_page(bencher, &ListQuery::default());
}

/// The same in the order of changes, for which every rollout has to be looked at.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn first_page_of_10_000_threads_by_change(bencher: Bencher<'_, '_>) {
    first_page(bencher, &ListQuery { sort_key: SortKey::UpdatedAt, ..ListQuery::default() });
}

fn first_page(bencher: Bencher<'_, '_>, query: &ListQuery) {
    let runtime = runtime();
    // The index is there, from a process before.
    runtime
        .block_on(agent(many().path()).list(ListQuery { sort_key: SortKey::UpdatedAt, ..query.clone() }))
        .unwrap();
    bencher
        .with_inputs(|| agent(many().path()))
        .bench_values(|agent| runtime.block_on(agent.list(query.clone())).unwrap());
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn index_of_10_000_threads_from_nothing(bencher: Bencher<'_, '_>) {
    let runtime = runtime();
    bencher
        .with_inputs(|| {
            for ending in ["", "-wal", "-shm"] {
                let _ = fs::remove_file(many().path().join(format!("app-server-threads.sqlite{ending}")));
            }
            agent(many().path())
        })
        .bench_values(|agent| runtime.block_on(agent.list(ListQuery::default())).unwrap());
}

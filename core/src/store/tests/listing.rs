//! Lists after random changes: what the index tells is what the rollouts say, and the same as memory tells.

use std::{path::PathBuf, sync::Arc};

use codex_protocol::{ThreadId, Turn, TurnId, TurnStatus, now_ms};
use proptest::prelude::*;

use super::support::{Store, ended, meta, state, write_turn};
use crate::store::{
    FileStore, ListQuery, Record, SortKey, StoredThread, ThreadRef, ThreadState, ThreadStore,
};

/// A change of the threads. A thread is named by a number, of which it is the remainder.
#[derive(Clone, Debug)]
enum Change {
    Create {
        cwd: u8,
        named: bool,
    },
    /// With nothing in it that could be listed.
    CreateSilent,
    Turn(usize),
    Name(usize),
    Revert(usize),
    Archive(usize),
    Unarchive(usize),
    Delete(usize),
    /// Everybody lists, so that the index knows what is there.
    List,
    /// Another server goes on with the files.
    OtherServer,
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let change = prop_oneof![
        3 => (0..3_u8, any::<bool>()).prop_map(|(cwd, named)| Change::Create { cwd, named }),
        1 => Just(Change::CreateSilent),
        3 => any::<usize>().prop_map(Change::Turn),
        2 => any::<usize>().prop_map(Change::Name),
        1 => any::<usize>().prop_map(Change::Revert),
        2 => any::<usize>().prop_map(Change::Archive),
        1 => any::<usize>().prop_map(Change::Unarchive),
        1 => any::<usize>().prop_map(Change::Delete),
        2 => Just(Change::List),
        1 => Just(Change::OtherServer),
    ];
    prop::collection::vec(change, 0..25)
}

fn queries() -> Vec<ListQuery> {
    let mut queries = Vec::new();
    for archived in [false, true] {
        for ascending in [false, true] {
            for sort_key in [SortKey::CreatedAt, SortKey::UpdatedAt] {
                queries.push(ListQuery { sort_key, ascending, archived, ..ListQuery::default() });
            }
        }
    }
    queries.push(ListQuery { cwds: Some(vec![PathBuf::from("/1")]), ..ListQuery::default() });
    queries.push(ListQuery { cwds: Some(Vec::new()), ..ListQuery::default() });
    queries.push(ListQuery { search_term: Some("NAMED".to_owned()), ..ListQuery::default() });
    queries
}

/// All pages of a list.
fn all(store: &dyn ThreadStore, query: &ListQuery, limit: u32) -> Vec<StoredThread> {
    let mut query = ListQuery { limit: Some(limit), ..query.clone() };
    let mut all = Vec::new();
    loop {
        let page = store.list(&query).unwrap();
        assert!(page.data.len() <= limit as usize);
        all.extend(page.data);
        match page.next_cursor {
            Some(next) => query.cursor = Some(next),
            None => return all,
        }
    }
}

/// A thread without what differs by store.
fn comparable(mut stored: StoredThread) -> StoredThread {
    stored.thread.path = None;
    stored.thread.updated_at = 0;
    stored.thread.recency_at = None;
    stored.read.revision = None;
    stored
}

/// Makes the same change to a store. Times are made to differ from step to step, so that the order is certain.
fn apply(store: &dyn ThreadStore, ids: &[ThreadId], new: ThreadId, turn: TurnId, change: &Change) {
    let of = |number: &usize| ids.get(number % ids.len().max(1)).copied();
    let open = |number: &usize| store.open(&ThreadRef::Id(of(number)?)).ok();
    match change {
        Change::Create { cwd, named } => {
            let writer = store.create(crate::store::ThreadMeta { cwd: format!("/{cwd}"), ..meta(new) });
            begin(&*writer, turn, if *named { "a named thread" } else { "hello" });
        }
        Change::CreateSilent => {
            store.create(meta(new)).append(&[Record::State(ThreadState::default())]).unwrap();
        }
        Change::Turn(number) => {
            if let Some(open) = open(number) {
                begin(&*open.writer, turn, &open.loaded.state.preview);
            }
        }
        Change::Name(number) => {
            if let Some(open) = open(number) {
                let named = ThreadState { name: Some("Named".to_owned()), ..open.loaded.state };
                open.writer.append(&[Record::State(named)]).unwrap();
            }
        }
        Change::Revert(number) => {
            if let Some(open) = open(number)
                && let Some(first) = open.writer.snapshot().first().unwrap()
            {
                open.writer.revert(first, &open.loaded.state).unwrap();
            }
        }
        Change::Archive(number) => drop(of(number).map(|id| store.archive(id))),
        Change::Unarchive(number) => drop(of(number).map(|id| store.unarchive(id))),
        Change::Delete(number) => drop(of(number).map(|id| store.delete(id))),
        Change::List => drop(store.list(&ListQuery::default()).unwrap()),
        Change::OtherServer => {}
    }
}

fn begin(writer: &dyn crate::store::ThreadWriter, turn: TurnId, text: &str) {
    let started = Record::TurnStarted { turn: Turn::in_progress(turn, Some(1)) };
    writer.append(&[started, Record::State(state(text)), ended(turn, TurnStatus::Completed)]).unwrap();
}

/// Returns once the clock that records are dated by shows another time: as soon as it does, and no sooner.
fn next_millisecond() {
    let now = now_ms();
    while now_ms() <= now {
        std::thread::yield_now();
    }
}

fn check(changes: &[Change], limit: u32) {
    let (files, memory) = (Store::files(), Store::memory());
    let mut server = files.reopened();
    let mut ids = Vec::new();
    for change in changes {
        // Of an increasing time each.
        next_millisecond();
        let (new, turn) = (ThreadId::generate(), TurnId::generate());
        if matches!(change, Change::OtherServer) {
            server = files.reopened();
        }
        apply(&*server, &ids, new, turn, change);
        apply(&*memory.store, &ids, new, turn, change);
        if matches!(change, Change::Create { .. } | Change::CreateSilent) {
            ids.push(new);
        }
    }
    let home = files.home.as_ref().unwrap().path();
    for query in queries() {
        let expected: Vec<_> = all(&*memory.store, &query, 100).into_iter().map(comparable).collect();
        let index: Vec<_> = all(&*server, &query, limit).into_iter().map(comparable).collect();
        assert_eq!(index, expected, "the index that was there: {query:?}");
        let store: Arc<dyn ThreadStore> = Arc::new(FileStore::new(home));
        let rollouts: Vec<_> = all(&*store, &query, limit).into_iter().map(comparable).collect();
        assert_eq!(rollouts, expected, "another server's: {query:?}");
    }
    for ending in ["", "-wal", "-shm"] {
        let _: std::io::Result<()> =
            std::fs::remove_file(home.join(format!("app-server-threads.sqlite{ending}")));
    }
    let again: Vec<_> = all(&FileStore::new(home), &ListQuery::default(), limit);
    let expected: Vec<_> = all(&*server, &ListQuery::default(), 100);
    assert_eq!(again, expected, "the index made from nothing");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) })]

    #[test]
    fn the_index_tells_what_the_rollouts_say(changes in changes(), limit in 1..5_u32) {
        check(&changes, limit);
    }
}

#[test]
fn a_thread_that_was_written_after_it_was_listed_moves() {
    let store = Store::files();
    let ids = [ThreadId::generate(), ThreadId::generate()];
    let writers = ids.map(|id| store.store.create(meta(id)));
    for writer in &writers {
        write_turn(&**writer, "hello", 0);
        next_millisecond();
    }
    let query = ListQuery { sort_key: SortKey::UpdatedAt, ..ListQuery::default() };
    let order = || all(&*store.store, &query, 10).iter().map(|stored| stored.thread.id).collect::<Vec<_>>();
    assert_eq!(order(), [ids[1], ids[0]]);
    write_turn(&*writers[0], "again", 0);
    assert_eq!(order(), [ids[0], ids[1]]);
}

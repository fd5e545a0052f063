//! Pages of random threads, against all that they should have in order.

use codex_protocol::{ItemsView, ThreadId, Turn, TurnId, TurnStatus};
use proptest::prelude::*;

use super::support::{Store, agent_item, ended, meta, state, user_item};
use crate::store::{HistoryQuery, HistorySnapshot, ItemEntry, Page, Record};

/// What a thread is made of: for each turn how many items it has, whether its end is written, and how much else is between.
#[derive(Clone, Debug)]
struct TurnPlan {
    items: usize,
    ended: bool,
    noise: usize,
}

fn plans() -> impl Strategy<Value = Vec<TurnPlan>> {
    let plan = (0..5_usize, prop::bool::weighted(0.8), 0..3_usize)
        .prop_map(|(items, ended, noise)| TurnPlan { items, ended, noise });
    prop::collection::vec(plan, 0..8)
}

/// The running turn: whether its beginning is written yet, and how many of its items were told.
fn live_plans() -> impl Strategy<Value = Option<(bool, usize)>> {
    prop::option::of((any::<bool>(), 0..4_usize))
}

/// Writes a thread, and tells its turns as they should read.
fn write(store: &Store, plans: &[TurnPlan], live: Option<(bool, usize)>) -> (HistorySnapshot, Vec<Turn>) {
    let writer = store.store.create(meta(ThreadId::generate()));
    let mut expected = Vec::new();
    for (number, plan) in plans.iter().enumerate() {
        let id = TurnId::generate();
        let mut records = vec![Record::TurnStarted { turn: Turn::in_progress(id, Some(1)) }];
        let items: Vec<_> = (0..plan.items)
            .map(|item| match item {
                0 => user_item(&format!("{number}.0"), Some("hi")),
                _ => agent_item(&format!("{number}.{item}"), &"x".repeat(number * 50)),
            })
            .collect();
        for item in &items {
            records.push(Record::Item { turn_id: id, item: item.clone(), unseen: false });
            records.extend((0..plan.noise).map(|_| Record::State(state("noise"))));
        }
        let status = if plan.ended { TurnStatus::Failed } else { TurnStatus::Interrupted };
        if plan.ended {
            records.push(ended(id, TurnStatus::Failed));
        }
        writer.append(&records).unwrap();
        let turn = Turn { items, items_view: ItemsView::Full, status, ..Turn::in_progress(id, Some(1)) };
        expected.push(turn);
    }
    let running = live.map(|(written, told)| {
        let id = TurnId::generate();
        if written {
            let started = Record::TurnStarted { turn: Turn::in_progress(id, Some(1)) };
            writer.append(&[started, Record::State(state("noise"))]).unwrap();
        }
        let items = (0..told).map(|item| agent_item(&format!("live.{item}"), "so far")).collect();
        Turn { items, items_view: ItemsView::Full, ..Turn::in_progress(id, Some(1)) }
    });
    expected.extend(running.clone());
    (writer.snapshot().with_live(running), expected)
}

/// Follows the pages from one end to the other, and checks the size of each.
fn follow<T>(limit: u32, ascending: bool, page: impl Fn(&HistoryQuery) -> Page<T>) -> Vec<T> {
    let (mut all, mut cursor) = (Vec::new(), None);
    loop {
        let query = HistoryQuery { cursor, limit: Some(limit), ascending };
        let page = page(&query);
        assert!(page.data.len() <= limit as usize);
        all.extend(page.data);
        assert!(all.len() < 1000, "pages go round in a circle");
        match page.next_cursor {
            Some(next) => cursor = Some(next),
            None => return all,
        }
    }
}

fn ordered<T: Clone>(all: &[T], ascending: bool) -> Vec<T> {
    if ascending { all.to_vec() } else { all.iter().rev().cloned().collect() }
}

fn items_of(turns: &[Turn]) -> Vec<ItemEntry> {
    let entry = |turn: &Turn| {
        let turn_id = turn.id;
        turn.items.iter().cloned().map(move |item| ItemEntry { turn_id, item }).collect::<Vec<_>>()
    };
    turns.iter().flat_map(entry).collect()
}

fn check(store: &Store, plans: &[TurnPlan], live: Option<(bool, usize)>, limit: u32) {
    let (history, turns) = write(store, plans, live);
    let items = items_of(&turns);
    assert_eq!(history.all().unwrap(), turns);
    for ascending in [false, true] {
        let read = follow(limit, ascending, |query| history.turns(query, ItemsView::Full).unwrap());
        assert_eq!(read, ordered(&turns, ascending), "turns, ascending {ascending}");
        let read = follow(limit, ascending, |query| history.items(query, None).unwrap());
        assert_eq!(read, ordered(&items, ascending), "items, ascending {ascending}");
        for turn in &turns {
            let read = follow(limit, ascending, |query| history.items(query, Some(turn.id)).unwrap());
            assert_eq!(read, ordered(&items_of(std::slice::from_ref(turn)), ascending), "items of a turn");
        }
        // Turned round, a page's backwards cursor begins with the page's first entry.
        let query = HistoryQuery { limit: Some(limit), ascending, ..HistoryQuery::default() };
        let page = history.turns(&query, ItemsView::Full).unwrap();
        if let Some(cursor) = page.backwards_cursor {
            let back = HistoryQuery { cursor: Some(cursor), limit: Some(limit), ascending: !ascending };
            let back = history.turns(&back, ItemsView::Full).unwrap();
            assert_eq!(back.data.first(), page.data.first());
            assert_eq!(back.data.len(), 1, "nothing is before the end");
        }
    }
    let ends = history.ends().unwrap();
    assert_eq!(ends.turns.is_some(), !turns.is_empty());
    if let Some(cursor) = ends.turns {
        let query = HistoryQuery { cursor: Some(cursor), ..HistoryQuery::default() };
        let read = history.turns(&query, ItemsView::Full).unwrap().data;
        assert_eq!(read, ordered(&turns, false)[..turns.len().min(25)]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

    #[test]
    fn pages_of_files(plans in plans(), live in live_plans(), limit in 1..6_u32) {
        check(&Store::files(), &plans, live, limit);
    }

    #[test]
    fn pages_of_memory(plans in plans(), live in live_plans(), limit in 1..6_u32) {
        check(&Store::memory(), &plans, live, limit);
    }
}

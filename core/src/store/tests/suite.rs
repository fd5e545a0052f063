//! What every store does.

use codex_protocol::{ItemsView, ThreadId, Turn, TurnId, TurnStatus};

use super::support::{Store, meta, on_both, state, write_turn};
use crate::store::{
    HistoryCut, HistoryQuery, ListQuery, OpenError, Record, Scope, ThreadRef, ThreadState, ThreadStore,
};

fn turns(store: &dyn ThreadStore, id: ThreadId) -> Vec<Turn> {
    store.snapshot(&ThreadRef::Id(id), Scope::All).unwrap().all().unwrap()
}

fn listed(store: &dyn ThreadStore, archived: bool) -> Vec<ThreadId> {
    let page = store.list(&ListQuery { archived, ..ListQuery::default() }).unwrap();
    page.data.iter().map(|stored| stored.thread.id).collect()
}

#[test]
fn what_was_written_is_read() {
    on_both(|store| {
        let id = ThreadId::generate();
        let writer = store.store.create(meta(id));
        assert!(!writer.is_kept());
        let first = write_turn(&*writer, "one", 2);
        assert!(writer.is_kept());
        let before = writer.snapshot();
        let second = write_turn(&*writer, "two", 0);
        writer.sync();
        assert_eq!(before.all().unwrap(), std::slice::from_ref(&first), "a snapshot stays as it is");
        drop(writer);
        let reopened = store.reopened();
        assert_eq!(turns(&*reopened, id), [first, second]);
        let open = reopened.open(&ThreadRef::Id(id)).unwrap();
        assert_eq!((open.loaded.meta.id, open.loaded.state.preview.as_str()), (id, "two"));
        assert_eq!(open.loaded.unfinished, None);
    });
}

#[test]
fn one_lease_at_a_time() {
    on_both(|store| {
        let id = ThreadId::generate();
        let writer = store.store.create(meta(id));
        write_turn(&*writer, "one", 1);
        let other = store.reopened();
        let locked = |error| matches!(error, OpenError::Locked { id: locked, .. } if locked == id);
        assert!(locked(other.open(&ThreadRef::Id(id)).unwrap_err()));
        assert!(locked(other.archive(id).unwrap_err()));
        assert!(locked(other.delete(id).unwrap_err()));
        assert_eq!(turns(&*other, id).len(), 1, "anybody reads");
        writer.release();
        let again = other.open(&ThreadRef::Id(id)).unwrap().writer;
        assert!(
            writer.append(&[Record::State(state("late"))]).is_err(),
            "what was given back writes nothing"
        );
        drop(writer);
        write_turn(&*again, "two", 1);
        assert!(
            locked(store.store.open(&ThreadRef::Id(id)).unwrap_err()),
            "the drop of an old lease frees nothing"
        );
        drop(again);
        store.store.open(&ThreadRef::Id(id)).unwrap();
    });
}

#[test]
fn a_lease_ends_with_its_drop_though_snapshots_live() {
    on_both(|store| {
        let id = ThreadId::generate();
        let writer = store.store.create(meta(id));
        write_turn(&*writer, "one", 1);
        let snapshot = writer.snapshot();
        drop(writer);
        store.reopened().open(&ThreadRef::Id(id)).unwrap();
        assert_eq!(snapshot.all().unwrap().len(), 1);
    });
}

#[test]
fn an_unknown_thread() {
    on_both(|store| {
        let id = ThreadId::generate();
        let not_found = |error| matches!(error, OpenError::NotFound { id: unknown } if unknown == id);
        assert!(not_found(store.store.open(&ThreadRef::Id(id)).unwrap_err()));
        assert!(not_found(store.store.snapshot(&ThreadRef::Id(id), Scope::All).unwrap_err()));
        assert!(not_found(store.store.read(id).unwrap_err()));
        assert!(not_found(store.store.archive(id).unwrap_err()));
        assert!(not_found(store.store.unarchive(id).unwrap_err()));
        assert!(not_found(store.store.delete(id).unwrap_err()));
    });
}

#[test]
fn the_archive() {
    on_both(|store| {
        let id = ThreadId::generate();
        let turn = write_turn(&*store.store.create(meta(id)), "one", 1);
        store.store.archive(id).unwrap();
        assert_eq!((listed(&*store.store, false), listed(&*store.store, true)), (vec![], vec![id]));
        assert_eq!(turns(&*store.store, id), [turn]);
        assert!(matches!(store.store.open(&ThreadRef::Id(id)), Err(OpenError::NotFound { .. })));
        let active = store.store.snapshot(&ThreadRef::Id(id), Scope::Active);
        assert!(matches!(active, Err(OpenError::NotFound { .. })));
        assert_eq!(store.store.unarchive(id).unwrap().thread.preview, "one");
        assert_eq!((listed(&*store.store, false), listed(&*store.store, true)), (vec![id], vec![]));
        store.store.delete(id).unwrap();
        assert_eq!(listed(&*store.store, false), []);
    });
}

#[test]
fn a_turn_is_taken_back() {
    on_both(|store| {
        let id = ThreadId::generate();
        let writer = store.store.create(meta(id));
        let first = write_turn(&*writer, "one", 1);
        let second = write_turn(&*writer, "two", 1);
        let before = writer.snapshot();
        let named = ThreadState { name: Some("kept".to_owned()), ..state("one") };
        assert!(writer.revert(TurnId::generate(), &named).is_err());
        writer.revert(second.id, &named).unwrap();
        assert_eq!(writer.snapshot().all().unwrap(), std::slice::from_ref(&first));
        assert_eq!(before.all().unwrap(), [first.clone(), second], "a snapshot stays as it is");
        let third = write_turn(&*writer, "three", 1);
        drop(writer);
        assert_eq!(turns(&*store.reopened(), id), [first, third]);
    });
}

#[test]
fn a_copy_has_the_turns_of_its_cut_whatever_store_it_is_in() {
    for (from, to) in [
        (Store::files(), Store::files()),
        (Store::files(), Store::memory()),
        (Store::memory(), Store::files()),
        (Store::memory(), Store::memory()),
    ] {
        let source = from.store.create(meta(ThreadId::generate()));
        let all: Vec<_> = ["one", "two", "three"].map(|text| write_turn(&*source, text, 1)).into();
        for (cut, count) in [
            (HistoryCut::default(), 3),
            (HistoryCut { last: Some(all[1].id), before: None }, 2),
            (HistoryCut { last: None, before: Some(all[1].id) }, 1),
            (HistoryCut { last: Some(all[2].id), before: Some(all[0].id) }, 0),
        ] {
            let part = source.snapshot().cut(&cut).unwrap();
            let id = ThreadId::generate();
            let copy = to.store.fork(&part, meta(id), &state("copied")).unwrap();
            assert_eq!(copy.snapshot().all().unwrap(), all[..count]);
            let more = write_turn(&*copy, "more", 0);
            drop(copy);
            let read = turns(&*to.reopened(), id);
            assert_eq!((read.len(), read.last()), (count + 1, Some(&more)));
            assert_eq!(to.store.read(id).unwrap().thread.id, id);
        }
        assert!(source.snapshot().cut(&HistoryCut { last: Some(TurnId::generate()), before: None }).is_err());
    }
}

#[test]
fn a_turn_that_was_cut_off_is_told_to_whoever_opens_the_thread() {
    on_both(|store| {
        let id = ThreadId::generate();
        let writer = store.store.create(meta(id));
        write_turn(&*writer, "one", 1);
        let turn_id = TurnId::generate();
        let started = Record::TurnStarted { turn: Turn::in_progress(turn_id, Some(1)) };
        writer.append(&[started, Record::State(state("one"))]).unwrap();
        drop(writer);
        let unfinished = store.store.open(&ThreadRef::Id(id)).unwrap().loaded.unfinished.unwrap();
        assert_eq!((unfinished.id, unfinished.status), (turn_id, TurnStatus::Interrupted));
    });
}

#[test]
fn words_are_found_in_messages_and_names() {
    on_both(|store| {
        let ids: Vec<_> = (0..3)
            .map(|number| {
                let id = ThreadId::generate();
                write_turn(&*store.store.create(meta(id)), &format!("thread {number} has needle{number}"), 1);
                id
            })
            .collect();
        let found = |words| {
            let page = store.store.search(&ListQuery::default(), words).unwrap();
            page.data.iter().map(|(stored, _)| stored.thread.id).collect::<Vec<_>>()
        };
        assert_eq!(found("NEEDLE1"), [ids[1]]);
        assert_eq!(found("needle2 0"), [ids[2]], "an answer");
        assert_eq!(found("nothing"), []);
    });
}

#[test]
fn a_cursor_of_another_kind_is_named() {
    on_both(|store| {
        let list = store.store.list(&ListQuery { cursor: Some("x".to_owned()), ..ListQuery::default() });
        assert_eq!(list.unwrap_err().to_string(), "invalid cursor: x");
        let id = ThreadId::generate();
        let writer = store.store.create(meta(id));
        write_turn(&*writer, "one", 1);
        for cursor in ["x", "1.x+", "999999.0+", "-1.0-"] {
            let query = HistoryQuery { cursor: Some(cursor.to_owned()), ..HistoryQuery::default() };
            let page = writer.snapshot().turns(&query, ItemsView::Full);
            assert_eq!(page.unwrap_err().to_string(), format!("invalid cursor: {cursor}"));
        }
    });
}

#[test]
fn an_ephemeral_thread_ends_with_its_lease() {
    let store = crate::store::MemoryStore::ephemeral();
    let id = ThreadId::generate();
    let writer = store.create(meta(id));
    write_turn(&*writer, "one", 1);
    assert!(writer.is_ephemeral());
    assert_eq!(turns(&store, id).len(), 1);
    drop(writer);
    assert!(matches!(store.read(id), Err(OpenError::NotFound { .. })));
}

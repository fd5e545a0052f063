//! Lists of threads and what is known of the process.

use std::{fmt::Write, sync::Arc};

use codex_core::{Agent, ListQuery, SortKey, StartThread};
use codex_protocol::{ThreadId, ThreadStatus};
use expect_test::{Expect, expect};

use crate::support::{World, run};

/// Gives the world so many threads with a turn each, oldest first.
async fn threads(world: &mut World, count: usize) -> Vec<ThreadId> {
    let mut ids = Vec::new();
    for number in 1..=count {
        world
            .restart_with(
                &[],
                StartThread { originator: Some(format!("client{number}")), ..StartThread::default() },
            )
            .await;
        world.turn(&format!("say {number}")).await;
        ids.push(world.thread.id());
    }
    ids
}

async fn ids(agent: &Arc<Agent>, query: ListQuery) -> Vec<ThreadId> {
    agent.list(query).await.unwrap().data.iter().map(|view| view.thread.id).collect()
}

#[test]
fn newest_first_in_pages() {
    run(&[], |mut world| async move {
        let made = threads(&mut world, 3).await;
        let agent = world.restarted();
        let page = agent.list(ListQuery { limit: Some(2), ..ListQuery::default() }).await.unwrap();
        assert_eq!(page.data.iter().map(|view| view.thread.id).collect::<Vec<_>>(), [made[2], made[1]]);
        assert_eq!(page.data[0].thread.preview, "say 3");
        assert_eq!(page.data[0].thread.status, ThreadStatus::NotLoaded);
        let rest = agent.list(ListQuery { cursor: page.next_cursor, ..ListQuery::default() }).await.unwrap();
        assert_eq!(rest.data.iter().map(|view| view.thread.id).collect::<Vec<_>>(), [made[0]]);
        assert_eq!(rest.next_cursor, None);
        let back = ListQuery { cursor: rest.backwards_cursor, ascending: true, ..ListQuery::default() };
        assert_eq!(ids(&agent, back).await, made);
    });
}

#[test]
fn sorted_by_the_times_shown() {
    run(&[], |mut world| async move {
        let made = threads(&mut world, 2).await;
        let manager = world.restarted();
        let path = manager.read(made[1], false).await.unwrap().path.unwrap();
        let mut lines: Vec<serde_json::Value> = std::fs::read_to_string(&path)
            .unwrap()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        for line in &mut lines {
            // Its only turn ran long ago, though the file was written now.
            line["at"] = 1000.into();
            if line["record"]["type"] == "thread" {
                line["record"]["created_at_ms"] = 1000.into();
            }
        }
        let lines: Vec<_> = lines.iter().map(ToString::to_string).collect();
        let text = lines.join("\n") + "\n";
        std::fs::write(path, text).unwrap();
        let query = ListQuery { sort_key: SortKey::UpdatedAt, ..ListQuery::default() };
        let page = manager.list(query).await.unwrap();
        let shown: Vec<_> = page.data.iter().map(|view| (view.thread.id, view.thread.updated_at)).collect();
        assert_eq!(shown.iter().map(|(id, _)| *id).collect::<Vec<_>>(), made);
        assert!(shown[0].1 > 1 && shown[1].1 == 1, "{shown:?}");
    });
}

#[test]
fn filters() {
    run(&[], |mut world| async move {
        let made = threads(&mut world, 2).await;
        let agent = world.restarted();
        let here = world.home.path().to_owned();
        for (query, expected) in [
            (ListQuery { search_term: Some("SAY 1".into()), ..ListQuery::default() }, vec![made[0]]),
            (ListQuery { originators: vec!["client2".into()], ..ListQuery::default() }, vec![made[1]]),
            (ListQuery { model_providers: vec!["openai".into()], ..ListQuery::default() }, vec![]),
            (ListQuery { cwds: Some(vec!["/nowhere".into()]), ..ListQuery::default() }, vec![]),
            (ListQuery { cwds: Some(vec![here]), ..ListQuery::default() }, vec![made[1], made[0]]),
            (ListQuery { excluded: vec![made[1]], ..ListQuery::default() }, vec![made[0]]),
            (ListQuery { archived: true, ..ListQuery::default() }, vec![]),
        ] {
            assert_eq!(ids(&agent, query.clone()).await, expected, "{query:?}");
        }
    });
}

#[test]
fn a_bad_cursor_is_named() {
    run(&[], |world| async move {
        let error = world.agent.list(ListQuery { cursor: Some("zzz".into()), ..ListQuery::default() }).await;
        assert_eq!(error.unwrap_err().to_string(), "invalid cursor: zzz");
    });
}

#[test]
fn threads_without_turns_and_foreign_files_are_not_listed() {
    run(&[], |mut world| async move {
        let made = threads(&mut world, 1).await;
        let folder = world.home.path().join("sessions/2026/01/01");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("notes.txt"), "x").unwrap();
        std::fs::write(folder.join(format!("rollout-x-{}.jsonl", ThreadId::generate())), "garbage").unwrap();
        world.agent.start_thread(StartThread::default()).await.unwrap();
        assert_eq!(ids(&world.restarted(), ListQuery::default()).await, made);
    });
}

#[test]
fn an_unknown_thread() {
    run(&[], |world| async move {
        let id = ThreadId::generate();
        let error = world.agent.read(id, true).await.unwrap_err();
        assert_eq!(error.to_string(), format!("thread not loaded: {id}"));
    });
}

#[test]
fn loaded_threads_and_running_turns() {
    run(&[], |mut world| async move {
        assert_eq!(world.agent.loaded(), [world.thread.id()]);
        let turn = world.start("slow 5").await;
        world.first_word().await;
        let diagnostics = world.agent.diagnostics();
        assert_eq!((diagnostics.threads, diagnostics.queued_submissions), (1, 0));
        let [active] = &diagnostics.turns[..] else { panic!("{diagnostics:?}") };
        assert_eq!((active.thread_id, active.turn_id), (world.thread.id(), turn.id));
        assert_eq!(active.trace_id, Some(world.recorder.only("turn user").trace_id));
        assert!(matches!(world.thread.info().status, ThreadStatus::Active { .. }));
        assert!(world.agent.unload(world.thread.id()).await);
        assert_eq!(world.agent.loaded(), []);
        assert_eq!(world.agent.diagnostics().turns, []);
    });
}

#[test]
fn models_begin_with_the_configured_one() {
    run(&["model=mine"], |world| async move {
        let models = world.agent.models(None).await.unwrap();
        let names: Vec<_> = models.iter().map(|model| (model.id.as_str(), model.is_default)).collect();
        assert_eq!(names, [("mine", true), ("demo-model", false)]);
        assert!(world.agent.models(Some("nope")).await.is_err());
    });
}

/// The ids that a restarted server lists after something happened to the index.
fn check_rebuilt(happens: impl FnOnce(&std::path::Path) + 'static) {
    run(&[], |mut world| async move {
        let mut made = threads(&mut world, 2).await;
        made.reverse();
        assert_eq!(ids(&world.agent, ListQuery::default()).await, made);
        world.agent.shutdown().await;
        let index = world.home.path().join("app-server-threads.sqlite");
        assert!(index.exists());
        happens(&index);
        assert_eq!(ids(&world.restarted(), ListQuery::default()).await, made);
    });
}

#[test]
fn an_index_that_is_missing_is_made_again() {
    check_rebuilt(|index| std::fs::remove_file(index).unwrap());
}

#[test]
fn an_index_that_is_no_index_is_made_again() {
    check_rebuilt(|index| std::fs::write(index, "not a database, whatever its name says").unwrap());
}

#[test]
fn an_index_with_a_spoilt_page_is_made_again() {
    check_rebuilt(|index| {
        let mut bytes = std::fs::read(index).unwrap();
        for wal in ["-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{wal}", index.display()));
        }
        let from = 100.min(bytes.len());
        bytes[from..].fill(0xff);
        std::fs::write(index, bytes).unwrap();
    });
}

#[test]
fn an_index_that_cannot_be_written_is_kept_in_memory() {
    check_rebuilt(|index| {
        std::fs::remove_file(index).unwrap();
        std::fs::create_dir(index).unwrap();
    });
}

#[test]
fn threads_of_another_server_are_listed() {
    run(&[], |mut world| async move {
        let first = threads(&mut world, 1).await;
        let other = world.restarted();
        assert_eq!(ids(&other, ListQuery::default()).await, first);
        let path = world.agent.read(first[0], false).await.unwrap().path.unwrap();
        let copy = ThreadId::generate();
        let text =
            std::fs::read_to_string(&path).unwrap().replacen(&first[0].to_string(), &copy.to_string(), 1);
        std::fs::write(path.replace(&first[0].to_string(), &copy.to_string()), text).unwrap();
        assert_eq!(ids(&world.restarted(), ListQuery::default()).await, [copy, first[0]]);
    });
}

/// Sets the times of all folders with rollouts back, as if nothing had come or gone for an hour.
fn settle(folder: &std::path::Path) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            settle(&path);
        }
    }
    let hour_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(3600);
    std::fs::File::open(folder).unwrap().set_modified(hour_ago).unwrap();
}

/// The names that a server lists first, after another server did something to the rollouts of three threads.
fn check_first_page(
    happens: impl FnOnce(&std::path::Path, &[std::path::PathBuf]) + 'static,
    expected: Expect,
) {
    run(&[], |mut world| async move {
        let made = threads(&mut world, 3).await;
        let mut paths = Vec::new();
        for id in &made {
            paths.push(std::path::PathBuf::from(world.agent.read(*id, false).await.unwrap().path.unwrap()));
        }
        world.agent.shutdown().await;
        settle(&world.home.path().join("sessions"));
        // Every rollout is looked at, and the times of the folders are kept.
        let by_change = ListQuery { sort_key: SortKey::UpdatedAt, ..ListQuery::default() };
        assert_eq!(ids(&world.restarted(), by_change).await.len(), 3);
        happens(world.home.path(), &paths);
        let page = world.restarted().list(ListQuery::default()).await.unwrap();
        let mut shown = String::new();
        for view in &page.data {
            writeln!(shown, "{} {:?}", view.thread.preview, view.thread.name).unwrap();
        }
        expected.assert_eq(&shown);
    });
}

#[test]
fn a_first_page_shows_what_another_server_left_alone() {
    check_first_page(
        |_, _| {},
        expect![[r#"
        say 3 None
        say 2 None
        say 1 None
    "#]],
    );
}

#[test]
fn a_first_page_shows_what_another_server_added() {
    let add = |_: &std::path::Path, paths: &[std::path::PathBuf]| {
        let text = std::fs::read_to_string(&paths[0]).unwrap();
        let (path, id) =
            (paths[0].display().to_string(), text.split(r#""id":""#).nth(1).unwrap()[..36].to_owned());
        let copy = ThreadId::generate().to_string();
        std::fs::write(path.replace(&id, &copy), text.replace(&id, &copy)).unwrap();
    };
    check_first_page(
        add,
        expect![[r#"
        say 1 None
        say 3 None
        say 2 None
        say 1 None
    "#]],
    );
}

#[test]
fn a_first_page_shows_what_another_server_took_away() {
    check_first_page(
        |_, paths| std::fs::remove_file(&paths[1]).unwrap(),
        expect![[r#"
        say 3 None
        say 1 None
    "#]],
    );
    let archive = |home: &std::path::Path, paths: &[std::path::PathBuf]| {
        let folder = home.join("archived_sessions");
        std::fs::create_dir(&folder).unwrap();
        std::fs::rename(&paths[2], folder.join(paths[2].file_name().unwrap())).unwrap();
    };
    check_first_page(
        archive,
        expect![[r#"
        say 2 None
        say 1 None
    "#]],
    );
}

#[test]
fn a_first_page_shows_what_another_server_wrote() {
    let rename = |_: &std::path::Path, paths: &[std::path::PathBuf]| {
        let text = std::fs::read_to_string(&paths[1]).unwrap();
        let state = text.lines().rfind(|line| line.contains(r#""type":"state""#)).unwrap();
        let named = state.replace(r#""name":null"#, r#""name":"another""#);
        assert_ne!(named, state);
        std::fs::write(&paths[1], format!("{text}{named}\n")).unwrap();
    };
    check_first_page(
        rename,
        expect![[r#"
        say 3 None
        say 2 Some("another")
        say 1 None
    "#]],
    );
}

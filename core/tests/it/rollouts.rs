//! Rollouts: what is written when, and what spoilt lines cost.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    sync::{Arc, Mutex},
};

use codex_core::{
    EventSink, ForkError, ForkThread, ListQuery, ResumeThread, StartThread, SubscriberId, ThreadRef,
};
use codex_protocol::{ApprovalPolicy, Event, EventMsg, SandboxPolicy, Thread, ThreadId, TurnStatus};

use crate::support::{World, agent, copied, in_folder, run};

/// What was told of any thread.
#[derive(Default)]
struct Heard(Mutex<Vec<String>>);

impl EventSink for Heard {
    fn emit(&self, _: ThreadId, event: &Event) {
        self.0.lock().unwrap().push(format!("{:?}", event.msg));
    }
}

/// A subscriber that takes no interest in what it hears.
struct Deaf;

impl EventSink for Deaf {
    fn emit(&self, _: ThreadId, _: &Event) {}
}

fn path(world: &World) -> PathBuf {
    world.thread.info().path.unwrap().into()
}

async fn read_again(world: &World) -> Thread {
    world.restarted().read(world.thread.id(), true).await.unwrap()
}

#[test]
fn the_path_is_known_before_the_file() {
    run(&[], |mut world| async move {
        let path = path(&world);
        assert!(!path.exists());
        let shown = path.strip_prefix(world.home.path()).unwrap().to_str().unwrap().to_owned();
        let parts: Vec<&str> = shown.split('/').collect();
        let [sessions, year, month, day, file] = parts[..] else { panic!("{shown}") };
        assert_eq!((sessions, year.len(), month.len(), day.len()), ("sessions", 4, 2, 2));
        assert!(file.starts_with(&format!("rollout-{year}-{month}-{day}T")), "{file}");
        assert!(file.ends_with(&format!("-{}.jsonl", world.thread.id())), "{file}");
        world.turn("say 1").await;
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::metadata(path.parent().unwrap()).unwrap().permissions().mode() & 0o777, 0o700);
    });
}

#[test]
fn an_item_is_written_before_it_is_told() {
    run(&[], |mut world| async move {
        world.start("say 1").await;
        world.until(|msg| matches!(msg, EventMsg::ItemCompleted { .. })).await;
        assert!(world.rollout().contains("\"userMessage\""));
        world.until(|msg| matches!(msg, EventMsg::ItemCompleted { .. })).await;
        assert!(world.rollout().contains("\"agentMessage\""));
        world.rest().await;
        assert!(world.rollout().contains("\"turn_ended\""));
    });
}

#[test]
fn a_thread_reads_the_same_after_a_restart() {
    run(&[], |mut world| async move {
        world.turn("say 2").await;
        world.turn("fail").await;
        let before = world.agent.read(world.thread.id(), true).await.unwrap();
        let after = read_again(&world).await;
        assert_eq!(before.turns, after.turns);
        assert_eq!(after.turns.len(), 2);
        assert_eq!((after.turns[0].items.len(), after.turns[1].items.len()), (2, 1));
        assert_eq!(after.preview, "say 2");
        assert_eq!(after.can_accept_direct_input, None);
        assert_eq!((before.id, before.cwd, before.created_at), (after.id, after.cwd, after.created_at));
        let without = world.restarted().read(world.thread.id(), false).await.unwrap();
        assert_eq!(without.turns, []);
    });
}

#[test]
fn a_turn_without_an_end_was_interrupted() {
    run(&[], |mut world| async move {
        world.turn("say 1").await;
        let lines: Vec<String> = world.rollout().lines().map(str::to_owned).collect();
        // The turn's end, and the state after it.
        fs::write(path(&world), lines[..lines.len() - 2].join("\n") + "\n").unwrap();
        assert_eq!(read_again(&world).await.turns[0].status, TurnStatus::Interrupted);
    });
}

/// Runs two turns, spoils the rollout, and compares how many items the turns still have.
fn check_spoilt(spoil: impl FnOnce(Vec<u8>) -> Vec<u8> + 'static, items: &'static [usize]) {
    run(&[], |mut world| async move {
        world.turn("say 1").await;
        world.turn("say 1").await;
        let path = path(&world);
        fs::write(&path, spoil(fs::read(&path).unwrap())).unwrap();
        let thread = read_again(&world).await;
        assert_eq!(thread.turns.iter().map(|turn| turn.items.len()).collect::<Vec<_>>(), items);
    });
}

#[test]
fn a_byte_order_mark_costs_nothing() {
    check_spoilt(|bytes| [b"\xef\xbb\xbf".as_slice(), &bytes].concat(), &[2, 2]);
}

#[test]
fn a_torn_last_line_costs_that_line() {
    check_spoilt(|bytes| bytes[..bytes.len() - 20].to_vec(), &[2, 2]);
}

#[test]
fn a_line_that_is_no_utf8_costs_that_line() {
    check_spoilt(
        |mut bytes| {
            let at = bytes.windows(12).position(|window| window == b"agentMessage").unwrap();
            bytes[at] = 0xff;
            bytes
        },
        &[1, 2],
    );
}

#[test]
fn lines_of_a_newer_version_and_empty_ones_are_left_out() {
    check_spoilt(
        |bytes| [bytes, b"\n\r\n{\"v\":99,\"at\":0,\"record\":{}}\n{}\n[]\n".to_vec()].concat(),
        &[2, 2],
    );
}

#[test]
fn an_ephemeral_thread_leaves_no_file() {
    run(&[], |mut world| async move {
        world.restart_with(&[], StartThread { ephemeral: true, ..StartThread::default() }).await;
        world.turn("say 1").await;
        let thread = world.agent.read(world.thread.id(), true).await.unwrap();
        assert_eq!((thread.path, thread.ephemeral), (None, true));
        assert_eq!(thread.turns[0].items.len(), 2);
        assert!(!world.home.path().join("sessions").exists());
    });
}

#[test]
fn a_rollout_that_cannot_be_written_fails_the_turn() {
    run(&[], |mut world| async move {
        fs::write(world.home.path().join("sessions"), "in the way").unwrap();
        let events = world.turn("say 1").await;
        let Some(EventMsg::TurnCompleted(turn)) = events.last() else { unreachable!() };
        assert_eq!(turn.status, TurnStatus::Failed);
        assert!(!events.iter().any(|event| matches!(event, EventMsg::ItemCompleted { .. })));
    });
}

#[test]
fn a_spoilt_first_line_costs_that_line() {
    run(&[], |mut world| async move {
        world.turn("say 1").await;
        let (path, id) = (path(&world), world.thread.id());
        let before = world.agent.read(id, true).await.unwrap();
        world.agent.set_name(id, "Mine".to_owned()).await.unwrap();
        world.agent.shutdown().await;
        let mut bytes = fs::read(&path).unwrap();
        bytes[2] ^= 0x20;
        fs::write(&path, &bytes).unwrap();
        let manager = world.restarted();
        let thread = manager.read(id, true).await.unwrap();
        assert_eq!((thread.id, thread.name.as_deref()), (id, Some("Mine")));
        assert_eq!((thread.created_at, thread.preview), (before.created_at, before.preview));
        assert_eq!((thread.cwd, thread.model, thread.turns), (before.cwd, before.model, before.turns));
        let listed = manager.list(ListQuery { sources: vec![], ..ListQuery::default() }).await.unwrap();
        assert_eq!(listed.data.iter().map(|view| view.thread.id).collect::<Vec<_>>(), [id]);
        let resume = ResumeThread { thread: ThreadRef::Id(id), with: StartThread::default() };
        let (thread, _) = manager.resume(resume).await.unwrap();
        assert_eq!(thread.info().name.as_deref(), Some("Mine"));
    });
}

#[test]
fn a_file_that_says_nothing_is_named_and_every_other_thread_works() {
    run(&[], |mut world| async move {
        world.turn("say 1").await;
        let path = path(&world);
        let id = world.thread.id();
        world.agent.shutdown().await;
        world.restart_with(&[], StartThread::default()).await;
        world.turn("say 1").await;
        for spoilt in [Vec::new(), b"\0\0\0\0".to_vec()] {
            fs::write(&path, &spoilt).unwrap();
            let agent = world.restarted();
            let error = agent.read(id, true).await.unwrap_err().to_string();
            assert!(error.contains("line 1") && error.contains(path.to_str().unwrap()), "{error}");
            let resume = ResumeThread { thread: ThreadRef::Id(id), with: StartThread::default() };
            let error = agent.resume(resume).await.map(|_| ()).unwrap_err().to_string();
            assert!(error.contains("line 1") && error.contains(path.to_str().unwrap()), "{error}");
            assert_eq!(fs::read(&path).unwrap(), spoilt, "nothing is overwritten");
            let list = agent.list(ListQuery::default()).await.unwrap();
            assert_eq!(list.data.len(), 1);
            assert_eq!(list.data[0].thread.id, world.thread.id());
        }
    });
}

#[test]
fn what_is_written_after_half_a_line_begins_a_line_of_its_own() {
    run(&[], |mut world| async move {
        world.turn("say 1").await;
        let (path, id) = (path(&world), world.thread.id());
        world.agent.shutdown().await;
        let mut bytes = fs::read(&path).unwrap();
        bytes.extend_from_slice(b"{\"v\":1,\"at\":1,\"rec");
        fs::write(&path, &bytes).unwrap();
        let agent = world.restarted();
        let resume = ResumeThread { thread: ThreadRef::Id(id), with: StartThread::default() };
        let (thread, _) = agent.resume(resume).await.unwrap();
        agent.set_name(id, "Mine".to_owned()).await.unwrap();
        assert_eq!(thread.info().name.as_deref(), Some("Mine"));
        agent.shutdown().await;
        assert!(fs::read(&path).unwrap().starts_with(&bytes), "nothing is overwritten");
        let read = world.restarted().read(id, true).await.unwrap();
        assert_eq!((read.name.as_deref(), read.turns.len()), (Some("Mine"), 1));
    });
}

#[test]
fn a_turn_that_was_cut_off_is_ended_by_whoever_resumes_the_thread() {
    run(&[], |mut world| async move {
        world.turn("say 1").await;
        let (path, id) = (path(&world), world.thread.id());
        world.agent.shutdown().await;
        let text = fs::read_to_string(&path).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        fs::write(&path, lines[..lines.len() - 2].join("\n") + "\n").unwrap();
        let agent = world.restarted();
        let resume = ResumeThread { thread: ThreadRef::Id(id), with: StartThread::default() };
        drop(agent.resume(resume).await.unwrap());
        agent.shutdown().await;
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains("\"status\":\"interrupted\""), "{text}");
        let turns = world.restarted().read(id, true).await.unwrap().turns;
        assert_eq!((turns.len(), turns[0].status, turns[0].items.len()), (1, TurnStatus::Interrupted, 2));
    });
}

#[test]
fn the_repository_is_known_from_the_first_turn_on() {
    run(&[], |mut world| async move {
        let repo = world.home.path().join("repo");
        fs::create_dir_all(repo.join(".git")).unwrap();
        fs::write(repo.join(".git/HEAD"), "ref: refs/heads/main\n").unwrap();
        let config = "[remote \"origin\"]\n\turl = https://me:canary@host/lab.git\n";
        fs::write(repo.join(".git/config"), config).unwrap();
        world.restart_with(&[], in_folder(repo)).await;
        assert_eq!(world.thread.info().git_info, None);
        world.turn("say 1").await;
        let git = world.thread.info().git_info.unwrap();
        assert_eq!(
            (git.branch.as_deref(), git.origin_url.as_deref()),
            (Some("main"), Some("https://host/lab.git"))
        );
        assert_eq!(read_again(&world).await.git_info, Some(git));
        assert!(!world.rollout().contains("canary"));
    });
}

#[test]
fn a_thread_without_turns_can_be_archived() {
    run(&[], |world| async move {
        let id = world.thread.id();
        world.agent.archive(id).await.unwrap();
        assert_eq!(world.agent.read(id, true).await.unwrap().turns, []);
        assert_eq!(world.restarted().unarchive(id).await.unwrap().id, id);
    });
}

#[test]
fn a_copy_tells_the_tokens_of_its_own_turns() {
    run(&[], |mut world| async move {
        let total = |events: Vec<EventMsg>| {
            events.into_iter().rev().find_map(|event| match event {
                EventMsg::TokenUsage { usage, .. } => Some(usage.total.total_tokens),
                _ => None,
            })
        };
        let tokens = total(world.turn("say 1").await).unwrap();
        let first = world.agent.read(world.thread.id(), true).await.unwrap().turns[0].id;
        assert!(total(world.turn("say 1").await).unwrap() > tokens);
        let fork = ForkThread {
            thread: ThreadRef::Id(world.thread.id()),
            last_turn: Some(first.to_string()),
            before_turn: None,
            with: StartThread::default(),
        };
        let copy = copied(&world, fork).await.unwrap();
        let (usage, turn) = copy.join(SubscriberId(9), Arc::new(Deaf), |_| ()).usage.unwrap();
        assert_eq!((usage.total.total_tokens, turn), (tokens, first));
    });
}

#[test]
fn a_copy_that_is_given_up_leaves_nothing_and_nobody_hears_of_it() {
    for ephemeral in [false, true] {
        run(&[], |mut world| async move {
            world.turn("say 1").await;
            let heard = Arc::new(Heard::default());
            let sink: Arc<dyn EventSink> = heard.clone();
            world.agent.listen(&sink);
            let fork = ForkThread {
                thread: ThreadRef::Id(world.thread.id()),
                last_turn: None,
                before_turn: None,
                with: StartThread { ephemeral, ..StartThread::default() },
            };
            let failing = |_| async { Err::<(), _>(ForkError::NoSuchTurn { turn: "any".to_owned() }) };
            assert!(world.agent.fork(fork, failing).await.is_err());
            assert_eq!(world.agent.loaded(), [world.thread.id()]);
            assert_eq!(*heard.0.lock().unwrap(), Vec::<String>::new());
            let list = world.restarted().list(ListQuery::default()).await.unwrap();
            assert_eq!(list.data.len(), 1);
        });
    }
}

#[test]
fn a_copy_that_cannot_be_loaded_leaves_nothing() {
    run(&[], |mut world| async move {
        world.turn("say 1").await;
        let fork = ForkThread {
            thread: ThreadRef::Id(world.thread.id()),
            last_turn: None,
            before_turn: None,
            with: StartThread { model_provider: Some("nope".to_owned()), ..StartThread::default() },
        };
        assert!(copied(&world, fork).await.is_err());
        let list = world.restarted().list(ListQuery::default()).await.unwrap();
        assert_eq!(list.data.len(), 1);
    });
}

#[test]
fn a_file_of_somebody_else_says_nothing_of_policies() {
    let settings = ["approval_policy=untrusted", "sandbox_mode=read-only"];
    run(&["approval_policy=never", "sandbox_mode=danger-full-access"], move |mut world| async move {
        world.turn("hello").await;
        let elsewhere = tempfile::tempdir().unwrap();
        let file = elsewhere.path().join(path(&world).file_name().unwrap());
        let text = fs::read_to_string(path(&world)).unwrap();
        assert!(text.contains("dangerFullAccess"), "{text}");
        fs::write(&file, &text).unwrap();
        let link = world.home.path().join("sessions").join(file.file_name().unwrap());
        std::os::unix::fs::symlink(&file, &link).unwrap();

        // The loaded thread stays what it is, whatever a file says that has its id.
        let resume = |path: &PathBuf| ResumeThread {
            thread: ThreadRef::Location(path.clone()),
            with: StartThread::default(),
        };
        let (same, loaded_now) = world.agent.resume(resume(&file)).await.unwrap();
        assert!(!loaded_now && same.info().path == world.thread.info().path);

        for path in [&file, &link] {
            let other = agent(world.home.path(), &world.scenes, &settings);
            let (thread, _) = other.resume(resume(path)).await.unwrap();
            let given = thread.snapshot().settings.clone();
            assert_eq!(given.approval_policy, ApprovalPolicy::Untrusted);
            assert_eq!(given.sandbox_policy, SandboxPolicy::ReadOnly { network_access: false });
            other.shutdown().await;
            let fork = ForkThread {
                thread: ThreadRef::Location(path.clone()),
                last_turn: None,
                before_turn: None,
                with: StartThread::default(),
            };
            let other = agent(world.home.path(), &world.scenes, &settings);
            let (copy, ()) = other.fork(fork, |_| async { Ok::<_, ForkError>(()) }).await.unwrap();
            let given = copy.snapshot().settings.clone();
            assert_eq!(given.sandbox_policy, SandboxPolicy::ReadOnly { network_access: false });
            other.shutdown().await;
        }
    });
}

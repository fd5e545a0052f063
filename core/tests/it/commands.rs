//! Commands: what they print, what holds them, how they end.

use codex_core::{ResumeThread, StartThread, ThreadRef};
use codex_otel::attr;
use codex_protocol::{EventMsg, SandboxPolicy, ThreadItemKind};
use expect_test::expect;
use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    process::{Pid, PidfdFlags, pidfd_open},
};

use crate::support::{Model, Reply, World, attribute, command_call, message, render, run};

const OPEN: &[&str] = &["sandbox_mode=danger-full-access", "approval_policy=never"];
const WRITE: &[&str] = &[
    "sandbox_mode=workspace-write",
    "approval_policy=never",
    "sandbox_workspace_write.exclude_slash_tmp=true",
    "sandbox_workspace_write.exclude_tmpdir_env_var=true",
];

/// The exit code and the output of the only command among the events.
fn outcome(events: &[EventMsg]) -> (Option<i32>, String) {
    let mut ended = events.iter().filter_map(|event| match event {
        EventMsg::ItemCompleted { item, .. } => match &item.kind {
            ThreadItemKind::CommandExecution { exit_code, aggregated_output, .. } => {
                Some((*exit_code, aggregated_output.clone().unwrap_or_default()))
            }
            _ => None,
        },
        _ => None,
    });
    let outcome = ended.next().expect("a command has ended");
    assert!(ended.next().is_none(), "one command");
    outcome
}

/// What commands printed, as it was shown while they ran.
fn shown(events: &[EventMsg]) -> String {
    let deltas = events.iter().filter_map(|event| match event {
        EventMsg::CommandOutputDelta(delta) => Some(delta.text.as_str()),
        _ => None,
    });
    deltas.collect()
}

/// The first that the running command prints.
async fn first_output(world: &mut World) -> String {
    match world.until(|event| matches!(event, EventMsg::CommandOutputDelta(_))).await.pop() {
        Some(EventMsg::CommandOutputDelta(delta)) => delta.text,
        _ => unreachable!("it is the last"),
    }
}

#[test]
fn a_command_shows_its_output_and_its_end() {
    run(OPEN, |mut world| async move {
        let events = world.turn("run echo out; echo err >&2; exit 3").await;
        assert_eq!(shown(&events), "out\nerr\n", "in the order in which they were written");
        assert_eq!(outcome(&events), (Some(3), "out\nerr\n".to_owned()));
        world.recorder.check(
            &[attr::PROCESS_EXIT_CODE, attr::CODEX_COMMAND_SANDBOX, attr::ERROR_TYPE],
            expect![[r"
                trace #1
                  dispatch user_turn INTERNAL
                    turn user INTERNAL
                      chat demo-model CLIENT
                      execute_tool shell_command INTERNAL process.exit.code=3 codex.command.sandbox=danger-full-access
                      chat demo-model CLIENT
            "]],
        );
        assert!(world.rollout().contains(r#""aggregatedOutput":"out\nerr\n""#));
    });
}

#[test]
fn the_span_of_the_command_is_in_its_environment_and_secrets_are_not() {
    run(OPEN, |mut world| async move {
        let (_, output) =
            outcome(&world.turn("run echo $TRACEPARENT; env | grep -cE '(KEY|TOKEN|SECRET)='").await);
        let tool = world.recorder.only("execute_tool shell_command");
        assert_eq!(output, format!("00-{}-{}-03\n0\n", tool.trace_id, tool.span_id));
    });
}

#[test]
fn a_long_output_keeps_its_ends() {
    run(OPEN, |mut world| async move {
        let (code, output) = outcome(&world.turn("run seq 1 100000").await);
        assert_eq!(code, Some(0));
        assert!(output.starts_with("1\n2\n") && output.ends_with("99999\n100000\n"));
        assert!(output.contains("bytes left out") && output.len() < 70_000, "{}", output.len());
    });
}

#[test]
fn a_flood_is_not_shown_to_its_end() {
    run(OPEN, |mut world| async move {
        let events = world.turn("run head -c 3000000 /dev/zero | tr '\\0' a").await;
        let shown = shown(&events).len();
        assert!((1 << 20..(1 << 20) + 10_000).contains(&shown), "{shown}");
    });
}

#[test]
fn a_command_that_takes_too_long_is_ended() {
    run(OPEN, |mut world| async move {
        let command = r#"tool shell_command {"command":"sleep 1000","timeout_ms":100}"#;
        let (code, _) = outcome(&world.turn(command).await);
        assert_eq!(code, Some(124));
        let tool = world.recorder.only("execute_tool shell_command");
        assert_eq!(attribute(&tool, attr::ERROR_TYPE), "timeout");
    });
}

#[test]
fn what_a_command_leaves_behind_ends_with_it() {
    run(OPEN, |mut world| async move {
        let (code, output) = outcome(&world.turn("run sleep 1000 >/dev/null 2>&1 & echo $!").await);
        assert_eq!(code, Some(0));
        assert!(ends(&output), "{output}");
    });
}

#[test]
fn what_goes_through_a_process_that_outlives_the_shell_is_not_lost() {
    run(OPEN, |mut world| async move {
        let (code, output) = outcome(&world.turn("run exec > >(tee log); echo hi").await);
        assert_eq!((code, output.as_str()), (Some(0), "hi\n"));
        assert_eq!(std::fs::read_to_string(world.home.path().join("log")).unwrap(), "hi\n");
    });
}

#[test]
fn a_grandchild_in_a_session_of_its_own_cannot_put_off_the_end() {
    run(OPEN, |mut world| async move {
        let script = "setsid sh -c 'while echo x; do :; done' & sleep 1000";
        let call = format!(r#"tool shell_command {{"command":"{script}","timeout_ms":300}}"#);
        let (code, output) = outcome(&world.turn(&call).await);
        assert_eq!(code, Some(124));
        assert!(output.starts_with("x\n"));
    });
}

#[test]
fn a_span_says_what_was_run_and_how_that_went_without_content() {
    run(OPEN, |mut world| async move {
        let mut found = Vec::new();
        for call in [
            r#"run cd / && ls /etc"#,
            r#"run /bin/sh -c 'exit 3'"#,
            r#"tool shell_command {"command":"sleep 1000","timeout_ms":50}"#,
            r#"tool shell_command {"command":"echo"#,
            r#"tool shell_command []"#,
            r#"tool no_such_tool {}"#,
        ] {
            let before = world.recorder.spans().len();
            world.turn(call).await;
            let spans = world.recorder.spans();
            let tool = spans[before..].iter().find(|span| span.name.starts_with("execute_tool")).unwrap();
            let shown = |key| attribute(tool, key);
            found.push(format!("{} {}", shown(attr::CODEX_COMMAND_PROGRAM), shown(attr::CODEX_TOOL_OUTCOME)));
        }
        assert_eq!(found, ["ls ok", "sh nonzero", "sleep timeout", " failed", " failed", " failed"]);
    });
}

#[test]
fn an_interruption_ends_the_command_and_its_item() {
    run(OPEN, |mut world| async move {
        let turn = world.start("run echo $$; sleep 1000").await;
        world.until(|event| matches!(event, EventMsg::CommandOutputDelta(_))).await;
        world.thread.interrupt(&turn.id.to_string()).await.unwrap();
        let events = world.rest().await;
        let (code, output) = outcome(&events);
        assert_eq!(code, Some(-1));
        assert!(ends(&output), "{output}");
        let shown = render(&events);
        let order: Vec<&str> = shown.lines().filter_map(|line| line.split(' ').next()).collect();
        assert_eq!(order, ["item", "status", "turn"]);
        let tool = world.recorder.only("execute_tool shell_command");
        assert!(tool.ended);
        assert_eq!(attribute(&tool, attr::CODEX_TOOL_OUTCOME), "interrupted");
        assert_eq!(attribute(&tool, attr::CODEX_COMMAND_PROGRAM), "echo");
    });
}

#[test]
fn a_command_that_is_ended_can_clean_up_after_itself() {
    run(OPEN, |mut world| async move {
        let turn = world.start("run trap 'rm lock; exit' TERM; touch lock; echo $$; sleep 1000 & wait").await;
        let pid = first_output(&mut world).await;
        world.thread.interrupt(&turn.id.to_string()).await.unwrap();
        world.rest().await;
        assert!(ends(&pid));
        assert!(!world.home.path().join("lock").exists());
    });
}

#[test]
fn a_server_that_stops_leaves_no_command_behind_even_one_that_will_not_end() {
    run(OPEN, |mut world| async move {
        world.start("run trap '' TERM; echo $$; sleep 1000 & wait").await;
        let pid = first_output(&mut world).await;
        world.agent.shutdown().await;
        // Nothing of this process runs while that is waited for.
        assert!(ends(&pid));
    });
}

#[test]
fn a_command_that_cannot_start_says_why() {
    run(OPEN, |mut world| async move {
        let nowhere = world.turn(r#"tool shell_command {"command":"ls","workdir":"no/such"}"#).await;
        assert!(!render(&nowhere).contains("command"), "there is nothing to show");
        let tool = world.recorder.only("execute_tool shell_command");
        assert_eq!(attribute(&tool, attr::ERROR_TYPE), "invalid_arguments");
    });
}

#[test]
fn the_model_reads_exit_code_and_output() {
    run(&[], |mut world| async move {
        let model = Model::start(vec![
            Reply::stream(command_call("printf hi; exit 2")),
            Reply::stream(message("m", "ok")),
        ])
        .await;
        world.restart_with(&[OPEN[0], OPEN[1], &model.setting()], StartThread::default()).await;
        world.turn("go").await;
        let conversation = model.conversation(1);
        let output = conversation.split("output: ").nth(1).unwrap();
        assert!(output.starts_with("exit code 2, after 0.") && output.contains(" s\nhi"), "{output}");
    });
}

#[cfg(target_os = "linux")]
mod sandbox {
    use super::*;

    #[test]
    fn a_workspace_can_be_written_and_nothing_else() {
        run(WRITE, |mut world| async move {
            let elsewhere = tempfile::tempdir().unwrap();
            let outside = elsewhere.path().join("outside");
            let command = format!("run touch inside; touch {}; echo $? >/dev/null", outside.display());
            let (code, output) = outcome(&world.turn(&command).await);
            assert_eq!(code, Some(0), "devices can be written: {output}");
            assert!(world.home.path().join("inside").exists());
            assert!(!outside.exists());
            let refused = output.contains("Permission denied") || output.contains("Read-only file system");
            assert!(refused, "{output}");
        });
    }

    #[test]
    fn nothing_can_be_written_where_only_reading_is_allowed() {
        run(&["sandbox_mode=read-only", "approval_policy=never"], |mut world| async move {
            std::fs::write(world.home.path().join("there"), "kept").unwrap();
            let commands = [
                "touch new",
                "echo x > there",
                "rm there",
                "mv there here",
                "mkdir d",
                "ln -s there l",
                "truncate -s 0 there",
            ];
            for command in commands {
                let (code, output) = outcome(&world.turn(&format!("run {command}")).await);
                assert_ne!(code, Some(0), "{command}: {output}");
            }
            let (code, output) = outcome(&world.turn("run cat there").await);
            assert_eq!((code, output.as_str()), (Some(0), "kept"));
        });
    }

    #[test]
    fn a_permission_profile_holds_commands_as_its_sandbox_does() {
        // The profile comes before the sandbox by name.
        for (profile, written) in [(":read-only", false), (":workspace", true), (":danger-full-access", true)]
        {
            let setting = format!("default_permissions={profile}");
            let settings = ["sandbox_mode=danger-full-access", "approval_policy=never", setting.as_str()];
            run(&settings, |mut world| async move {
                world.turn("run touch made").await;
                assert_eq!(world.home.path().join("made").exists(), written, "{profile}");
            });
        }
    }

    #[test]
    fn a_profile_that_a_resume_asks_for_comes_before_what_the_thread_had() {
        run(OPEN, |mut world| async move {
            world.turn("run touch made").await;
            assert!(world.home.path().join("made").exists());
            let thread = ThreadRef::Id(world.thread.id());
            world.agent.shutdown().await;
            let mut with = StartThread::default();
            with.config.insert("default_permissions".to_owned(), ":read-only".into());
            let (thread, _) = world.restarted().resume(ResumeThread { thread, with }).await.unwrap();
            let policy = thread.snapshot().settings.sandbox_policy.clone();
            assert_eq!(policy, SandboxPolicy::ReadOnly { network_access: false });
        });
    }

    #[test]
    fn the_network_is_closed_unless_the_policy_opens_it() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let connect =
            format!("run exec 3<>/dev/tcp/127.0.0.1/{} && echo open", listener.local_addr().unwrap().port());
        let closed = connect.clone();
        run(WRITE, |mut world| async move {
            let (code, output) = outcome(&world.turn(&closed).await);
            assert_ne!(code, Some(0), "{output}");
            assert!(output.contains("Operation not permitted"), "{output}");
        });
        let open = [WRITE, &["sandbox_workspace_write.network_access=true"]].concat();
        run(&open, |mut world| async move {
            assert_eq!(outcome(&world.turn(&connect).await), (Some(0), "open\n".to_owned()));
        });
    }

    fn kernel() -> (u32, u32) {
        let release = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap();
        let mut parts = release.split(['.', '-']).map(|part| part.trim().parse().unwrap_or(0));
        (parts.next().unwrap(), parts.next().unwrap())
    }

    #[test]
    fn the_server_itself_stays_free_and_cannot_be_signalled() {
        run(WRITE, |mut world| async move {
            let (code, output) = outcome(&world.turn(&format!("run kill -0 {}", std::process::id())).await);
            // Landlock keeps signals in from Linux 6.12 on.
            assert_eq!(code != Some(0), kernel() >= (6, 12), "{output}");
            let outside = tempfile::tempdir().unwrap();
            std::fs::write(outside.path().join("free"), "").unwrap();
            std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        });
    }
}

/// Waits until a process has ended: the kernel tells. False when it does not.
fn ends(pid: &str) -> bool {
    let pid = Pid::from_raw(pid.trim().parse().unwrap()).unwrap();
    let Ok(process) = pidfd_open(pid, PidfdFlags::empty()) else { return true };
    let mut waiting = [PollFd::new(&process, PollFlags::IN)];
    let patience = Timespec { tv_sec: 20, tv_nsec: 0 };
    poll(&mut waiting, Some(&patience)).unwrap() == 1
}

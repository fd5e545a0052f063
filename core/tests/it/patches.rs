//! Patches: what they change, what is asked about them, what shows.

use std::{fs, path::Path};

use codex_core::StartThread;
use codex_protocol::{Answer, EventMsg, PatchDecision, Question, SettingsChange, ThreadItemKind};
use expect_test::{Expect, expect};

use crate::support::{Model, Reply, World, attribute, command_call, message, patch_call, render, run};

const WRITE: &str = "sandbox_mode=workspace-write";

/// Runs a test in a folder of its own, against a model that answers so and then says that it is done.
fn check<F: Future<Output = ()>>(
    settings: &'static [&'static str],
    reply: String,
    test: impl FnOnce(World, Model, std::path::PathBuf) -> F,
) {
    run(&[], |mut world| async move {
        let model = Model::start(vec![Reply::stream(reply), Reply::stream(message("m", "done"))]).await;
        let url = model.setting();
        let cwd = world.home.path().join("work");
        fs::create_dir(&cwd).unwrap();
        fs::write(cwd.join("a"), "1\n2\n").unwrap();
        let mut all = vec![
            url.as_str(),
            "sandbox_workspace_write.exclude_slash_tmp=true",
            "sandbox_workspace_write.exclude_tmpdir_env_var=true",
        ];
        all.extend(settings);
        world.restart_with(&all, in_folder(&cwd)).await;
        test(world, model, cwd).await;
    });
}

/// A thread that works there.
fn in_folder(cwd: &Path) -> StartThread {
    let settings = SettingsChange { cwd: Some(cwd.to_owned()), ..SettingsChange::default() };
    StartThread { settings, ..StartThread::default() }
}

/// What the model was told last.
fn told(model: &Model) -> String {
    let requests = model.requests();
    let input = requests.last().unwrap().body["input"].as_array().unwrap().clone();
    let output = input.iter().rev().find(|item| item["type"].as_str().unwrap().ends_with("_output")).unwrap();
    output["output"].as_str().map_or_else(|| output["output"].to_string(), str::to_owned)
}

fn shown(events: &[EventMsg], cwd: &Path) -> String {
    let about_files = |event: &&EventMsg| match event {
        EventMsg::ItemStarted { item, .. } | EventMsg::ItemCompleted { item, .. } => {
            matches!(item.kind, ThreadItemKind::FileChange { .. } | ThreadItemKind::CommandExecution { .. })
        }
        EventMsg::DiffUpdated { .. }
        | EventMsg::StatusChanged(_)
        | EventMsg::QuestionAsked(_)
        | EventMsg::QuestionResolved(_) => true,
        _ => false,
    };
    let events: Vec<EventMsg> = events.iter().filter(about_files).cloned().collect();
    let cwd = cwd.canonicalize().unwrap();
    render(&events).replace(cwd.to_str().unwrap(), "CWD")
}

fn question(events: &[EventMsg]) -> Question {
    match events.last() {
        Some(EventMsg::QuestionAsked(question)) => (**question).clone(),
        other => panic!("{other:?}"),
    }
}

const UPDATE: &str =
    "*** Begin Patch\n*** Update File: a\n@@\n-2\n+3\n*** Add File: d/b\n+new\n*** End Patch";

#[test]
fn a_patch_inside_of_the_workspace_is_applied_unasked() {
    check(&[WRITE, "approval_policy=on-request"], patch_call(UPDATE), |mut world, model, cwd| async move {
        let events = world.turn("go").await;
        expect![[r#"
            status active
            item started patch InProgress CWD/a Update { move_path: None } "@@ -1,2 +1,2 @@\n 1\n-2\n+3\n", CWD/d/b Add "new\n"
            item completed patch Completed CWD/a Update { move_path: None } "@@ -1,2 +1,2 @@\n 1\n-2\n+3\n", CWD/d/b Add "new\n"
            diff "diff --git a/a b/a\nindex 1191247b6d9a206f6ba3d8ac79e26d041dd86941..2b2f2e1b9261c50c3816610eb3eb140fabf1745a\n--- a/a\n+++ b/a\n@@ -1,2 +1,2 @@\n 1\n-2\n+3\ndiff --git a/d/b b/d/b\nnew file mode 100644\nindex 0000000000000000000000000000000000000000..3e757656cf36eca53338e520d134963a44f793f8\n--- /dev/null\n+++ b/d/b\n@@ -0,0 +1 @@\n+new\n"
            status Idle
        "#]]
        .assert_eq(&shown(&events, &cwd));
        assert_eq!(fs::read_to_string(cwd.join("a")).unwrap(), "1\n3\n");
        let told = told(&model);
        assert!(told.starts_with("Exit code: 0\nWall time: "), "{told}");
        assert!(told.ends_with("Success. Updated the following files:\nA d/b\nM a\n"), "{told}");
        let tool = world.recorder.only("execute_tool apply_patch");
        assert_eq!(attribute(&tool, "codex.tool.outcome"), "ok");
        assert_eq!(attribute(&tool, "gen_ai.tool.type"), "custom");
    });
}

#[test]
fn a_script_that_is_a_patch_is_one() {
    let script = format!("cd . && apply_patch <<'EOF'\n{UPDATE}\nEOF\n");
    check(&[WRITE, "approval_policy=never"], command_call(&script), |mut world, model, cwd| async move {
        let events = world.turn("go").await;
        let shown = shown(&events, &cwd);
        assert!(shown.contains("item completed patch Completed") && !shown.contains("command"), "{shown}");
        assert!(told(&model).contains("M a\n"));
        assert_eq!(fs::read_to_string(cwd.join("d/b")).unwrap(), "new\n");
    });
}

const OUTSIDE: &str = "*** Begin Patch\n*** Add File: ../outside\n+x\n*** Update File: a\n-1\n*** End Patch";

/// Runs a turn that asks about a patch, answers, and compares what shows after that and what the model is told.
fn answered(decision: Option<PatchDecision>, done: bool, expect: Expect) {
    check(&[WRITE, "approval_policy=on-request"], patch_call(OUTSIDE), |mut world, model, cwd| async move {
        world.start("go").await;
        let asked = question(&world.until(|event| matches!(event, EventMsg::QuestionAsked(_))).await);
        assert_eq!(fs::read_to_string(cwd.join("a")).unwrap(), "1\n2\n", "nothing yet");
        assert!(world.thread.answer(asked.id, decision.map(Answer::Patch)).await.unwrap());
        let events = world.rest().await;
        let ended = decision == Some(PatchDecision::Cancel);
        let told = if ended { String::new() } else { told(&model) };
        let told = if done { String::new() } else { told };
        let events = shown(&events, &cwd);
        let heads = events.lines().map(|line| {
            let line = line.split(" CWD").next().unwrap().split(" /").next().unwrap();
            line.split(" \"").next().unwrap()
        });
        let lines: Vec<&str> = heads.chain([told.as_str()]).collect();
        expect.assert_eq(&(lines.join("\n") + "\n"));
        assert_eq!(cwd.parent().unwrap().join("outside").exists(), done);
        assert_eq!(fs::read_to_string(cwd.join("a")).unwrap() == "2\n", done);
    });
}

#[test]
fn each_answer_does_what_it_says() {
    answered(
        Some(PatchDecision::Accept),
        true,
        expect![[r#"
            question 0 resolved
            status active
            item completed patch Completed
            diff
            status Idle

        "#]],
    );
    answered(
        Some(PatchDecision::Decline),
        false,
        expect![[r#"
            question 0 resolved
            item completed patch Declined
            status active
            status Idle
            the patch was not applied: the user declined it. Go on without it, or ask what they want instead.
        "#]],
    );
    answered(
        Some(PatchDecision::Cancel),
        false,
        expect![[r#"
            question 0 resolved
            item completed patch Declined
            status active
            status Idle

        "#]],
    );
    answered(
        None,
        false,
        expect![[r#"
            question 0 resolved
            item completed patch Failed
            status active
            status Idle
            the patch was not applied: nobody could be asked for leave
        "#]],
    );
}

#[test]
fn an_interrupted_question_takes_the_patch_with_it() {
    check(&[WRITE, "approval_policy=untrusted"], patch_call(UPDATE), |mut world, model, cwd| async move {
        let turn = world.start("go").await;

        world.until(|event| matches!(event, EventMsg::QuestionAsked(_))).await;

        world.thread.interrupt(&turn.id.to_string()).await.unwrap();
        let shown = shown(&world.rest().await, &cwd);
        assert!(shown.starts_with("question 0 resolved\nitem completed patch Declined"), "{shown}");
        assert_eq!(fs::read_to_string(cwd.join("a")).unwrap(), "1\n2\n");
        assert!(world.recorder.only("execute_tool apply_patch").ended);
        drop(model);
    });
}

#[test]
fn a_patch_that_may_not_be_or_does_not_fit_is_an_answer_for_the_model() {
    let patch = |inner: &str| format!("*** Begin Patch\n{inner}\n*** End Patch");
    for (inner, kind, expected) in [
        ("*** Add File: ../outside\n+x", "not_allowed", "the sandbox does not let it"),
        ("*** Add File: .git/hooks/x\n+x", "not_allowed", "the sandbox does not let it"),
        ("*** Add File: sub/../../outside\n+x", "invalid_patch", "`..` in a folder that is not there"),
        ("*** Update File: a\n-nine\n+x", "invalid_patch", "a has no such lines:\nnine"),
        ("*** Update File: a\0b\n-1", "invalid_patch", "the name holds a NUL"),
        ("*** Delete File: none", "invalid_patch", "there is no such file"),
        ("hello", "invalid_patch", "line 2 of the patch"),
    ] {
        check(
            &[WRITE, "approval_policy=never"],
            patch_call(&patch(inner)),
            |mut world, model, cwd| async move {
                let events = world.turn("go").await;
                assert!(!shown(&events, &cwd).contains("patch"), "{inner}: no item");
                let told = told(&model);
                assert!(
                    told.starts_with("the patch was not applied: ") && told.contains(expected),
                    "{inner}: {told}"
                );
                assert_eq!(fs::read_to_string(cwd.join("a")).unwrap(), "1\n2\n");
                assert_eq!(fs::read_dir(&cwd).unwrap().count(), 1);
                let tool = world.recorder.only("execute_tool apply_patch");
                assert_eq!(attribute(&tool, "error.type"), kind, "{inner}");
            },
        );
    }
}

#[test]
fn what_was_allowed_for_the_session_is_not_asked_again() {
    run(&[], |mut world| async move {
        let patch =
            |text: &str| patch_call(&format!("*** Begin Patch\n*** Add File: a\n+{text}\n*** End Patch"));
        let replies = [patch("one"), message("m1", "done"), patch("two"), message("m2", "done")];
        let model = Model::start(replies.map(Reply::stream).to_vec()).await;
        let url = model.setting();
        let cwd = world.home.path().join("work");
        fs::create_dir(&cwd).unwrap();
        let settings = [url.as_str(), "sandbox_mode=read-only", "approval_policy=on-request"];
        world.restart_with(&settings, in_folder(&cwd)).await;
        world.start("go").await;
        let asked = question(&world.until(|event| matches!(event, EventMsg::QuestionAsked(_))).await);
        world.thread.answer(asked.id, Some(Answer::Patch(PatchDecision::AcceptForSession))).await.unwrap();
        world.rest().await;
        let events = world.turn("again").await;
        assert!(!events.iter().any(|event| matches!(event, EventMsg::QuestionAsked(_))));
        assert_eq!(fs::read_to_string(cwd.join("a")).unwrap(), "two\n");
    });
}

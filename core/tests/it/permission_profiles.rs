//! Which permission profile a thread is told to be in.

use codex_core::{ForkThread, ResumeThread, StartThread, ThreadRef};
use codex_protocol::{
    ActivePermissionProfile, EventMsg, SandboxChoice, SandboxMode, SandboxPolicy, SettingsChange,
    ThreadSettings, UserTurn,
};

use crate::support::{World, copied, run, text};

const MINE: &str = "permissions.mine.extends=:workspace";

fn choosing(sandbox: SandboxChoice) -> SettingsChange {
    SettingsChange { sandbox: Some(sandbox), ..SettingsChange::default() }
}

fn profile(id: &str) -> SettingsChange {
    choosing(SandboxChoice::Profile(id.to_owned()))
}

fn start(settings: SettingsChange) -> StartThread {
    StartThread { settings, ..StartThread::default() }
}

/// The profile, and what it builds on.
fn active(settings: &ThreadSettings) -> Option<(&str, Option<&str>)> {
    let ActivePermissionProfile { id, extends } = settings.permission_profile.as_ref()?;
    Some((id, extends.as_deref()))
}

#[test]
fn a_profile_is_told_where_one_is_in_force_and_a_sandbox_is_none() {
    for (settings, expected) in [
        (&[MINE][..], Some((":read-only", None))),
        (&["sandbox_mode=read-only"][..], None),
        (&["sandbox_mode=read-only", "default_permissions=:workspace"][..], Some((":workspace", None))),
        (&[MINE, "default_permissions=mine"][..], Some(("mine", Some(":workspace")))),
    ] {
        run(settings, |world| async move {
            assert_eq!(active(&world.thread.settings()), expected);
            let named = world.agent.start_thread(start(profile(":workspace"))).await.unwrap();
            assert_eq!(active(&named.settings()), Some((":workspace", None)));
            let mode = SandboxChoice::Mode(SandboxMode::WorkspaceWrite);
            let by_kind = world.agent.start_thread(start(choosing(mode))).await.unwrap();
            assert_eq!(active(&by_kind.settings()), None);
        });
    }
}

#[test]
fn a_profile_stays_with_its_thread_and_its_copies_until_another_sandbox_is_chosen() {
    run(&[MINE], |mut world| async move {
        world.thread.change_settings(profile("mine")).await.unwrap();
        world.turn("say 1").await;
        let thread = ThreadRef::Id(world.thread.id());
        let fork = |settings| ForkThread {
            thread: thread.clone(),
            last_turn: None,
            before_turn: None,
            with: start(settings),
        };
        let copy = copied(&world, fork(SettingsChange::default())).await.unwrap();
        assert_eq!(active(&copy.settings()), Some(("mine", Some(":workspace"))));
        let full = choosing(SandboxChoice::Policy(SandboxPolicy::DangerFullAccess));
        let copy = copied(&world, fork(full.clone())).await.unwrap();
        assert_eq!(active(&copy.settings()), None);
        world.agent.shutdown().await;
        let agent = world.restarted();
        let resume = ResumeThread { thread: thread.clone(), with: StartThread::default() };
        let (loaded, _) = agent.resume(resume).await.unwrap();
        assert_eq!(active(&loaded.settings()), Some(("mine", Some(":workspace"))));
        loaded.change_settings(full).await.unwrap();
        assert_eq!(active(&loaded.settings()), None);
        agent.shutdown().await;
        let resume = ResumeThread { thread, with: StartThread::default() };
        let (loaded, _) = world.restarted().resume(resume).await.unwrap();
        assert_eq!(active(&loaded.settings()), None);
        assert_eq!(loaded.settings().sandbox_policy, SandboxPolicy::DangerFullAccess);
    });
}

#[test]
fn the_profiles_of_a_thread_are_those_of_its_own_configuration() {
    run(&[], |world: World| async move {
        let mut own = StartThread::default();
        own.config.insert("permissions.own.extends".to_owned(), ":danger-full-access".into());
        own.config.insert("permissions.fine.extends".to_owned(), ":workspace".into());
        let thread = world.agent.start_thread(own).await.unwrap();
        thread.change_settings(profile("fine")).await.unwrap();
        assert_eq!(active(&thread.settings()), Some(("fine", Some(":workspace"))));
        thread.change_settings(profile("own")).await.unwrap_err();
        assert!(world.thread.change_settings(profile("fine")).await.is_err(), "it is another thread's");
    });
}

#[test]
fn a_turn_that_names_an_unknown_profile_does_not_start() {
    run(&[], |mut world| async move {
        assert!(world.agent.start_thread(start(profile("nosuch"))).await.is_err());
        let before = world.thread.settings();
        let turn = UserTurn { settings: profile("nosuch"), ..text("say 1") };
        let error = world.thread.start_turn(turn).await.unwrap_err();
        assert!(error.to_string().contains("`nosuch`"), "{error}");
        assert_eq!(world.thread.settings(), before);
        let told = world.pending();
        let about_turns =
            |msg: &EventMsg| matches!(msg, EventMsg::TurnStarted(_) | EventMsg::SettingsChanged(_));
        assert!(!told.iter().any(about_turns), "{told:?}");
    });
}

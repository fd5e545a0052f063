//! Another configuration while the process runs.

use codex_core::StartThread;
use codex_protocol::UserInput;

use crate::support::{Model, Reply, config, in_folder, message, run, tool_call};

async fn answering() -> Model {
    Model::start(vec![Reply::stream(message("m", "ok")), Reply::stream(message("m", "ok"))]).await
}

#[test]
fn a_configuration_put_in_force_reaches_new_threads_and_the_next_turn_of_those_that_are_loaded() {
    run(&[], |mut world| async move {
        let (first, second) = (answering().await, answering().await);
        world.restart_with(&[&first.setting()], StartThread::default()).await;
        world.turn("one").await;
        let settings = ["model=other-model", "otel.turn_started_marker=true"];
        let changed = config(world.home.path(), &second, &settings);
        assert!(changed.spans().turn_started_marker);
        world.agent.set_config(changed);
        assert!(!world.agent.config().spans().turn_started_marker, "decided when the process started");
        assert_eq!(world.agent.config().model("demo"), "other-model");
        world.turn("two").await;
        assert_eq!((first.requests().len(), second.requests().len()), (1, 1));
        // What the thread has of its own stays.
        assert_eq!(world.thread.settings().model, "demo-model");
        let new = world.agent.start_thread(in_folder(world.home.path())).await.unwrap();
        assert_eq!(new.settings().model, "other-model");
    });
}

#[test]
fn a_threads_own_configuration_stays_on_top_of_the_one_put_in_force() {
    run(&[], |mut world| async move {
        let (first, second) = (answering().await, answering().await);
        let mut own = StartThread::default();
        own.config.insert("model_providers.demo.base_url".to_owned(), first.url().into());
        world.restart_with(&[], own).await;
        world.agent.set_config(config(world.home.path(), &second, &[]));
        world.turn("one").await;
        assert_eq!((first.requests().len(), second.requests().len()), (1, 0));
    });
}

#[test]
fn a_running_turn_keeps_the_configuration_that_it_began_with() {
    run(&[], |mut world| async move {
        let calls = Reply::stream(tool_call(&["update_plan"]));
        let first = Model::start(vec![calls, Reply::stream(message("m", "ok"))]).await;
        let second = answering().await;
        world.restart_with(&[&first.setting()], StartThread::default()).await;
        let turn = world.start("one").await;
        world.agent.set_config(config(world.home.path(), &second, &[]));
        // An order that the thread takes meanwhile changes nothing for the turn.
        let _taken = world.thread.steer(&turn.id.to_string(), vec![UserInput::text("more")], None).await;
        world.rest().await;
        assert!(second.requests().is_empty());
    });
}

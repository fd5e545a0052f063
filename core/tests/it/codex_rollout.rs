//! Rollouts that the reference server wrote: a recording of version 0.169.0, long texts cut.

use std::{fs, path::Path, sync::Arc};

use codex_core::{
    Agent, Config, EventSink, HistoryQuery, ListQuery, ResumeThread, StartThread, SubscriberId, ThreadRef,
};
use codex_protocol::{Event, EventMsg, ItemsView, ThreadId, ThreadItemKind, TurnStatus};
use tokio::sync::mpsc;

use crate::support::{Model, Reply, World, message, run, text};

const ROLLOUT: &str = include_str!("fixtures/reference-0.169.0.jsonl");
const ID: &str = "01a1fb1e-7ea9-7e63-bade-6bd66a8abd70";

fn lay_down(home: &Path) -> ThreadId {
    let folder = home.join("sessions/2026/11/20");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(format!("rollout-2026-11-20T22-40-42-{ID}.jsonl")), ROLLOUT).unwrap();
    ID.parse().unwrap()
}

fn agent(world: &World, model: &Model) -> Arc<Agent> {
    let url = model.url();
    let settings = [
        ("model_provider", "mock"),
        ("model_providers.mock.base_url", url.as_str()),
        ("model_providers.mock.wire_api", "responses"),
    ];
    let settings = settings.map(|(key, value)| (key.to_owned(), value.to_owned()));
    Agent::new(Config::load(world.home.path(), &settings).unwrap())
}

#[test]
fn it_is_listed_and_read() {
    run(&[], |world| async move {
        let id = lay_down(world.home.path());
        let agent = world.restarted();
        let list = agent.list(ListQuery::default()).await.unwrap();
        let thread = &list.data[0].thread;
        assert_eq!((thread.id, thread.preview.as_str()), (id, "say 3"));
        assert_eq!(
            (thread.model.as_deref(), thread.cwd.as_str()),
            (Some("mock-model"), "/home/user/project")
        );
        let thread = agent.read(id, true).await.unwrap();
        let shown: Vec<(TurnStatus, Vec<String>)> = thread
            .turns
            .iter()
            .map(|turn| {
                let items = turn.items.iter().map(|item| match &item.kind {
                    ThreadItemKind::UserMessage { content, .. } => format!("user {}", content.len()),
                    ThreadItemKind::AgentMessage { text, .. } => format!("agent {text}"),
                    ThreadItemKind::CommandExecution {
                        command, cwd, aggregated_output, exit_code, ..
                    } => {
                        format!("{command} in {cwd}: {aggregated_output:?} {exit_code:?}")
                    }
                    other => format!("{other:?}"),
                });
                (turn.status, items.collect())
            })
            .collect();
        let command = r#"/bin/bash -lc 'echo hi' in /home/user/project: Some("hi\n") Some(0)"#;
        let expected = [
            (TurnStatus::Completed, vec!["user 1", "agent word word word"]),
            (TurnStatus::Completed, vec!["user 1", command, "agent done."]),
            (TurnStatus::Failed, vec!["user 1"]),
            (TurnStatus::Completed, vec!["user 1", "agent word word"]),
        ];
        let expected =
            expected.map(|(status, items)| (status, items.into_iter().map(str::to_owned).collect()));
        assert_eq!(shown, expected);
        assert_eq!(thread.turns[2].error.as_ref().unwrap().message, "The provider has no room.");
        let query = HistoryQuery { limit: Some(1), ..HistoryQuery::default() };
        let page = agent.turns(id, query, ItemsView::Full).await.unwrap();
        assert_eq!(page.data[0], thread.turns[3]);
    });
}

struct Sink(mpsc::UnboundedSender<EventMsg>);

impl EventSink for Sink {
    fn emit(&self, _: ThreadId, event: &Event) {
        let _: Result<(), _> = self.0.send(event.msg.clone());
    }
}

#[test]
fn it_is_resumed_with_what_its_model_saw() {
    run(&[], |world| async move {
        let id = lay_down(world.home.path());
        let model = Model::start(vec![Reply::stream(message("m", "ok"))]).await;
        let agent = agent(&world, &model);
        let resume = ResumeThread { thread: ThreadRef::Id(id), with: StartThread::default() };
        let (thread, fresh) = agent.resume(resume).await.unwrap();
        assert!(fresh);
        let (tx, mut events) = mpsc::unbounded_channel();
        let joined = thread.join(SubscriberId(1), Arc::new(Sink(tx)), |_| {});
        assert_eq!(joined.usage.unwrap().0.total.total_tokens, 600);
        thread.start_turn(text("go on")).await.unwrap();
        while let Some(event) = events.recv().await {
            if let EventMsg::TurnCompleted(turn) = event {
                assert_eq!(turn.status, TurnStatus::Completed, "{turn:?}");
                break;
            }
        }
        let conversation = model.conversation(0);
        let seen: Vec<&str> = conversation.lines().filter(|line| !line.contains('<')).collect();
        let expected = [
            "user: say 3",
            "assistant: word word word",
            "user: exec echo hi",
            "function_call",
            "assistant: done.",
            "user: fail",
            "user: say 2",
            "assistant: word word",
            "user: go on",
        ];
        let seen: Vec<&str> = seen
            .into_iter()
            .filter(|line| {
                line.starts_with("user:") || line.starts_with("assistant:") || *line == "function_call"
            })
            .collect();
        assert_eq!(seen, expected, "{conversation}");
        // What was added is ours, and both are read together.
        agent.shutdown().await;
        let turns = world.restarted().read(id, true).await.unwrap().turns;
        assert_eq!(turns.len(), 5);
    });
}

//! What the tasks of the storm do.

use std::{path::Path, sync::Arc};

use codex_core::{
    Agent, EventSink, HistoryQuery, ListQuery, ResumeThread, StartThread, SubscriberId, ThreadRef,
};
use codex_protocol::{
    Event, GitChange, ItemsView, ReadChange, SettingsChange, ThreadId, UserInput, UserTurn,
};
use serde_json::json;
use tokio::sync::mpsc;

use super::Storm;
use crate::support::{in_folder, text};

/// Numbers that look random and are the same with the same seed.
#[derive(Clone, Debug)]
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `end`.
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % end
    }
}

/// A thread that is kept from the start.
pub(super) async fn new_thread(agent: &Agent, home: &Path) -> ThreadId {
    loop {
        let thread = agent.start_thread(in_folder(home)).await.unwrap();
        // It can be unloaded in between, and is gone then: nothing of it was kept.
        if agent.set_name(thread.id(), "new".to_owned()).await.is_ok() {
            return thread.id();
        }
    }
}

/// Something, to one of the threads. What a thread's state does not allow is refused; what is never right is that another
/// server is said to have the thread, or that a file fails.
#[expect(clippy::too_many_lines, reason = "the list of what can be done")]
pub(super) async fn act(storm: &Storm, random: &mut Random) {
    let agent = &storm.agent;
    let slot = random.below(super::THREADS);
    let id = storm.threads.lock().unwrap()[slot];
    let text_of = |error: &dyn std::error::Error| error.to_string();
    let refused: Result<(), String> = match random.below(24) {
        0..=4 => {
            let prompt = ["say 2", "say 20", "slow 0.02", "plan", "run true"][random.below(5)];
            match agent.thread(id) {
                Some(thread) => {
                    thread.start_turn(text(prompt)).await.map(drop).map_err(|error| text_of(&error))
                }
                None => resume(agent, id).await,
            }
        }
        5 => match agent.thread(id) {
            Some(thread) => {
                let settings = SettingsChange {
                    effort: Some(["low", "medium", "high"][random.below(3)].to_owned()),
                    ..SettingsChange::default()
                };
                let turn = UserTurn { settings, ..text("say 1") };
                thread.start_turn(turn).await.map(drop).map_err(|error| text_of(&error))
            }
            None => resume(agent, id).await,
        },
        6 | 7 => match agent.thread(id) {
            Some(thread) => {
                let running = thread.snapshot().active.as_ref().map(|turn| turn.turn_id.to_string());
                let expected = running.unwrap_or_else(|| "none".to_owned());
                let input = vec![UserInput::text("say 1")];
                thread.steer(&expected, input, None).await.map(drop).map_err(|error| text_of(&error))
            }
            None => Ok(()),
        },
        8 | 9 => match agent.thread(id) {
            Some(thread) => thread.interrupt("").await.map_err(|error| text_of(&error)),
            None => Ok(()),
        },
        10 => {
            let name = format!("name {}", random.below(1000));
            agent.set_name(id, name).await.map_err(|error| text_of(&error))
        }
        11 => match agent.thread(id) {
            Some(thread) => {
                let model = format!("model-{}", random.below(10));
                let change = SettingsChange { model: Some(model), ..SettingsChange::default() };
                thread.change_settings(change).await.map_err(|error| text_of(&error))
            }
            None => Ok(()),
        },
        12 => {
            let change =
                GitChange { branch: Some(Some(format!("b{}", random.below(9)))), ..GitChange::default() };
            agent.set_git_info(id, change).await.map_err(|error| text_of(&error))
        }
        13 => match agent.view(id, false).await {
            Ok(view) => {
                let expected = view.read.map(|read| read.revision).unwrap_or_default();
                let change = [ReadChange::Read, ReadChange::Unread][random.below(2)];
                agent.set_read(id, expected, change).await.map(drop).map_err(|error| text_of(&error))
            }
            Err(error) => Err(text_of(&error)),
        },
        14 => match agent.thread(id) {
            Some(thread) => {
                let item = json!({ "type": "message", "role": "user",
                    "content": [{ "type": "input_text", "text": "injected" }] });
                thread.inject(vec![item]).await.map_err(|error| text_of(&error))
            }
            None => Ok(()),
        },
        15 => {
            let query = HistoryQuery { limit: Some(3), ..HistoryQuery::default() };
            match agent.turns(id, query, ItemsView::NotLoaded).await {
                Ok(page) if !page.data.is_empty() => {
                    let turn = page.data[random.below(page.data.len())].id.to_string();
                    agent.revert(id, turn).await.map_err(|error| text_of(&error))
                }
                Ok(_) => Ok(()),
                Err(error) => Err(text_of(&error)),
            }
        }
        16 => agent.read(id, true).await.map(drop).map_err(|error| text_of(&error)),
        17 => agent.list(ListQuery::default()).await.map(drop).map_err(|error| text_of(&error)),
        18 => agent.archive(id).await.map_err(|error| text_of(&error)),
        19 => agent.unarchive(id).await.map(drop).map_err(|error| text_of(&error)),
        20 => {
            agent.unload(id).await;
            Ok(())
        }
        21 => follow(storm, id, random).await,
        22 if random.below(8) == 0 => {
            let deleted = agent.delete(id).await.map_err(|error| text_of(&error));
            if deleted.is_ok() {
                let new = new_thread(agent, agent.config().codex_home()).await;
                storm.threads.lock().unwrap()[slot] = new;
            }
            deleted
        }
        _ => resume(agent, id).await,
    };
    if let Err(refused) = refused {
        for never in ["another server", "cannot open or write", "cannot read", "damaged"] {
            assert!(!refused.contains(never), "{refused}");
        }
    }
}

async fn resume(agent: &Agent, id: ThreadId) -> Result<(), String> {
    let resume = ResumeThread { thread: ThreadRef::Id(id), with: StartThread::default() };
    agent.resume(resume).await.map(drop).map_err(|error| error.to_string())
}

struct Follower(mpsc::UnboundedSender<Event>);

impl EventSink for Follower {
    fn emit(&self, _: ThreadId, event: &Event) {
        let _: Result<(), _> = self.0.send(event.clone());
    }
}

/// Follows a thread for a while: it hears what the bus told of the thread from that moment on, all of it and nothing twice.
async fn follow(storm: &Storm, id: ThreadId, random: &mut Random) -> Result<(), String> {
    let subscriber = SubscriberId(1 + random.below(1 << 30) as u64);
    let (tx, mut rx) = mpsc::unbounded_channel();
    let mut from = 0;
    let first = |_: &codex_core::Joined| from = storm.bus.len(id);
    let Some((thread, _)) = storm.agent.join(id, subscriber, Arc::new(Follower(tx)), first) else {
        return Ok(());
    };
    for _ in 0..random.below(200) {
        tokio::task::yield_now().await;
    }
    thread.unsubscribe(subscriber);
    let heard: Vec<Event> = std::iter::from_fn(|| rx.try_recv().ok()).collect();
    storm.bus.compare(id, from, &heard);
    Ok(())
}

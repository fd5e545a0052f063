//! A world whose model answers from a list, on the wire of a test's choice.

use std::{collections::BTreeMap, sync::Arc};

use codex_core::StartThread;
use codex_protocol::{EventMsg, Turn};
use serde_json::{Value, json};
use test_kit::model::{Request, chat, responses};

use crate::support::{Model, Reply, World, run};

/// The two wires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wire {
    Responses,
    Chat,
}

pub(super) const WIRES: [Wire; 2] = [Wire::Responses, Wire::Chat];

impl Wire {
    pub(super) const fn setting(self) -> &'static str {
        match self {
            Self::Responses => "model_providers.demo.wire_api=responses",
            Self::Chat => "model_providers.demo.wire_api=chat",
        }
    }

    /// A whole message, without the end of the response.
    pub(super) fn said(self, text: &str) -> String {
        match self {
            Self::Responses => {
                responses::created()
                    + &responses::message_begun("m", text)
                    + &responses::message_done("m", text)
            }
            Self::Chat => chat::chunk(&json!({ "role": "assistant", "content": text }), None),
        }
    }

    /// The beginning of a message.
    pub(super) fn begun(self, text: &str) -> String {
        match self {
            Self::Responses => responses::created() + &responses::message_begun("m", text),
            Self::Chat => chat::chunk(&json!({ "role": "assistant", "content": text }), None),
        }
    }

    /// What ends a response, figures included.
    pub(super) fn over(self) -> String {
        match self {
            Self::Responses => responses::completed(),
            Self::Chat => chat::chunk(&json!({}), Some("stop")) + &chat::usage(),
        }
    }

    /// A whole response.
    pub(super) fn message(self, text: &str) -> Reply {
        Reply::stream(self.said(text) + &self.over())
    }

    /// A whole response: a call of a tool.
    pub(super) fn call(self, id: &str, name: &str, arguments: &Value) -> Reply {
        Reply::stream(match self {
            Self::Responses => {
                responses::created()
                    + &responses::function_call(id, name, arguments)
                    + &responses::completed()
            }
            Self::Chat => chat::tool_call(id, name, arguments),
        })
    }

    /// What the model was told, as `role: text` lines, context left out.
    pub(super) fn conversation(self, request: &Request) -> String {
        let said = match self {
            Self::Responses => &request.body["input"],
            Self::Chat => &request.body["messages"],
        };
        let mut lines = String::new();
        for item in said.as_array().unwrap() {
            let role = item["role"].as_str().or_else(|| item["type"].as_str()).unwrap();
            let text = item["content"].as_str().or_else(|| item["content"][0]["text"].as_str());
            let text = text.or_else(|| item["output"].as_str()).unwrap_or_default();
            if role != "system" && !text.starts_with('<') {
                lines.extend([role, ": ", text, "\n"]);
            }
        }
        lines
    }
}

/// Runs a test against a model with these answers, with one repetition of each kind allowed.
pub(super) fn against<F: Future<Output = ()>>(
    wire: Wire,
    settings: &'static [&'static str],
    replies: Vec<Reply>,
    test: impl FnOnce(World, Arc<Model>) -> F,
) {
    run(&[], |mut world| async move {
        // A test that does not look at it still needs it.
        let model = Arc::new(Model::start(replies).await);
        let url = model.setting();
        let own = [
            url.as_str(),
            wire.setting(),
            "model_providers.demo.request_max_retries=1",
            "model_providers.demo.stream_max_retries=1",
        ];
        let settings: Vec<&str> = own.into_iter().chain(settings.iter().copied()).collect();
        world.restart_with(&settings, StartThread::default()).await;
        test(world, Arc::clone(&model)).await;
    });
}

/// The turn as it ended.
#[track_caller]
pub(super) fn ended(events: &[EventMsg]) -> Turn {
    let mut ends = events.iter().filter_map(|event| match event {
        EventMsg::TurnCompleted(turn) => Some(turn.clone()),
        _ => None,
    });
    let end = ends.next().expect("the turn ends");
    assert!(ends.next().is_none(), "the turn ends once");
    end
}

/// The items that began and how they ended, by their ids, in the order of their beginnings. Each must end once.
#[track_caller]
pub(super) fn items(events: &[EventMsg]) -> Vec<(String, String)> {
    let mut order = Vec::new();
    let mut ends: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for event in events {
        match event {
            EventMsg::ItemStarted { item, .. } => {
                let id = item.id().as_str().to_owned();
                assert!(!ends.contains_key(&id), "{id} begins twice");
                ends.insert(id.clone(), Vec::new());
                order.push(id);
            }
            EventMsg::ItemCompleted { item, .. } => {
                let id = item.id().as_str().to_owned();
                let line = test_kit::events::render(std::slice::from_ref(event));
                let line = line.trim_end().trim_start_matches("item completed ").to_owned();
                ends.get_mut(&id).expect("an item begins before it ends").push(line);
            }
            _ => {}
        }
    }
    order
        .into_iter()
        .map(|id| {
            let mut lines = ends.remove(&id).unwrap();
            assert_eq!(lines.len(), 1, "{id} ends once");
            (id, lines.remove(0))
        })
        .collect()
}

/// How the items ended, as lines, the user's words left out.
#[track_caller]
pub(super) fn answers(events: &[EventMsg]) -> Vec<String> {
    items(events).into_iter().map(|(_, line)| line).filter(|line| !line.starts_with("user ")).collect()
}

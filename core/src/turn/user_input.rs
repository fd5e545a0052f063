//! What the user says, read when it is said: files that it names are embedded then, so that what the model saw is kept.

use std::{collections::HashMap, path::Path};

use codex_protocol::UserInput;

use crate::{
    conversation::{ConversationItem, data_url, is_self_contained, user_message},
    skills::skill_message,
};

/// What the model reads, and whether the input alone tells that at any time.
pub(super) struct ReadInput {
    pub(super) messages: Vec<ConversationItem>,
    pub(super) self_contained: bool,
}

/// Reads the files that the input names, off the async workers.
pub(super) async fn read_input(input: &[UserInput]) -> ReadInput {
    let self_contained = is_self_contained(input);
    let paths: Vec<String> = input
        .iter()
        .filter_map(|part| match part {
            UserInput::LocalImage { path, .. } => Some(path.clone()),
            _ => None,
        })
        .collect();
    let mut files: HashMap<String, Result<String, String>> = HashMap::new();
    if !paths.is_empty() {
        let read = tokio::task::spawn_blocking(|| {
            paths
                .into_iter()
                .map(|path| {
                    let url = data_url(Path::new(&path));
                    (path, url)
                })
                .collect()
        });
        files = read.await.unwrap_or_default();
    }
    let file = |path: &str| files.get(path).cloned().unwrap_or_else(|| Err("it was not read".to_owned()));
    let mut messages = vec![user_message(input, file)];
    let skills: Vec<_> = input
        .iter()
        .filter_map(|part| match part {
            UserInput::Skill { name, path } => Some((name.clone(), path.clone())),
            _ => None,
        })
        .collect();
    if !skills.is_empty() {
        let read = tokio::task::spawn_blocking(|| {
            skills.into_iter().map(|(name, path)| skill_message(&name, Path::new(&path))).collect::<Vec<_>>()
        });
        messages.extend(read.await.unwrap_or_default());
    }
    ReadInput { messages, self_contained }
}

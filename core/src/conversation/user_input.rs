//! What the user says, as the model reads it.

use codex_protocol::{ImageDetail, MediaSource, UserInput};

use super::{Content, ConversationItem, Message, Role, image};

/// The user's message as the model reads it, without what is in files; none where nothing else is said.
/// `file` gives the URL that holds an image file, or why there is none.
pub(crate) fn user_message(
    input: &[UserInput],
    mut file: impl FnMut(&str) -> Result<String, String>,
) -> ConversationItem {
    let content = input.iter().filter_map(|part| content(part, &mut file)).collect();
    ConversationItem::Message(Message { role: Role::User, content, phase: None })
}

/// Whether the input alone tells what the model reads, whenever that is asked.
pub(crate) fn is_self_contained(input: &[UserInput]) -> bool {
    !input.iter().any(|part| matches!(part, UserInput::LocalImage { .. } | UserInput::Skill { .. }))
}

fn content(input: &UserInput, file: &mut impl FnMut(&str) -> Result<String, String>) -> Option<Content> {
    Some(match input {
        UserInput::Text { text, .. } => Content::Text(text.clone()),
        UserInput::Image { source: MediaSource::Url { url }, detail } => match image::check_url(url) {
            Ok(()) => Content::Image { url: url.clone(), detail: detail.map(detail_name) },
            Err(reason) => Content::Text(format!("[image: {reason}]")),
        },
        UserInput::Image { source: MediaSource::File { file_id }, .. } => {
            Content::Text(format!("[image `{file_id}`: files of the provider's store are not supported]"))
        }
        UserInput::LocalImage { path, detail } => match file(path) {
            Ok(url) => Content::Image { url, detail: detail.map(detail_name) },
            Err(reason) => Content::Text(format!("[image {path}: {reason}]")),
        },
        UserInput::Audio { .. } | UserInput::LocalAudio { .. } => {
            Content::Text("[audio: not supported by this server]".to_owned())
        }
        // It is read out in a message of its own.
        UserInput::Skill { .. } => return None,
        UserInput::Mention { name, path } => Content::Text(format!("[{name}]({path})")),
    })
}

fn detail_name(detail: ImageDetail) -> String {
    match detail {
        ImageDetail::Auto => "auto",
        ImageDetail::Low => "low",
        // The API has no larger one.
        ImageDetail::High | ImageDetail::Original => "high",
    }
    .to_owned()
}

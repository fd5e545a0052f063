//! What the user says, as an item and as the model reads it.

use std::path::Path;

use base64::{Engine, engine::general_purpose::STANDARD};
use codex_protocol::{ImageDetail, MediaSource, UserInput};

use super::{Content, ConversationItem, Role};

/// How large an image file may be.
const LARGEST_IMAGE: u64 = 20 * 1024 * 1024;

/// The user's message as the model reads it.
pub(crate) fn user_message(input: &[UserInput]) -> ConversationItem {
    ConversationItem::Message { id: None, role: Role::User, content: input.iter().map(content).collect() }
}

fn content(input: &UserInput) -> Content {
    let text = |text: String| Content::InputText { text };
    match input {
        UserInput::Text { text: said, .. } => text(said.clone()),
        UserInput::Image { source: MediaSource::Url { url }, detail } => {
            Content::InputImage { image_url: url.clone(), detail: detail.map(detail_name) }
        }
        UserInput::Image { source: MediaSource::File { file_id }, .. } => {
            text(format!("[image `{file_id}`: files of the provider's store are not supported]"))
        }
        UserInput::LocalImage { path, detail } => match data_url(Path::new(path)) {
            Ok(image_url) => Content::InputImage { image_url, detail: detail.map(detail_name) },
            Err(reason) => text(format!("[image {path}: {reason}]")),
        },
        UserInput::Audio { .. } | UserInput::LocalAudio { .. } => {
            text("[audio: not supported by this server]".to_owned())
        }
        UserInput::Skill { name, path } | UserInput::Mention { name, path } => {
            text(format!("[{name}]({path})"))
        }
    }
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

/// The file inline. The model is told why when it cannot be.
fn data_url(path: &Path) -> Result<String, String> {
    let kind =
        match path.extension().and_then(|extension| extension.to_str()).map(str::to_lowercase).as_deref() {
            Some("png") => "png",
            Some("jpg" | "jpeg") => "jpeg",
            Some("gif") => "gif",
            Some("webp") => "webp",
            _ => return Err("not a PNG, JPEG, GIF or WebP file".to_owned()),
        };
    let size = std::fs::metadata(path).map_err(|error| error.to_string())?.len();
    if size > LARGEST_IMAGE {
        return Err("larger than 20 MiB".to_owned());
    }
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    Ok(format!("data:image/{kind};base64,{}", STANDARD.encode(bytes)))
}

//! What a user can say.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One piece of the user's input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum UserInput {
    /// Text.
    Text {
        /// The text.
        text: String,
        /// Spans of the text that the client shows in its own way. Kept and returned, never interpreted.
        #[serde(default)]
        text_elements: Vec<TextElement>,
    },
    /// An image that is not a file on the server's machine.
    Image {
        /// Where it is.
        #[serde(flatten)]
        source: MediaSource,
        /// How closely the model should look.
        #[serde(default)]
        detail: Option<ImageDetail>,
    },
    /// An image file on the server's machine.
    LocalImage {
        /// Where it is.
        path: String,
        /// How closely the model should look.
        #[serde(default)]
        detail: Option<ImageDetail>,
    },
    /// Audio that is not a file on the server's machine.
    Audio {
        /// Where it is.
        #[serde(flatten)]
        source: MediaSource,
    },
    /// An audio file on the server's machine.
    LocalAudio {
        /// Where it is.
        path: String,
    },
    /// A skill that the user chose.
    Skill {
        /// The skill's name.
        name: String,
        /// Where its `SKILL.md` is.
        path: String,
    },
    /// A file, app or plug-in that the user named.
    Mention {
        /// The name as shown.
        name: String,
        /// What it stands for.
        path: String,
    },
}

impl UserInput {
    /// Plain text with no elements.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text { text: text.into(), text_elements: Vec::new() }
    }
}

/// Where an image or audio is that is not a file on the server's machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(untagged, rename_all_fields = "camelCase")]
pub enum MediaSource {
    /// Behind a URL.
    Url {
        /// The URL; `data:` URLs included.
        url: String,
    },
    /// In the provider's store.
    File {
        /// The file's id.
        file_id: String,
    },
}

/// How closely the model looks at an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub enum ImageDetail {
    /// The model decides.
    Auto,
    /// A small version will do.
    Low,
    /// A large version.
    High,
    /// As it is.
    Original,
}

/// A span of text that the client shows in its own way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct TextElement {
    /// Which bytes of the text.
    pub byte_range: TextRange,
    /// What to show in their place.
    #[serde(default)]
    pub placeholder: Option<String>,
}

/// A range of bytes, the end excluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[schemars(rename = "ByteRange")]
#[ts(rename = "ByteRange")]
pub struct TextRange {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

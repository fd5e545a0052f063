//! Images that the model makes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The image that was made: a file in the provider's store, or the image itself.
///
/// The file stands first, because a migrated rollout has both, the second one empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(untagged, rename_all_fields = "camelCase")]
pub enum ImageGenerationOutput {
    /// A file in the provider's store.
    File {
        /// The file's id.
        file_id: String,
    },
    /// The image itself.
    Inline {
        /// The image in base64; empty while it is being made.
        result: String,
    },
}

/// Why no image was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ImageGenerationFailure {
    /// A quota is used up.
    UsageLimitExceeded {
        /// The limit.
        limit_id: String,
        /// When it begins anew, in Unix seconds.
        #[ts(type = "number | null")]
        resets_at: Option<i64>,
    },
}

/// An image that another one was made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct ImageGenerationInputImage {
    /// The file.
    pub path: String,
    /// The SHA-256 of its content, in hexadecimal.
    pub sha256: String,
}

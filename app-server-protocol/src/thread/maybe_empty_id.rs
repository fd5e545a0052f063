//! A thread's id that clients leave empty where they name the thread in another way.

use codex_protocol::ThreadId;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

#[expect(clippy::ref_option, reason = "serde lends the field as it is")]
pub(super) fn serialize<S: Serializer>(id: &Option<ThreadId>, serializer: S) -> Result<S::Ok, S::Error> {
    match id {
        Some(id) => id.serialize(serializer),
        None => serializer.serialize_str(""),
    }
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<ThreadId>, D::Error> {
    let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(D::Error::custom)
}

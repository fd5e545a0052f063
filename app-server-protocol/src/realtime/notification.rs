//! What the server tells about realtime sessions.

use codex_protocol::ThreadId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

use super::{AudioChunk, ConversationVersion};

/// A session is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadRealtimeStartedNotification", rename_all = "camelCase")]
pub struct StartedNotification {
    /// The thread.
    pub thread_id: ThreadId,
    /// The session's id with the provider.
    pub realtime_session_id: Option<String>,
    /// Which form of the realtime interface is in use.
    pub version: ConversationVersion,
}

/// The provider added something to the conversation that has no form of its own here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadRealtimeItemAddedNotification", rename_all = "camelCase")]
pub struct ItemAddedNotification {
    /// The thread.
    pub thread_id: ThreadId,
    /// What it added, as it sent it.
    #[ts(type = "unknown")]
    pub item: Value,
}

/// An item of the timeline began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadRealtimeItemStartedNotification", rename_all = "camelCase")]
pub struct ItemStartedNotification {
    /// The thread.
    pub thread_id: ThreadId,
    /// The item as it stands.
    pub item: Item,
}

/// An item of the timeline reached its final form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadRealtimeItemCompletedNotification", rename_all = "camelCase")]
pub struct ItemCompletedNotification {
    /// The thread.
    pub thread_id: ThreadId,
    /// The item.
    pub item: Item,
}

/// An item of a session's timeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadRealtimeItem", rename_all = "camelCase")]
pub struct Item {
    /// The item's id.
    pub id: String,
    /// The session's id with the provider.
    pub realtime_session_id: String,
    /// What the item is.
    #[serde(flatten)]
    pub kind: ItemKind,
}

/// What an item of a session's timeline is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadRealtimeItemKind", tag = "type", rename_all = "camelCase")]
pub enum ItemKind {
    /// The session began.
    RealtimeSessionStarted,
    /// Something was said.
    TranscriptSegment {
        /// Who said it.
        role: TranscriptRole,
        /// What was said.
        text: String,
    },
    /// An item of a turn shows in the session.
    BemItemPromoted {
        /// The item.
        item_id: String,
        /// The item's turn.
        turn_id: String,
        /// How it shows.
        presentation: Presentation,
    },
    /// The session ended.
    RealtimeSessionClosed {
        /// How.
        outcome: SessionOutcome,
    },
}

/// Who said something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadRealtimeTranscriptRole", rename_all = "camelCase")]
pub enum TranscriptRole {
    /// The user.
    User,
    /// The model.
    Assistant,
}

/// How an item of a turn shows in a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadRealtimeBemItemPresentation", tag = "type", rename_all = "camelCase")]
pub enum Presentation {
    /// Whole.
    WholeItem,
    /// As Markdown.
    InlineMarkdown,
    /// As a picture.
    InlineVisualization {
        /// Which of the item's pictures.
        index: u32,
    },
}

/// How a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadRealtimeSessionOutcome", rename_all = "camelCase")]
pub enum SessionOutcome {
    /// Somebody ended it.
    Ended,
    /// It broke.
    Failed,
}

/// An item's transcript grows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadRealtimeItemTranscriptDeltaNotification", rename_all = "camelCase")]
pub struct ItemTranscriptDeltaNotification {
    /// The thread.
    pub thread_id: ThreadId,
    /// The item.
    pub item_id: String,
    /// The text to append.
    pub delta: String,
}

/// The session's transcript grows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadRealtimeTranscriptDeltaNotification", rename_all = "camelCase")]
pub struct TranscriptDeltaNotification {
    /// The thread.
    pub thread_id: ThreadId,
    /// Who speaks.
    pub role: String,
    /// The text to append.
    pub delta: String,
}

/// Somebody has spoken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadRealtimeTranscriptDoneNotification", rename_all = "camelCase")]
pub struct TranscriptDoneNotification {
    /// The thread.
    pub thread_id: ThreadId,
    /// Who spoke.
    pub role: String,
    /// All that was said.
    pub text: String,
}

/// More of the model's voice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadRealtimeOutputAudioDeltaNotification", rename_all = "camelCase")]
pub struct OutputAudioDeltaNotification {
    /// The thread.
    pub thread_id: ThreadId,
    /// The audio to play.
    pub audio: AudioChunk,
}

/// The provider's side of a WebRTC session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadRealtimeSdpNotification", rename_all = "camelCase")]
pub struct SdpNotification {
    /// The thread.
    pub thread_id: ThreadId,
    /// The provider's session description.
    pub sdp: String,
}

/// A session broke, or something in it did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadRealtimeErrorNotification", rename_all = "camelCase")]
pub struct ErrorNotification {
    /// The thread.
    pub thread_id: ThreadId,
    /// What happened.
    pub message: String,
}

/// A session is closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadRealtimeClosedNotification", rename_all = "camelCase")]
pub struct ClosedNotification {
    /// The thread.
    pub thread_id: ThreadId,
    /// Why.
    pub reason: Option<String>,
}

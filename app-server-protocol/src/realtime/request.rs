//! The requests of a realtime session.

use std::collections::BTreeMap;

use codex_protocol::ThreadId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How to speak.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadRealtimeStartParams", rename_all = "camelCase")]
#[ts(optional_fields = nullable)]
pub struct StartParams {
    /// The thread.
    pub thread_id: ThreadId,
    /// Whether the model answers in text or in audio.
    pub output_modality: OutputModality,
    /// How the model is reached; over a websocket where absent.
    pub transport: Option<StartTransport>,
    /// Which form of the realtime interface to use.
    pub version: Option<ConversationVersion>,
    /// The realtime model, for this session only.
    pub model: Option<String>,
    /// The voice.
    pub voice: Option<Voice>,
    /// Instructions for the realtime model.
    pub prompt: Option<String>,
    /// The session's id with the provider.
    pub realtime_session_id: Option<String>,
    /// The client's id for the session.
    pub voice_session_id: Option<String>,
    /// What was said before.
    pub initial_items: Option<Vec<InitialItem>>,
    /// Whether the realtime model is told what the thread is about; yes where absent.
    pub include_startup_context: Option<bool>,
    /// What the thread's agent is told when the session begins.
    pub realtime_start_instructions: Option<String>,
    /// What the thread's agent is told when the session ends.
    pub realtime_end_instructions: Option<String>,
    /// Whether the client itself hands the agent's answers to the realtime model.
    pub client_managed_handoffs: Option<bool>,
    /// How the agent's answers are handed over.
    pub codex_response_handoff_mode: Option<HandoffMode>,
    /// What stands before them, by channel.
    pub codex_response_handoff_channel_prefixes: Option<BTreeMap<String, Vec<String>>>,
    /// Whether they become items of the conversation.
    pub codex_responses_as_items: Option<bool>,
    /// What stands before such items.
    pub codex_response_item_prefix: Option<String>,
    /// Whether the realtime model says something while the agent works.
    pub delegation_ack_filler: Option<bool>,
    /// Whether the agent's reasoning summaries are handed over.
    #[serde(default)]
    #[serde(deserialize_with = "crate::params::null_is_absent")]
    #[ts(optional = nullable, as = "Option<bool>")]
    pub backend_reasoning_status: bool,
    /// Whether what was said last reaches the agent when the session ends.
    pub flush_transcript_tail_on_session_end: Option<bool>,
}

/// What a realtime model answers in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "RealtimeOutputModality", rename_all = "camelCase")]
pub enum OutputModality {
    /// Text.
    Text,
    /// Audio.
    Audio,
}

/// How a realtime model is reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(
    rename = "ThreadRealtimeStartTransport",
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum StartTransport {
    /// By the server, over a websocket.
    Websocket,
    /// By the client, over WebRTC.
    Webrtc {
        /// The client's session description.
        sdp: String,
    },
    /// By the client, in a call that it opened.
    ExistingCall {
        /// The call.
        call_id: String,
    },
}

/// The forms of the realtime interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "RealtimeConversationVersion", rename_all = "camelCase")]
pub enum ConversationVersion {
    /// The first.
    V1,
    /// The second.
    V2,
    /// The third.
    V3,
}

/// How an agent's answers are handed to the realtime model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "CodexResponseHandoffMode", rename_all = "camelCase")]
pub enum HandoffMode {
    /// As its own thoughts.
    Thinking,
    /// As commentary.
    Commentary,
    /// Between tags.
    BemTags,
}

/// The voices of the realtime models.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "RealtimeVoice", rename_all = "camelCase")]
#[expect(missing_docs, reason = "the provider's names say nothing more")]
pub enum Voice {
    Alloy,
    Arbor,
    Ash,
    Aube,
    Ballad,
    Breeze,
    Bubbie,
    Cedar,
    Coral,
    Cove,
    Echo,
    Ember,
    Haetsal,
    Hanul,
    Himari,
    Juniper,
    Leher,
    Maple,
    Marin,
    Miko,
    Neer,
    Porto,
    Rindo,
    Rio,
    Rivage,
    Sage,
    Selva,
    Shimmer,
    Sol,
    Sonna,
    Spruce,
    Tinta,
    Vale,
    Verse,
    Viola,
}

/// Something that was said before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadRealtimeInitialItem")]
pub struct InitialItem {
    /// Who said it.
    pub role: TextRole,
    /// What was said.
    pub text: String,
}

/// Who says something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ConversationTextRole", rename_all = "camelCase")]
pub enum TextRole {
    /// The user.
    #[default]
    User,
    /// The client's developer.
    Developer,
    /// The model.
    Assistant,
}

/// The session is being opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadRealtimeStartResponse")]
pub struct StartResponse {}

/// What the user's microphone heard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadRealtimeAppendAudioParams", rename_all = "camelCase")]
pub struct AppendAudioParams {
    /// The thread.
    pub thread_id: ThreadId,
    /// The audio.
    pub audio: AudioChunk,
}

/// A piece of audio.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadRealtimeAudioChunk", rename_all = "camelCase")]
pub struct AudioChunk {
    /// The samples in base64.
    pub data: String,
    /// Samples a second.
    pub sample_rate: u32,
    /// Channels.
    pub num_channels: u16,
    /// Samples of each channel.
    #[ts(optional = nullable)]
    pub samples_per_channel: Option<u32>,
    /// The item that it belongs to.
    #[ts(optional = nullable)]
    pub item_id: Option<String>,
}

/// The audio was taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadRealtimeAppendAudioResponse")]
pub struct AppendAudioResponse {}

/// What somebody typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadRealtimeAppendTextParams", rename_all = "camelCase")]
#[ts(optional_fields = nullable)]
pub struct AppendTextParams {
    /// The thread.
    pub thread_id: ThreadId,
    /// The text.
    pub text: String,
    /// Who typed it.
    #[serde(default)]
    #[serde(deserialize_with = "crate::params::null_is_absent")]
    #[ts(optional = nullable, as = "Option<TextRole>")]
    pub role: TextRole,
}

/// The text was taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadRealtimeAppendTextResponse")]
pub struct AppendTextResponse {}

/// Which thread's session to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadRealtimeStopParams", rename_all = "camelCase")]
pub struct StopParams {
    /// The thread.
    pub thread_id: ThreadId,
}

/// The session is being closed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadRealtimeStopResponse")]
pub struct StopResponse {}

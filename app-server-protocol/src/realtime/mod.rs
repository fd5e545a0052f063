//! `thread/realtime/…`: speaking with the agent.

mod notification;
mod request;

pub use notification::{
    ClosedNotification, ErrorNotification, Item, ItemAddedNotification, ItemCompletedNotification, ItemKind,
    ItemStartedNotification, ItemTranscriptDeltaNotification, OutputAudioDeltaNotification, Presentation,
    SdpNotification, SessionOutcome, StartedNotification, TranscriptDeltaNotification,
    TranscriptDoneNotification, TranscriptRole,
};
pub use request::{
    AppendAudioParams, AppendAudioResponse, AppendTextParams, AppendTextResponse, AudioChunk,
    ConversationVersion, HandoffMode, InitialItem, OutputModality, StartParams, StartResponse,
    StartTransport, StopParams, StopResponse, TextRole, Voice,
};

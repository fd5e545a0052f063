//! The APIs that a model can be asked through.

use std::fmt;

use serde_json::Value;

use super::{ModelError, ModelEvent, Prompt, chat::ChatClient, responses::ResponsesClient, sse::Frame};
use crate::config::WireApi;

/// Hears what a stream says.
pub(crate) type OnEvent<'f> = dyn FnMut(ModelEvent<'_>) + Send + 'f;

/// An API that a model can be asked through. Requests, retries, limits and secrets are the same for all.
pub(crate) trait ModelClient: fmt::Debug + Send + Sync {
    /// The API, as spans name it.
    fn api_type(&self) -> &'static str;

    /// The resource below the provider's URL that answers with a stream.
    fn resource(&self) -> &'static str;

    /// The body of a request.
    fn body(&self, prompt: &Prompt<'_>) -> serde_json::Result<Vec<u8>>;

    /// A reader for one response.
    fn decoder(&self) -> Box<dyn Decoder>;
}

/// Reads one response.
pub(crate) trait Decoder: Send {
    /// Reads an event of the stream.
    fn decode(&mut self, frame: &Frame<'_>, on_event: &mut OnEvent<'_>) -> Result<(), ModelError>;

    /// Reads a response that came as one piece of JSON though a stream was asked for.
    fn whole(&mut self, body: Value, on_event: &mut OnEvent<'_>) -> Result<(), ModelError>;

    /// The body has ended, or broke. What is known by then may be enough.
    fn end(&mut self, on_event: &mut OnEvent<'_>) -> Result<(), ModelError>;

    /// How far the response is.
    fn progress(&self) -> Progress;

    /// How many events could not be read.
    fn unreadable(&self) -> u32;
}

/// How far a response is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    /// There is more to come.
    Running,
    /// The answer is whole; figures about it may still come.
    Answered,
    /// Nothing that matters can come any more.
    Over,
}

/// The client for an API.
pub(crate) fn client(api: WireApi) -> &'static dyn ModelClient {
    match api {
        WireApi::Responses => &ResponsesClient,
        WireApi::Chat => &ChatClient,
    }
}

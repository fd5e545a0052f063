//! The Responses API.

mod body;
mod decoder;

use super::{ModelClient, Prompt, client::Decoder};

/// The Responses API.
#[derive(Debug)]
pub(super) struct ResponsesClient;

impl ModelClient for ResponsesClient {
    fn api_type(&self) -> &'static str {
        "responses"
    }

    fn resource(&self) -> &'static str {
        "responses"
    }

    fn body(&self, prompt: &Prompt<'_>) -> serde_json::Result<Vec<u8>> {
        body::body(prompt)
    }

    fn decoder(&self) -> Box<dyn Decoder> {
        Box::new(decoder::ResponsesDecoder::default())
    }
}

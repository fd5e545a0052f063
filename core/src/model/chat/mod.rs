//! The Chat Completions API.

mod body;
mod decoder;
mod tool_calls;

use super::{ModelClient, Prompt, client::Decoder};

/// The Chat Completions API.
#[derive(Debug)]
pub(super) struct ChatClient;

impl ModelClient for ChatClient {
    fn api_type(&self) -> &'static str {
        "chat_completions"
    }

    fn resource(&self) -> &'static str {
        "chat/completions"
    }

    fn body(&self, prompt: &Prompt<'_>) -> serde_json::Result<Vec<u8>> {
        body::body(prompt)
    }

    fn decoder(&self) -> Box<dyn Decoder> {
        Box::new(decoder::ChatDecoder::default())
    }
}

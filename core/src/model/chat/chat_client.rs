//! What is particular to the Chat Completions API: where it is asked, and in what form.

use super::{body, decoder};
use crate::model::{ModelClient, Prompt, client::Decoder};

/// The Chat Completions API.
#[derive(Debug)]
pub(in crate::model) struct ChatClient;

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

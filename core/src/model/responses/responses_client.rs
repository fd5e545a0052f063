//! What is particular to the Responses API: where it is asked, and in what form.

use super::{body, decoder};
use crate::model::{ModelClient, Prompt, client::Decoder};

/// The Responses API.
#[derive(Debug)]
pub(in crate::model) struct ResponsesClient;

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

//! The Responses API.

mod body;
mod decoder;
mod responses_client;

pub(super) use responses_client::ResponsesClient;

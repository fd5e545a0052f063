//! The Chat Completions API.

mod body;
mod chat_client;
mod decoder;
mod tool_calls;

pub(super) use chat_client::ChatClient;

//! The model client: requests, streams, retries, and how both APIs look on the wire.

mod arguments;
mod call;
mod catalog;
mod chat;
mod client;
mod content;
mod endpoint;
mod error;
mod event;
mod http;
mod provider_error;
mod request;
mod responses;
mod retry;
pub(crate) mod sse;
mod stream;
mod tool_spec;
mod usage;

pub(crate) use call::{AttemptEnd, ModelCall};
pub(crate) use catalog::model_ids;
pub(crate) use client::ModelClient;
pub(crate) use endpoint::Endpoint;
pub(crate) use error::ModelError;
pub(crate) use event::{Finish, ItemRef, ModelEvent, StartedItem};
pub(crate) use http::HttpClients;
pub(crate) use request::Prompt;
pub(crate) use retry::Retries;
pub(crate) use tool_spec::{ToolInputSpec, ToolSpec};

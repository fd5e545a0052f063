//! The model client: requests, streams, retries, and how both APIs look on the wire.

mod arguments;
mod attempt;
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
mod response_summary;
mod responses;
mod retry;
pub(crate) mod sse;
mod stream;
mod tool_spec;
mod usage;

pub(crate) use call::{CallEnd, ModelRequest};
pub(crate) use catalog::model_ids;
pub(crate) use client::ModelClient;
pub(crate) use endpoint::Endpoint;
pub(crate) use error::{ModelError, RetryAdvice};
pub(crate) use event::{Finish, ItemRef, ModelEvent, StartedItem};
pub(crate) use http::HttpClients;
pub(crate) use request::Prompt;
pub(crate) use retry::{Retries, Retry};
pub(crate) use tool_spec::{ToolInputSpec, ToolSpec};

//! The model client: requests, streams, retries, and how both APIs look on the wire.

mod attempt;
mod catalog;
mod chat;
mod content;
mod endpoint;
mod error;
mod event;
mod http;
mod request;
mod responses;
mod retry;
mod sse;
mod stream;

pub(crate) use attempt::{AttemptEnd, ModelCall};
pub(crate) use catalog::model_ids;
pub(crate) use endpoint::Endpoint;
pub(crate) use error::ModelError;
pub(crate) use event::{ModelEvent, StartedItem};
pub(crate) use http::HttpClients;
pub(crate) use request::Prompt;
pub(crate) use retry::Retries;

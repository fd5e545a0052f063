//! A scripted model provider over HTTP: what it answers, with which faults, and what it was asked.

pub mod chat;
mod reply;
mod request;
pub mod responses;
mod scenes;
pub mod script;
mod server;

pub use reply::Reply;
pub use request::Request;
pub use server::Model;

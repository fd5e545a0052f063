//! The conversation in a form of our own: its items, its history, and the one life of each item that clients see.

mod bodies;
mod history;
mod item;
mod item_writer;
mod user_input;

pub(crate) use bodies::{AgentMessage, Reasoning, UserMessage};
pub(crate) use history::History;
pub(crate) use item::{Content, ConversationItem, Role, text_of};
pub(crate) use item_writer::{ItemBody, ItemSink, ItemWriter};
pub(crate) use user_input::user_message;

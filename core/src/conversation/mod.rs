//! The conversation in a form of our own: its items, its history, and the one life of each item that clients see.

mod bodies;
mod history;
mod image;
mod item;
mod item_writer;
mod stored;
mod user_input;

pub(crate) use bodies::{AgentMessage, Reasoning, UserMessage};
pub(crate) use history::{History, paired};
pub(crate) use image::data_url;
pub(crate) use item::{
    Content, ConversationItem, Message, ReasoningItem, Role, ToolInput, ToolOutput, text_of,
};
pub(crate) use item_writer::{ItemBody, ItemSink, ItemWriter, ModelView};
pub(crate) use user_input::{is_self_contained, user_message};

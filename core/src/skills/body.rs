//! A skill as the model reads it.

use std::path::Path;

use crate::{
    conversation::{ConversationItem, Role},
    regular_file::{self, Links},
};

/// The largest skill that is read out, in bytes.
const LARGEST: u64 = 256 << 10;

/// A skill's file as a message for the model, in the form that models of this family know. One that cannot be read says
/// why. Blocks.
pub(crate) fn skill_message(name: &str, path: &Path) -> ConversationItem {
    let body = match regular_file::read(path, Links::Anywhere, LARGEST + 1) {
        Ok(file) if file.bytes.len() as u64 > LARGEST => "[the skill is larger than 256 KiB]".to_owned(),
        Ok(file) => String::from_utf8_lossy(&file.bytes).into_owned(),
        Err(error) => format!("[the skill cannot be read: {error}]"),
    };
    let text = format!("<skill>\n<name>{name}</name>\n<path>{}</path>\n{body}\n</skill>", path.display());
    ConversationItem::message(Role::User, text)
}

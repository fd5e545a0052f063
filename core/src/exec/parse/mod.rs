//! What a script does, as far as its words say.

mod actions;
mod script;

pub(crate) use actions::{actions, deletes};
pub(crate) use script::commands;

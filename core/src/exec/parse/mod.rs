//! What a script does, read from its syntax. What cannot be read for sure is unknown to people, and dangerous to those who
//! have to decide.

mod actions;
mod danger;
mod patch_script;
mod safe;
mod safe_git;
mod safe_scripts;
mod script;
mod syntax;
mod unwrap;

pub(crate) use patch_script::PatchScript;
pub(crate) use script::Script;

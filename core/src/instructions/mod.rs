//! What the model is told before the user speaks: base instructions, `AGENTS.md`, the environment.

mod agents_md;
mod environment;
mod messages;

pub(crate) use agents_md::{ProjectDoc, project_docs};
pub(crate) use environment::environment_context;
pub(crate) use messages::{BASE, TURN_ABORTED, agents_message};

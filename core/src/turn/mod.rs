//! A turn: its task, its end, its conversation with the model.
//!
//! [`start`] makes the turn span under the dispatch span and gives both to a [`TurnGuard`](guard::TurnGuard), the one
//! owner of the turn's end. The task then runs steps (one model response each, with the tool calls it asks for) until
//! the model asks for nothing more.

mod control;
mod growing;
mod guard;
mod history;
mod outcome;
mod output;
mod run;
mod sink;
mod start;
mod step;
mod tool_host;
mod user_input;

pub(crate) use control::{Steer, TurnControl};
pub(crate) use history::read_history;
pub(crate) use start::{Beginning, settings_after, start};

//! A turn: its task, its end, its conversation with the model.
//!
//! [`start`] makes the turn span under the dispatch span and gives both to a [`TurnGuard`](guard::TurnGuard), the one
//! owner of the turn's end. The task then does what its kind of turn is for: see [`TurnTask`]. While it runs it tells the
//! thread by [`TurnMessage`]s what only the thread can do, and at last that its work is done.

mod clock;
mod control;
mod describe;
mod guard;
mod history;
mod input;
mod message;
mod open_items;
mod outcome;
mod output;
mod resources;
mod services;
mod sink;
mod start;
mod step;
mod tally;
mod task;
mod tool_call;
mod tool_host;
mod user;
mod user_input;

pub(crate) use control::{InterruptedBy, RunningTurn, TurnInbox, TurnRest};
pub(crate) use guard::{Returned, TurnEnd};
pub(crate) use history::read_history;
pub(crate) use message::{EndedTurn, Steer, TurnMessage};
pub(crate) use resources::ThreadResources;
pub(crate) use services::Services;
pub(crate) use start::{NewTurn, Starter, start};
pub(crate) use task::TurnTask;
pub(crate) use user::UserTask;

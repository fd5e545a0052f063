//! The journal of a thread: what is written to its store and what is emitted to those who follow it, in one order.

mod bus;
#[expect(clippy::module_inception, reason = "the room is named after its one type")]
mod journal;
mod live;
mod sink;

pub(crate) use bus::EventBus;
pub(crate) use journal::{Journal, Moment};
pub use sink::{EventSink, SubscriberId};

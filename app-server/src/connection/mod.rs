//! A connection: who is at the other end, what waits for them, and which of their requests are in flight.
//!
//! It knows no method and no thread's events: [`driver`] joins it to a transport, and what it reads goes to a
//! [`Receive`](driver::Receive).

mod barrier;
pub(crate) mod driver;
mod in_flight;
mod notify;
mod open;
pub(crate) mod outgoing;
mod peer;
mod registry;

pub(crate) use barrier::{AnswerBarrier, BarrierScope, BarrierTicket};
pub(crate) use in_flight::{Claim, InFlight, Place};
pub(crate) use open::Connection;
pub(crate) use peer::{Client, ConnectionId, Peer};
pub(crate) use registry::Connections;

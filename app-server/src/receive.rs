//! Takes what a client sends: calls go through the stack, answers to the requests that they answer.

use std::{convert::Infallible, sync::Arc};

use tower::Service;

use crate::{
    app::App,
    connection::{Connection, driver::Receive},
    request::{Call, Inbound},
    stack::stack,
    transport::Frame,
};

/// The receiver of one connection.
pub(crate) struct Receiver<S> {
    app: Arc<App>,
    stack: S,
}

/// A receiver for one connection of `app`.
pub(crate) fn receiver(app: &Arc<App>) -> impl Receive<Call: Send> + Send {
    Receiver { app: Arc::clone(app), stack: stack(app) }
}

impl<S> Receive for Receiver<S>
where
    S: Service<Call, Response = (), Error = Infallible>,
{
    type Call = S::Future;

    fn receive(&mut self, connection: &Arc<Connection>, frame: Frame<'_>) -> Option<S::Future> {
        match Inbound::parse(connection, frame) {
            Inbound::Call(call) => Some(self.stack.call(call)),
            // Taken here and now, whatever else waits: a turn may wait for it.
            Inbound::Answer { id, answer } => {
                self.app.server_requests().answer(connection, id.as_ref(), answer);
                None
            }
            Inbound::Nothing => None,
        }
    }
}

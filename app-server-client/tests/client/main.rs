//! The client against a scripted server, over a real websocket and real pipes.

mod answers;
mod ending;
mod events;
mod peer;
mod tracing;

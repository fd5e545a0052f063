//! The wire: text in, transcript out, every case over lines and over websocket.

mod bad_input;
mod carriers;
mod clients;
mod harness;
mod methods;
mod order;
mod slow_reader;
mod spans;
mod turns;

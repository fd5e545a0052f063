//! The handlers, one file a resource. A handler calls `core` and converts; everything else is the stack's.

mod account;
mod config;
mod initialize;
mod model;
mod thread;
mod turn;
mod unbuilt;

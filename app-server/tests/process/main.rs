//! The real binary as a process: its transports, its exits, and the spans that arrive at a collector.

mod arrival;
mod carrier;
mod collector;
mod crowds;
mod endings;
mod environment;
mod exits;
mod http;
mod restart;
mod secrets;
mod stdio;
mod tasks;
mod token;
mod transport;
mod two_users;
mod unix_socket;
mod websocket;
mod world;

//! What providers get wrong, and what becomes of it: on both wires where both have it.

mod any_stream;
mod calls;
mod cost;
mod ends;
mod errors;
mod harness;
mod history;
mod ids;
mod odd_values;
mod recorded;

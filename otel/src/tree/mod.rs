//! Drawing a trace as a tree in a terminal: name, kind, times, a bar, outcome, tokens and tools.

mod cells;
mod draw;

pub(crate) use cells::{fit, plain, time};
pub use draw::{Style, draw};

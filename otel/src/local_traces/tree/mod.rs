//! Drawing a trace as a tree in a terminal: name, kind, times, a bar, outcome, tokens and tools.

mod cells;
mod draw;

pub use cells::plain;
pub(crate) use cells::{fit, time};
pub use draw::{Style, draw};

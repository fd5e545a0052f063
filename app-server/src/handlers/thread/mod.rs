//! `thread/…`: one file a subject.

mod change;
mod fork;
mod gate;
mod history;
mod keep;
mod list;
mod read;
mod resume;
mod search;
mod start;
mod unsubscribe;

//! `thread/…`: one file a subject.

mod archive;
mod fork;
mod history;
mod join;
mod list;
mod metadata;
mod read;
mod read_state;
mod resume;
mod search;
mod settings;
mod start;
mod unsubscribe;

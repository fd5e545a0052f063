//! `thread/…`: one file a subject.

mod fork;
mod gate;
mod history;
mod list;
mod metadata;
mod read;
mod resume;
mod search;
mod settings;
mod start;
mod unsubscribe;

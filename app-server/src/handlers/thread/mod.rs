//! `thread/…`: one file a subject.

mod fork;
mod history;
mod join;
mod list;
mod metadata;
mod read;
mod resume;
mod search;
mod settings;
mod start;
mod unsubscribe;

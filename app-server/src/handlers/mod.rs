//! The handlers, one file a resource. A handler calls `core` and converts; everything else is the stack's.

mod account;
mod collaboration_mode;
mod config;
mod environment;
mod initialize;
mod model;
mod model_provider;
mod not_offered;
mod paging;
mod permission_profile;
mod server;
mod skills;
mod thread;
mod turn;
mod unbuilt;
mod working_directories;

use working_directories::cwds;

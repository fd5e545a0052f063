//! The handlers, one file a resource. A handler calls `core` and converts; everything else is the stack's.

mod account;
mod apps;
mod background_terminal;
mod collaboration_mode;
mod config;
mod config_requirements;
mod environment;
mod experimental_feature;
mod goal;
mod hooks;
mod initialize;
mod mcp_server;
mod model;
mod model_provider;
mod paging;
mod permission_profile;
mod plugins;
mod server;
mod skills;
mod thread;
mod turn;
mod unbuilt;
mod working_directories;

use working_directories::cwds;

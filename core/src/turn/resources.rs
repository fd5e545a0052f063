//! What the turns of a thread work with.

use std::sync::Arc;

use codex_protocol::ThreadId;

use super::Services;
use crate::{Config, approval::SessionGrants, journal::Journal, tools::ToolSource};

/// What the turns of a thread work with: the same for as long as the thread is loaded, but for the configuration, which is
/// fixed for a turn when it begins.
#[derive(Clone)]
pub(crate) struct ThreadResources {
    pub(crate) id: ThreadId,
    pub(crate) config: Config,
    /// The base instructions.
    pub(crate) instructions: Arc<str>,
    /// Where the tools of its turns come from.
    pub(crate) tools: Arc<[Arc<dyn ToolSource>]>,
    pub(crate) journal: Arc<Journal>,
    pub(crate) services: Arc<Services>,
    /// What the user allowed for as long as the thread is loaded.
    pub(crate) grants: Arc<SessionGrants>,
}

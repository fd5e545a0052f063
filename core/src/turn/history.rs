//! The conversation so far, as the model sees it.

use crate::model::ModelItem;

/// The conversation so far, as the model sees it.
#[derive(Debug, Default)]
pub(crate) struct History {
    pub(super) items: Vec<ModelItem>,
    /// What the model was last told about its environment.
    pub(super) environment: Option<String>,
}

impl History {
    /// A conversation that begins with these.
    pub(crate) fn beginning(items: Vec<ModelItem>) -> Self {
        Self { items, environment: None }
    }
}

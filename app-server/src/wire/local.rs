//! Where commands run.

/// The one place where commands run, by the name that clients know it by.
pub(crate) const LOCAL: &str = "local";

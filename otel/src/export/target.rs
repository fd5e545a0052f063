//! Where the records of a signal go.

use super::{Destination, FileTarget};

/// A resolved exporter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Target {
    /// Nowhere: what comes is counted as exported. For tests.
    #[default]
    None,
    /// JSON lines on standard output.
    Stdout,
    /// JSON lines on standard error, because standard output carries the protocol.
    Stderr,
    /// A rotated file.
    File(FileTarget),
    /// A collector.
    Otlp(Destination),
}

//! Why a patch is not applied.

use std::{io, path::PathBuf};

/// Why a text is no patch.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ParseError {
    /// It does not begin or end as a patch does.
    #[error("a patch begins with the line `*** Begin Patch` and ends with the line `*** End Patch`")]
    Frame,
    /// It changes nothing.
    #[error("the patch is empty")]
    Empty,
    /// A line of it does not belong there.
    #[error("line {line} of the patch: {reason}")]
    Line {
        /// Which one, the first being 1.
        line: usize,
        /// What was expected.
        reason: String,
    },
}

/// Why a patch cannot be applied to the files as they are.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PlanError {
    /// What it quotes is not there.
    #[error("{path} has no such lines{anchor}:\n{lines}")]
    NotFound {
        /// The file.
        path: String,
        /// Behind which line they were looked for, as a part of the sentence.
        anchor: String,
        /// What it quotes.
        lines: String,
    },
    /// Placing it takes too long.
    #[error("{path}: the patch quotes too many lines that are alike; quote fewer")]
    TooHard {
        /// The file.
        path: String,
    },
    /// The name is that of no file that could be changed.
    #[error("{path}: {reason}")]
    Path {
        /// The name, as the patch has it.
        path: String,
        /// Why not.
        reason: String,
    },
    /// The file cannot be read.
    #[error("cannot read {path}: {source}")]
    Read {
        /// The file.
        path: String,
        /// What the system said.
        source: io::Error,
    },
}

/// Why a patch that fits was not applied. Nothing has changed then, unless it says so.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApplyError {
    /// A file is not what it was when the patch was placed.
    #[error("{path} has changed meanwhile; read it again")]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// A file could not be written. All is as it was.
    #[error("cannot write {path}: {source}; no file was changed")]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file could not be written, and others could not be put back.
    #[error("cannot write {path}: {source}; and could not put back {}", list(.lost))]
    Torn {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
        /// The files that are not as they were.
        lost: Vec<PathBuf>,
    },
}

fn list(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
}

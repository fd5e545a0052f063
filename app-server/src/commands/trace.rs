//! `trace list` and `trace show`: reading the traces of the file exporter without a backend.

use std::{
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use clap::{Args, Subcommand};
use codex_core::Config;
use codex_otel::{
    files::{self, TraceFiles},
    summary,
    tree::{self, Style},
};
use jiff::{Timestamp, tz::TimeZone};

use super::{CommandError, terminal};
use crate::home::codex_home;

/// The arguments of `trace`.
#[derive(Clone, Debug, Args)]
pub(crate) struct TraceArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Clone, Debug, Subcommand)]
enum What {
    /// Lists the traces that were written, the newest last.
    List {
        /// At most so many, the newest ones.
        #[arg(long, value_name = "N", default_value_t = 50)]
        limit: usize,
        #[command(flatten)]
        place: Place,
    },
    /// Draws a trace as a tree, or every trace of a file.
    Show {
        /// A trace id, the beginning of one, `last`, or a file of OTLP/JSON lines.
        #[arg(value_name = "ID|FILE")]
        which: String,
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Clone, Debug, Args)]
struct Place {
    /// The folder or file to read; else the folder that the file exporter is configured for.
    #[arg(long, value_name = "PATH")]
    from: Option<PathBuf>,
    /// Columns to draw with; else those of the terminal.
    #[arg(long, value_name = "N")]
    width: Option<usize>,
}

/// Why nothing is shown.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TraceError {
    /// The configuration names the folder.
    #[error("configuration: {0}")]
    Config(#[from] codex_core::ConfigError),
    /// The file or folder.
    #[error("cannot read {path}: {source}")]
    Read {
        /// What was to be read.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Nothing begins with what was asked for.
    #[error("no trace begins with `{which}` in {path}: see `trace list`")]
    Unknown {
        /// What was asked for.
        which: String,
        /// Where it was looked for.
        path: PathBuf,
    },
    /// More than one trace begins with what was asked for.
    #[error("{count} traces begin with `{which}`: give more of the id")]
    Ambiguous {
        /// What was asked for.
        which: String,
        /// How many there are.
        count: usize,
    },
}

/// Runs the command.
pub(crate) fn run(args: TraceArgs) -> Result<ExitCode, CommandError> {
    let text = match args.what {
        What::List { limit, place } => list(limit, &place)?,
        What::Show { which, place } => show(&which, &place)?,
    };
    // A reader that went away, as `head` does, is no failure.
    let _ = io::stdout().write_all(text.as_bytes());
    Ok(ExitCode::SUCCESS)
}

fn list(limit: usize, place: &Place) -> Result<String, TraceError> {
    let (path, found) = place.read()?;
    let traces = summary::summaries(&found.spans);
    if traces.is_empty() {
        return Ok(format!(
            "no traces in {}\nWrite some: -c otel.trace_exporter=file, or OTEL_TRACES_EXPORTER=file.\n",
            path.display()
        ));
    }
    let newest = traces.get(traces.len().saturating_sub(limit)..).unwrap_or_default();
    Ok(summary::list(newest, place.style(), &clock))
}

fn show(which: &str, place: &Place) -> Result<String, TraceError> {
    let file = PathBuf::from(which);
    if place.from.is_none() && file.is_file() {
        return Ok(tree::draw(&read(file)?.spans, place.style()));
    }
    let (path, found) = place.read()?;
    let mut ids: Vec<String> =
        summary::summaries(&found.spans).into_iter().map(|trace| trace.trace_id).collect();
    let wanted = which.to_ascii_lowercase();
    if wanted == "last" {
        ids = ids.pop().into_iter().collect();
    } else {
        ids.retain(|id| id.starts_with(&wanted));
    }
    match &ids[..] {
        [] => Err(TraceError::Unknown { which: which.to_owned(), path }),
        [id] => {
            let spans: Vec<_> = found.spans.into_iter().filter(|span| span.trace_id == *id).collect();
            Ok(tree::draw(&spans, place.style()))
        }
        more => Err(TraceError::Ambiguous { which: which.to_owned(), count: more.len() }),
    }
}

impl Place {
    fn read(&self) -> Result<(PathBuf, TraceFiles), TraceError> {
        if let Some(path) = &self.from {
            return Ok((path.clone(), read(path.clone())?));
        }
        let home = codex_home();
        let config = Config::load(&home, &[])?;
        let folder = config.otel().file.folder.clone().unwrap_or_else(|| home.join(files::FOLDER));
        // Nobody has written there yet.
        let found = if folder.exists() { read(folder.clone())? } else { TraceFiles::default() };
        Ok((folder, found))
    }

    fn style(&self) -> Style {
        terminal::style(self.width)
    }
}

/// Reads, and says on stderr what could not be read.
fn read(path: PathBuf) -> Result<TraceFiles, TraceError> {
    match files::read(&path) {
        Ok(found) => {
            if found.skipped > 0 {
                let _ = writeln!(io::stderr(), "{} lines are no OTLP/JSON and were left out", found.skipped);
            }
            Ok(found)
        }
        Err(source) => Err(TraceError::Read { path, source }),
    }
}

/// A time of this machine's clock.
fn clock(unix_nanos: u64) -> String {
    let at = Timestamp::from_nanosecond(i128::from(unix_nanos)).unwrap_or_default();
    at.to_zoned(TimeZone::system()).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

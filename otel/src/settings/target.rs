//! Which exporter a signal has.

use super::endpoint::{Wanted, destination};
use super::variables::Variables;
use super::{Flags, Signal};
use crate::export::{FileTarget, Target};
use crate::{ExporterConfig, OtelConfig, files};

/// The exporter of a signal. A wrong setting is a warning, and no exporter.
pub(super) fn target(
    signal: Signal,
    flags: &Flags,
    file: &OtelConfig,
    variables: &mut Variables<'_>,
) -> Target {
    choose(signal, flags, file, variables).unwrap_or_else(|error| {
        variables.warn(format!("{error}; no {} are exported", signal.records()));
        Target::None
    })
}

fn choose(
    signal: Signal,
    flags: &Flags,
    file: &OtelConfig,
    variables: &mut Variables<'_>,
) -> Result<Target, String> {
    let selector = format!("OTEL_{}_EXPORTER", signal.variable());
    let named = variables.get(&selector);
    let configured = match signal {
        Signal::Traces => file.trace_exporter.as_ref().or(file.exporter.as_ref()),
        Signal::Metrics => file.metrics_exporter.as_ref(),
        Signal::Logs => file.log_exporter.as_ref(),
    };
    let wanted = match configured {
        Some(ExporterConfig::OtlpHttp(http)) => Wanted::from(http),
        Some(ExporterConfig::OtlpGrpc(grpc)) => Wanted::from(grpc),
        _ => Wanted::default(),
    };
    // The flag asks for spans. The other signals go to its place if they are asked for elsewhere.
    if let (Some(base), Signal::Traces) = (&flags.otlp, signal) {
        let wanted = Wanted::default().at(Some(base));
        return destination(signal, wanted, variables).map(Target::Otlp);
    }
    let wanted = wanted.at(flags.otlp.as_ref());
    match (named.as_deref(), configured) {
        (Some("none"), _) | (None, Some(ExporterConfig::None)) => Ok(Target::None),
        (Some("console"), _) | (None, Some(ExporterConfig::Stdout)) => Ok(console(signal, flags, variables)),
        (Some("file"), _) | (None, Some(ExporterConfig::File)) => sink(signal, file, variables),
        (Some("otlp"), _) | (None, Some(ExporterConfig::OtlpHttp(_) | ExporterConfig::OtlpGrpc(_))) => {
            destination(signal, wanted, variables).map(Target::Otlp)
        }
        (Some(_), _) => {
            Err(format!("{selector} names no exporter that is built (otlp, console, file, none)"))
        }
        (None, None) if asked_by_endpoint(signal, variables) => {
            destination(signal, wanted, variables).map(Target::Otlp)
        }
        (None, None) => Ok(Target::None),
    }
}

/// Whether an endpoint without a word on the exporter is meant to be used. The base endpoint is for spans alone: many
/// trace backends take nothing else, and would answer each batch of metrics with an error.
fn asked_by_endpoint(signal: Signal, variables: &Variables<'_>) -> bool {
    let own = format!("OTEL_EXPORTER_OTLP_{}_ENDPOINT", signal.variable());
    variables.get(&own).is_some()
        || (signal == Signal::Traces && variables.get("OTEL_EXPORTER_OTLP_ENDPOINT").is_some())
}

fn console(signal: Signal, flags: &Flags, variables: &mut Variables<'_>) -> Target {
    if flags.stdio_protocol {
        variables
            .warn(format!("standard output carries the protocol; {} go to standard error", signal.records()));
        Target::Stderr
    } else {
        Target::Stdout
    }
}

fn sink(signal: Signal, file: &OtelConfig, variables: &Variables<'_>) -> Result<Target, String> {
    let folder = match &file.file.folder {
        Some(folder) => folder.clone(),
        None => files::default_folder(variables.env)
            .ok_or("the file exporter needs otel.file.folder, CODEX_HOME or HOME")?,
    };
    Ok(Target::File(FileTarget {
        path: folder.join(format!("{}.jsonl", signal.path())),
        max_bytes: file.file.max_bytes,
        keep: file.file.keep,
    }))
}

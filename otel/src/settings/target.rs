//! Which exporter a signal has.

use super::endpoint::{Wanted, destination};
use super::variables::Variables;
use super::{Flags, Signal};
use crate::export::{FileTarget, Target};
use crate::{ExporterConfig, OtelConfig, files};

/// Where a signal goes: first what is counted, a collector if there is one. A wrong setting is a warning, and costs
/// itself alone.
pub(super) fn targets(
    signal: Signal,
    flags: &Flags,
    file: &OtelConfig,
    variables: &mut Variables<'_>,
) -> Vec<Target> {
    let mut targets = Vec::new();
    for chosen in chosen(signal, flags, file, variables) {
        match target(chosen, signal, flags, file, variables) {
            Ok(target) => targets.push(target),
            Err(error) => {
                variables.warn_once(format!("{error}; no {} are exported there", signal.records()));
            }
        }
    }
    // The exporters that are named beside a collector write here.
    targets.sort_by_key(|target| !matches!(target, Target::Otlp(_)));
    targets.dedup();
    targets
}

/// A kind of exporter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Chosen {
    Otlp,
    Console,
    File,
}

/// The exporters that are asked for: by flag, variable, file, or an endpoint.
fn chosen(signal: Signal, flags: &Flags, file: &OtelConfig, variables: &mut Variables<'_>) -> Vec<Chosen> {
    let selector = format!("OTEL_{}_EXPORTER", signal.variable());
    // The flag asks for spans. The other signals go to its place if they are asked for elsewhere.
    if flags.otlp.is_some() && signal == Signal::Traces {
        return vec![Chosen::Otlp];
    }
    if let Some(names) = variables.get(&selector) {
        let mut chosen = Vec::new();
        for name in names.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            match name {
                "none" => {}
                "otlp" => chosen.push(Chosen::Otlp),
                "console" => chosen.push(Chosen::Console),
                "file" => chosen.push(Chosen::File),
                _ => variables.warn_once(format!(
                    "{selector} names an exporter that is not built ({name:?} is not otlp, console, file or none); \
                     leaving it out"
                )),
            }
        }
        return chosen;
    }
    match configured(signal, file) {
        Some(ExporterConfig::Stdout) => vec![Chosen::Console],
        Some(ExporterConfig::File) => vec![Chosen::File],
        Some(ExporterConfig::OtlpHttp(_) | ExporterConfig::OtlpGrpc(_)) => vec![Chosen::Otlp],
        None if asked_by_endpoint(signal, variables) => vec![Chosen::Otlp],
        Some(ExporterConfig::None | ExporterConfig::Statsig) | None => Vec::new(),
    }
}

fn configured(signal: Signal, file: &OtelConfig) -> Option<&ExporterConfig> {
    match signal {
        Signal::Traces => file.trace_exporter.as_ref(),
        Signal::Metrics => file.metrics_exporter.as_ref(),
        Signal::Logs => file.log_exporter.as_ref(),
        Signal::LogEvents => file.exporter.as_ref().or(file.log_exporter.as_ref()),
    }
}

fn target(
    chosen: Chosen,
    signal: Signal,
    flags: &Flags,
    file: &OtelConfig,
    variables: &mut Variables<'_>,
) -> Result<Target, String> {
    match chosen {
        Chosen::Console => Ok(console(signal, flags, variables)),
        Chosen::File => sink(signal, file, variables),
        Chosen::Otlp => {
            let wanted = match configured(signal, file) {
                // The flag is made for spans, whatever the file has for another place.
                _ if flags.otlp.is_some() && signal == Signal::Traces => Wanted::default(),
                Some(ExporterConfig::OtlpHttp(http)) => Wanted::from(http),
                Some(ExporterConfig::OtlpGrpc(grpc)) => Wanted::from(grpc),
                _ => Wanted::default(),
            };
            destination(signal, wanted.at(flags.otlp.as_ref()), variables).map(Target::Otlp)
        }
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
        variables.warn_once(format!(
            "standard output carries the protocol; {} go to standard error",
            signal.records()
        ));
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

//! The one place where flag, variable, file and default meet.

use super::variables::Variables;
use super::{Flags, LogSettings, Settings, State, endpoint};
use crate::export::Target;
use crate::resource::Resource;
use crate::{ExporterConfig, OtelConfig};

impl Settings {
    /// Resolves the settings: flag, variable, file, default. A wrong one is a warning in the second part (to be logged
    /// once [`init`](crate::init) has run); one that is needed for exporting turns exporting off.
    pub fn resolve(
        flags: &Flags,
        env: &dyn Fn(&str) -> Option<String>,
        file: &OtelConfig,
    ) -> (Self, Vec<String>) {
        let mut variables = Variables { env, warnings: Vec::new() };
        let log = LogSettings::resolve(flags.debug, env, &mut variables.warnings);
        let disabled = variables.is_true("OTEL_SDK_DISABLED") && flags.otlp.is_none();
        let target = if disabled { Target::None } else { target(flags, file, &mut variables) };
        let correlate = flags.debug || file.enabled == Some(true);
        let state = match &target {
            _ if disabled || (file.enabled == Some(false) && flags.otlp.is_none() && !flags.debug) => {
                State::Off
            }
            Target::None if correlate => State::Correlate,
            Target::None => State::Off,
            _ => State::Export,
        };
        let settings = Self {
            env_parent: file.env_parent,
            log_user_prompt: file.log_user_prompt,
            turn_started_marker: file.turn_started_marker,
            state,
            target: if state == State::Export { target } else { Target::None },
            resource: resource(flags, file, &mut variables),
            sampling: variables.sampling(),
            limits: variables.limits(),
            log,
        };
        (settings, variables.warnings)
    }
}

fn target(flags: &Flags, file: &OtelConfig, variables: &mut Variables<'_>) -> Target {
    let destination = if let Some(base) = &flags.otlp {
        endpoint::from_flag(base, variables)
    } else {
        let named = variables.get("OTEL_TRACES_EXPORTER");
        let configured = file.trace_exporter.as_ref().or(file.exporter.as_ref());
        match (named.as_deref(), configured) {
            (Some("none"), _) => return Target::None,
            (Some("console"), _) | (None, Some(ExporterConfig::Stdout)) => return console(flags, variables),
            (Some("otlp") | None, Some(ExporterConfig::OtlpHttp(http))) => {
                endpoint::from_http(http, variables)
            }
            (Some("otlp") | None, Some(ExporterConfig::OtlpGrpc(grpc))) => {
                endpoint::from_grpc(grpc, variables)
            }
            (Some("otlp"), _) => endpoint::from_variables(variables),
            (Some(_), _) => {
                Err("OTEL_TRACES_EXPORTER names no exporter that is built (otlp, console, none)".to_owned())
            }
            (None, Some(ExporterConfig::File)) => Err("the file exporter is not built yet".to_owned()),
            // An endpoint without a word on the exporter is meant to be used.
            (None, None) if variables.otlp("ENDPOINT").is_some() => endpoint::from_variables(variables),
            (None, None | Some(ExporterConfig::None)) => return Target::None,
        }
    };
    destination.map_or_else(
        |error| {
            variables.warn(format!("{error}; no spans are exported"));
            Target::None
        },
        Target::Otlp,
    )
}

fn console(flags: &Flags, variables: &mut Variables<'_>) -> Target {
    if flags.stdio_protocol {
        variables.warn("standard output carries the protocol; spans go to standard error");
        Target::Stderr
    } else {
        Target::Stdout
    }
}

/// Later sources replace earlier ones; `OTEL_SERVICE_NAME` stands above `OTEL_RESOURCE_ATTRIBUTES`.
fn resource(flags: &Flags, file: &OtelConfig, variables: &mut Variables<'_>) -> Resource {
    let mut resource = Resource::of_process();
    if let Some(environment) = &file.environment {
        resource.set("deployment.environment.name", environment.clone());
    }
    for (key, value) in variables.pairs("OTEL_RESOURCE_ATTRIBUTES") {
        resource.set(&key, value);
    }
    if let Some(name) = variables.get("OTEL_SERVICE_NAME") {
        resource.set("service.name", name);
    }
    if let Some(id) = &flags.instance_id {
        resource.set("service.instance.id", id.clone());
    }
    resource
}

//! The one place where flag, variable, file and default meet.

use opentelemetry_sdk::Resource;
use opentelemetry_semantic_conventions::resource::{
    DEPLOYMENT_ENVIRONMENT_NAME, SERVICE_INSTANCE_ID, SERVICE_NAME,
};

use super::target::targets;
use super::variables::Variables;
use super::{EventSettings, Flags, LogSettings, Pipeline, Settings, Signal, SpanSettings, State, resource};
use crate::OtelConfig;

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
        let by_variable = variables.is_true("OTEL_SDK_DISABLED");
        let by_file = file.enabled == Some(false) && !flags.debug;
        let disabled = (by_variable || by_file) && flags.otlp.is_none();
        let mut of = |signal| {
            if disabled { Vec::new() } else { targets(signal, flags, file, &mut variables) }
        };
        let (traces, metrics) = (of(Signal::Traces), of(Signal::Metrics));
        let (logs, log_events) = (of(Signal::Logs), of(Signal::LogEvents));
        let correlate = flags.debug || file.enabled == Some(true);
        let state = match &traces[..] {
            [] if disabled || !correlate => State::Off,
            [] => State::Correlate,
            _ => State::Export,
        };
        let exports = [&traces, &metrics, &logs, &log_events].into_iter().any(|targets| !targets.is_empty());
        // Nobody reads it where nothing is exported.
        let resource = if exports {
            of_settings(flags, file, &mut variables)
        } else {
            Resource::builder_empty().build()
        };
        let content = variables.get("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT");
        let log_user_prompt = content.map_or(file.log_user_prompt, |text| text.eq_ignore_ascii_case("true"));
        let settings = Self {
            spans: SpanSettings::from(file),
            log_user_prompt,
            events: EventSettings { prompts: log_user_prompt, ..EventSettings::from(file) },
            isolated: !variables.propagate(),
            disabled,
            state,
            resource,
            sampling: variables.sampling(),
            span_limits: variables.span_limits(),
            span_attributes: file.span_attributes.clone(),
            tracestate: file.tracestate.clone(),
            traces: Pipeline { targets: traces, limits: variables.limits() },
            measuring: variables.metric_settings(),
            metrics: Pipeline { targets: metrics, limits: variables.metric_limits() },
            logs: Pipeline { targets: logs, limits: variables.log_limits() },
            log_events: Pipeline { targets: log_events, limits: variables.log_limits() },
            log,
        };
        (settings, variables.warnings)
    }
}

/// Later sources replace earlier ones; `OTEL_SERVICE_NAME` stands above `OTEL_RESOURCE_ATTRIBUTES`.
fn of_settings(flags: &Flags, file: &OtelConfig, variables: &mut Variables<'_>) -> Resource {
    // The second name is that of the reference.
    let names = [DEPLOYMENT_ENVIRONMENT_NAME, "env"];
    let environment =
        file.environment.iter().flat_map(|name| names.map(|key| (key.to_owned(), name.clone())));
    let mut attributes: Vec<(String, String)> = environment.collect();
    attributes.extend(variables.pairs("OTEL_RESOURCE_ATTRIBUTES"));
    attributes.extend(variables.get("OTEL_SERVICE_NAME").map(|name| (SERVICE_NAME.to_owned(), name)));
    attributes.extend(flags.instance_id.clone().map(|id| (SERVICE_INSTANCE_ID.to_owned(), id)));
    resource::with(&resource::of_process(), attributes)
}

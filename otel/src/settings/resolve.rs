//! The one place where flag, variable, file and default meet.

use opentelemetry_sdk::Resource;
use opentelemetry_semantic_conventions::resource::{
    DEPLOYMENT_ENVIRONMENT_NAME, SERVICE_INSTANCE_ID, SERVICE_NAME,
};

use super::target::target;
use super::variables::Variables;
use super::{Flags, LogSettings, Pipeline, Settings, Signal, SpanSettings, State, resource};
use crate::OtelConfig;
use crate::export::Target;

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
            if disabled { Target::None } else { target(signal, flags, file, &mut variables) }
        };
        let (traces, metrics, logs) = (of(Signal::Traces), of(Signal::Metrics), of(Signal::Logs));
        let correlate = flags.debug || file.enabled == Some(true);
        let state = match &traces {
            Target::None if disabled || !correlate => State::Off,
            Target::None => State::Correlate,
            _ => State::Export,
        };
        let exports = [&traces, &metrics, &logs].into_iter().any(|target| *target != Target::None);
        // Nobody reads it where nothing is exported.
        let resource = if exports {
            of_settings(flags, file, &mut variables)
        } else {
            Resource::builder_empty().build()
        };
        let content = variables.get("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT");
        let settings = Self {
            spans: SpanSettings::from(file),
            log_user_prompt: content.map_or(file.log_user_prompt, |text| text.eq_ignore_ascii_case("true")),
            isolated: !variables.propagate(),
            disabled,
            state,
            target: traces,
            resource,
            sampling: variables.sampling(),
            span_limits: variables.span_limits(),
            limits: variables.limits(),
            measuring: variables.metric_settings(),
            metrics: Pipeline { target: metrics, limits: variables.metric_limits() },
            logs: Pipeline { target: logs, limits: variables.log_limits() },
            log,
        };
        (settings, variables.warnings)
    }
}

/// Later sources replace earlier ones; `OTEL_SERVICE_NAME` stands above `OTEL_RESOURCE_ATTRIBUTES`.
fn of_settings(flags: &Flags, file: &OtelConfig, variables: &mut Variables<'_>) -> Resource {
    let environment = file.environment.clone().map(|name| (DEPLOYMENT_ENVIRONMENT_NAME.to_owned(), name));
    let mut attributes: Vec<(String, String)> = environment.into_iter().collect();
    attributes.extend(variables.pairs("OTEL_RESOURCE_ATTRIBUTES"));
    attributes.extend(variables.get("OTEL_SERVICE_NAME").map(|name| (SERVICE_NAME.to_owned(), name)));
    attributes.extend(flags.instance_id.clone().map(|id| (SERVICE_INSTANCE_ID.to_owned(), id)));
    resource::with(&resource::of_process(), attributes)
}

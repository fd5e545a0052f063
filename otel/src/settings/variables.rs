//! The standard `OTEL_*` variables, read one by one.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::time::Duration;

use percent_encoding::percent_decode_str;

use super::{MetricSettings, Signal};
use crate::export::Limits;
use crate::span::SpanLimits;

/// The environment, with what was wrong in it.
pub(super) struct Variables<'a> {
    pub(super) env: &'a dyn Fn(&str) -> Option<String>,
    pub(super) warnings: Vec<String>,
}

/// How a root is sampled, and whether a parent's decision comes first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Sampling {
    /// Share of the roots that are sampled.
    pub(crate) ratio: f64,
    /// Whether the caller's sampled flag decides.
    pub(crate) parent_based: bool,
}

impl Default for Sampling {
    fn default() -> Self {
        Self { ratio: 1.0, parent_based: true }
    }
}

impl Variables<'_> {
    /// A variable; an empty one counts as unset, as the specification says.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        (self.env)(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    /// `OTEL_EXPORTER_OTLP_{SIGNAL}_{suffix}`, else `OTEL_EXPORTER_OTLP_{suffix}`.
    pub(super) fn otlp(&self, signal: Signal, suffix: &str) -> Option<String> {
        self.get(&format!("OTEL_EXPORTER_OTLP_{}_{suffix}", signal.variable()))
            .or_else(|| self.get(&format!("OTEL_EXPORTER_OTLP_{suffix}")))
    }

    pub(super) fn warn(&mut self, warning: impl Into<String>) {
        self.warnings.push(warning.into());
    }

    /// Warns of what is read once for each signal.
    pub(super) fn warn_once(&mut self, warning: String) {
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    /// A boolean variable: only `true` is true.
    pub(super) fn is_true(&self, name: &str) -> bool {
        self.get(name).is_some_and(|text| text.eq_ignore_ascii_case("true"))
    }

    fn number<T: FromStr>(&mut self, name: &str, default: T) -> T {
        match self.get(name).map(|text| text.parse()) {
            None => default,
            Some(Ok(number)) => number,
            Some(Err(_)) => {
                self.warn_once(format!("{name} is not a number; using the default"));
                default
            }
        }
    }

    /// `key=value,…` with percent-encoded values, as in `OTEL_RESOURCE_ATTRIBUTES` and the header variables.
    pub(super) fn pairs(&mut self, name: &str) -> BTreeMap<String, String> {
        let mut pairs = BTreeMap::new();
        for member in self.get(name).unwrap_or_default().split(',').filter(|member| !member.trim().is_empty())
        {
            let decoded = member.split_once('=').and_then(|(key, value)| {
                let decode =
                    |text: &str| percent_decode_str(text.trim()).decode_utf8().ok().map(String::from);
                Some((decode(key).filter(|key| !key.is_empty())?, decode(value)?))
            });
            match decoded {
                Some((key, value)) => drop(pairs.insert(key, value)),
                // The member is not shown: it may be a credential.
                None => self.warn(format!("a member of {name} is not key=value; leaving it out")),
            }
        }
        pairs
    }

    /// `OTEL_TRACES_SAMPLER` and its argument.
    pub(super) fn sampling(&mut self) -> Sampling {
        let Some(name) = self.get("OTEL_TRACES_SAMPLER") else { return Sampling::default() };
        let (base, parent_based) = match name.strip_prefix("parentbased_") {
            Some(base) => (base, true),
            None => (name.as_str(), false),
        };
        let ratio = match base {
            "always_on" => 1.0,
            "always_off" => 0.0,
            "traceidratio" => {
                let ratio: f64 = self.number("OTEL_TRACES_SAMPLER_ARG", 1.0);
                if !(0.0..=1.0).contains(&ratio) {
                    self.warn("OTEL_TRACES_SAMPLER_ARG is not between 0 and 1; sampling everything");
                    return Sampling { ratio: 1.0, parent_based };
                }
                ratio
            }
            _ => {
                self.warn("OTEL_TRACES_SAMPLER names no sampler that is built; using parentbased_always_on");
                return Sampling::default();
            }
        };
        Sampling { ratio, parent_based }
    }

    /// `OTEL_PROPAGATORS`: whether context is taken in and handed on. `baggage` is taken as said: messages have no place
    /// for it.
    pub(super) fn propagate(&mut self) -> bool {
        let Some(list) = self.get("OTEL_PROPAGATORS") else { return true };
        let mut propagate = false;
        for name in list.split(',').map(str::trim) {
            match name {
                "tracecontext" => propagate = true,
                "baggage" | "none" => {}
                _ => self.warn(
                    "OTEL_PROPAGATORS names a propagator that is not built (tracecontext, baggage, none); leaving it out",
                ),
            }
        }
        propagate
    }

    /// Limits of a span: its own variable, else the one for all attributes.
    pub(super) fn span_limits(&mut self) -> SpanLimits {
        let default = SpanLimits::default();
        let length = self.number("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", usize::MAX);
        let length = self.number("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", length);
        let count = self.number("OTEL_ATTRIBUTE_COUNT_LIMIT", default.attributes);
        SpanLimits {
            value_length: (length != usize::MAX).then_some(length),
            attributes: self.number("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", count),
            events: self.number("OTEL_SPAN_EVENT_COUNT_LIMIT", default.events),
            links: self.number("OTEL_SPAN_LINK_COUNT_LIMIT", default.links),
            event_attributes: self.number("OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT", count),
            link_attributes: self.number("OTEL_LINK_ATTRIBUTE_COUNT_LIMIT", count),
        }
    }

    /// `OTEL_BSP_*` and the time-out.
    pub(super) fn limits(&mut self) -> Limits {
        self.batching("BSP", Signal::Traces, Limits::default())
    }

    /// `OTEL_BLRP_*` and the time-out.
    pub(super) fn log_limits(&mut self) -> Limits {
        let default = Limits { queue: 8_192, delay: Duration::from_secs(1), ..Limits::default() };
        self.batching("BLRP", Signal::Logs, default)
    }

    /// `OTEL_METRIC_EXPORT_*` and the time-out.
    pub(super) fn metric_limits(&mut self) -> Limits {
        let default = Limits { queue: 4, batch: 1, delay: Duration::from_secs(60), ..Limits::default() };
        Limits {
            delay: self.millis("OTEL_METRIC_EXPORT_INTERVAL", default.delay).max(Duration::from_millis(1)),
            whole: self.millis("OTEL_METRIC_EXPORT_TIMEOUT", default.whole),
            timeout: self.timeout(Signal::Metrics, default.timeout),
            ..default
        }
    }

    /// `OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE` and `…_DEFAULT_HISTOGRAM_AGGREGATION`.
    pub(super) fn metric_settings(&mut self) -> MetricSettings {
        const TEMPORALITY: &str = "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE";
        const AGGREGATION: &str = "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION";
        let mut settings = MetricSettings::default();
        match self.get(TEMPORALITY).map(|text| text.parse()) {
            None => {}
            Some(Ok(temporality)) => settings.temporality = temporality,
            Some(Err(())) => {
                self.warn(format!("{TEMPORALITY} is not cumulative, delta or lowmemory; using cumulative"));
            }
        }
        match self.get(AGGREGATION).as_deref() {
            None | Some("explicit_bucket_histogram") => {}
            Some("base2_exponential_bucket_histogram") => settings.exponential = true,
            Some(_) => self.warn(format!(
                "{AGGREGATION} is neither explicit_bucket_histogram nor base2_exponential_bucket_histogram; using \
                 explicit buckets"
            )),
        }
        settings
    }

    fn batching(&mut self, processor: &str, signal: Signal, default: Limits) -> Limits {
        let queue = self.number(&format!("OTEL_{processor}_MAX_QUEUE_SIZE"), default.queue).max(1);
        let batch = self.number(&format!("OTEL_{processor}_MAX_EXPORT_BATCH_SIZE"), default.batch);
        Limits {
            queue,
            batch: batch.clamp(1, queue),
            delay: self.millis(&format!("OTEL_{processor}_SCHEDULE_DELAY"), default.delay),
            whole: self.millis(&format!("OTEL_{processor}_EXPORT_TIMEOUT"), default.whole),
            timeout: self.timeout(signal, default.timeout),
        }
    }

    fn timeout(&mut self, signal: Signal, default: Duration) -> Duration {
        let timeout = self.millis("OTEL_EXPORTER_OTLP_TIMEOUT", default);
        let own = format!("OTEL_EXPORTER_OTLP_{}_TIMEOUT", signal.variable());
        self.millis(&own, timeout).max(Duration::from_millis(1))
    }

    fn millis(&mut self, name: &str, default: Duration) -> Duration {
        Duration::from_millis(self.number(name, default.as_millis() as u64))
    }
}

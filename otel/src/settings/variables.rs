//! The standard `OTEL_*` variables, read one by one.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::time::Duration;

use percent_encoding::percent_decode_str;

use crate::export::Limits;

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

    /// `OTEL_EXPORTER_OTLP_TRACES_{suffix}`, else `OTEL_EXPORTER_OTLP_{suffix}`.
    pub(super) fn otlp(&self, suffix: &str) -> Option<String> {
        self.get(&format!("OTEL_EXPORTER_OTLP_TRACES_{suffix}"))
            .or_else(|| self.get(&format!("OTEL_EXPORTER_OTLP_{suffix}")))
    }

    pub(super) fn warn(&mut self, warning: impl Into<String>) {
        self.warnings.push(warning.into());
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
                self.warn(format!("{name} is not a number; using the default"));
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

    /// `OTEL_BSP_*` and the time-out.
    pub(super) fn limits(&mut self) -> Limits {
        let default = Limits::default();
        let millis = |duration: Duration| duration.as_millis() as u64;
        let queue = self.number("OTEL_BSP_MAX_QUEUE_SIZE", default.queue).max(1);
        let batch = self.number("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", default.batch).clamp(1, queue);
        let delay = self.number("OTEL_BSP_SCHEDULE_DELAY", millis(default.delay));
        let timeout = self.number("OTEL_EXPORTER_OTLP_TIMEOUT", millis(default.timeout));
        let timeout = self.number("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", timeout).max(1);
        Limits { queue, batch, delay: Duration::from_millis(delay), timeout: Duration::from_millis(timeout) }
    }
}

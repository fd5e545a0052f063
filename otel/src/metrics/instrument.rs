//! Instruments: statics that come to life when they are first used with a meter there.

use std::sync::OnceLock;

use opentelemetry::{KeyValue, metrics as api};

use super::meter;
use crate::Value;

/// Name, unit and description of an instrument, by the conventions.
#[derive(Clone, Copy, Debug)]
struct About {
    name: &'static str,
    unit: &'static str,
    description: &'static str,
}

/// A distribution of values.
#[derive(Debug)]
pub struct Histogram {
    about: About,
    bounds: &'static [f64],
    made: OnceLock<api::Histogram<f64>>,
}

/// A count that only grows.
#[derive(Debug)]
pub struct Counter {
    about: About,
    made: OnceLock<api::Counter<f64>>,
}

/// A count that goes up and down.
#[derive(Debug)]
pub struct UpDownCounter {
    about: About,
    made: OnceLock<api::UpDownCounter<i64>>,
}

impl Histogram {
    /// A histogram with the upper bounds of its buckets; one bucket more is for what is above them.
    pub const fn new(
        name: &'static str,
        unit: &'static str,
        description: &'static str,
        bounds: &'static [f64],
    ) -> Self {
        Self { about: About { name, unit, description }, bounds, made: OnceLock::new() }
    }

    /// Counts a value in.
    pub fn record(&self, value: f64, attributes: impl IntoIterator<Item = (&'static str, Value)>) {
        let Some(meter) = meter::current() else { return };
        let made = self.made.get_or_init(|| {
            let About { name, unit, description } = self.about;
            let builder = meter.f64_histogram(name).with_unit(unit).with_description(description);
            builder.with_boundaries(self.bounds.to_vec()).build()
        });
        made.record(value, &pairs(attributes));
    }
}

impl Counter {
    /// A counter.
    pub const fn new(name: &'static str, unit: &'static str, description: &'static str) -> Self {
        Self { about: About { name, unit, description }, made: OnceLock::new() }
    }

    /// Adds an amount.
    pub fn add(&self, amount: f64, attributes: impl IntoIterator<Item = (&'static str, Value)>) {
        let Some(meter) = meter::current() else { return };
        let made = self.made.get_or_init(|| {
            let About { name, unit, description } = self.about;
            meter.f64_counter(name).with_unit(unit).with_description(description).build()
        });
        made.add(amount, &pairs(attributes));
    }
}

impl UpDownCounter {
    /// A counter.
    pub const fn new(name: &'static str, unit: &'static str, description: &'static str) -> Self {
        Self { about: About { name, unit, description }, made: OnceLock::new() }
    }

    /// Counts one up until the guard is dropped.
    #[must_use]
    pub fn count(&'static self, attributes: impl IntoIterator<Item = (&'static str, Value)>) -> Counted {
        let Some(meter) = meter::current() else { return Counted(None) };
        let made = self.made.get_or_init(|| {
            let About { name, unit, description } = self.about;
            meter.i64_up_down_counter(name).with_unit(unit).with_description(description).build()
        });
        let attributes = pairs(attributes);
        made.add(1, &attributes);
        Counted(Some((made, attributes)))
    }
}

/// Something that is counted while this lives.
#[derive(Debug)]
pub struct Counted(Option<(&'static api::UpDownCounter<i64>, Vec<KeyValue>)>);

impl Drop for Counted {
    fn drop(&mut self) {
        if let Some((counter, attributes)) = &self.0 {
            counter.add(-1, attributes);
        }
    }
}

fn pairs(attributes: impl IntoIterator<Item = (&'static str, Value)>) -> Vec<KeyValue> {
    attributes.into_iter().map(|(key, value)| KeyValue::new(key, opentelemetry::Value::from(value))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::Timer;

    static CALLS: Histogram = Histogram::new("calls", "s", "Calls", &[1.0]);
    static OPEN: UpDownCounter = UpDownCounter::new("open", "{one}", "Open ones");

    #[test]
    fn without_an_exporter_nothing_is_counted_and_no_clock_is_read() {
        assert!(meter::current().is_none(), "no unit test may install the meter of the process");
        assert!(Timer::start().elapsed().is_none());
        CALLS.record(1.0, []);
        assert!(OPEN.count([]).0.is_none() && OPEN.made.get().is_none() && CALLS.made.get().is_none());
    }
}

//! What a collection of metrics holds.

use crate::Value;

/// Attributes of a series.
pub(crate) type Attributes = Vec<(&'static str, Value)>;

/// All metrics at one time.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Snapshot {
    /// When counting began, nanoseconds since 1970.
    pub(crate) start: u64,
    /// When it was taken.
    pub(crate) time: u64,
    /// Those that have a value.
    pub(crate) metrics: Vec<Metric>,
}

/// An instrument with its series.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Metric {
    pub(crate) name: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) description: &'static str,
    pub(crate) data: Data,
}

/// Values, by kind of instrument. All are cumulative.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Data {
    Histogram {
        bounds: &'static [f64],
        points: Vec<HistogramPoint>,
    },
    /// A counter, or one that also goes down.
    Sum {
        monotonic: bool,
        points: Vec<SumPoint>,
    },
}

/// A series of a histogram.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct HistogramPoint {
    pub(crate) attributes: Attributes,
    pub(crate) counts: Vec<u64>,
    pub(crate) count: u64,
    pub(crate) sum: f64,
    pub(crate) min: f64,
    pub(crate) max: f64,
}

/// A series of a sum.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SumPoint {
    pub(crate) attributes: Attributes,
    pub(crate) value: i64,
}

//! Histograms: families of series with fixed buckets, safe against ever new attributes.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use super::point::{Attributes, HistogramPoint};

/// The most series of one family; further ones go into one that says so (`otel.metric.overflow`).
const MOST_SERIES: usize = 2_000;

/// What tells the series of a family apart.
pub(super) trait Key: Hash + Eq {
    /// As attributes.
    fn attributes(&self) -> Attributes;
}

/// A family: one instrument, a series for each set of attributes.
#[derive(Debug)]
pub(super) struct Family<K> {
    bounds: &'static [f64],
    series: RwLock<HashMap<K, Arc<Series>>>,
    overflow: Series,
}

#[derive(Debug)]
struct Series(Mutex<State>);

#[derive(Clone, Debug)]
struct State {
    counts: Vec<u64>,
    count: u64,
    sum: f64,
    min: f64,
    max: f64,
}

impl<K: Key> Family<K> {
    /// A family with the upper bounds of its buckets; one bucket more is for what is above them.
    pub(super) fn new(bounds: &'static [f64]) -> Self {
        Self { bounds, series: RwLock::default(), overflow: Series::new(bounds) }
    }

    /// Counts a value in.
    pub(super) fn record(&self, key: K, value: f64) {
        if let Some(series) = self.series.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return series.record(self.bounds, value);
        }
        let mut all = self.series.write().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST_SERIES && !all.contains_key(&key) {
            drop(all);
            return self.overflow.record(self.bounds, value);
        }
        let series = Arc::clone(all.entry(key).or_insert_with(|| Arc::new(Series::new(self.bounds))));
        drop(all);
        series.record(self.bounds, value);
    }

    /// Every series as it is now, in the order of its attributes.
    pub(super) fn points(&self) -> Vec<HistogramPoint> {
        let all = self.series.read().unwrap_or_else(PoisonError::into_inner);
        let mut points: Vec<_> = all.iter().map(|(key, series)| series.point(key.attributes())).collect();
        drop(all);
        points.sort_by_key(|point| format!("{:?}", point.attributes));
        let overflow = self.overflow.point(vec![("otel.metric.overflow", true.into())]);
        if overflow.count > 0 {
            points.push(overflow);
        }
        points
    }
}

impl Series {
    fn new(bounds: &[f64]) -> Self {
        Self(Mutex::new(State {
            counts: vec![0; bounds.len() + 1],
            count: 0,
            sum: 0.0,
            min: f64::INFINITY,
            max: f64::NEG_INFINITY,
        }))
    }

    fn record(&self, bounds: &[f64], value: f64) {
        // Upper bounds belong to their bucket.
        let bucket = bounds.partition_point(|bound| *bound < value);
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.counts[bucket] += 1;
        state.count += 1;
        state.sum += value;
        state.min = state.min.min(value);
        state.max = state.max.max(value);
    }

    fn point(&self, attributes: Attributes) -> HistogramPoint {
        let State { counts, count, sum, min, max } =
            self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        HistogramPoint { attributes, counts, count, sum, min, max }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Key for u32 {
        fn attributes(&self) -> Attributes {
            vec![("key", (*self).into())]
        }
    }

    #[test]
    fn a_value_on_a_bound_is_below_it() {
        let family = Family::new(&[1.0, 2.0]);
        for value in [0.5, 1.0, 1.5, 2.0, 2.5, 9.0] {
            family.record(7, value);
        }
        let points = family.points();
        assert_eq!(points.len(), 1);
        assert_eq!(points[0].counts, [2, 2, 2]);
        assert_eq!((points[0].count, points[0].sum, points[0].min, points[0].max), (6, 16.5, 0.5, 9.0));
    }

    #[test]
    fn ever_new_attributes_end_in_one_series() {
        let family = Family::new(&[1.0]);
        for key in 0..MOST_SERIES as u32 + 10 {
            family.record(key, 0.0);
        }
        family.record(0, 0.0);
        let points = family.points();
        assert_eq!(points.len(), MOST_SERIES + 1);
        let last = points.last().unwrap();
        assert_eq!((last.attributes[0].0, last.count), ("otel.metric.overflow", 10));
        assert_eq!(points.iter().map(|point| point.count).sum::<u64>(), MOST_SERIES as u64 + 11);
    }
}

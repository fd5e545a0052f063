//! Metrics as OTLP (`opentelemetry/proto/metrics/v1/metrics.proto`); numbers in calls are field numbers.

use serde_json::{Value as Json, json};

use super::json as as_json;
use super::wire::{self, Writer};
use crate::export::Record;
use crate::metrics::{Attributes, Data, Metric, Snapshot};
use crate::settings::Resource;

/// `AGGREGATION_TEMPORALITY_CUMULATIVE`.
const CUMULATIVE: u64 = 2;

impl Record for Snapshot {
    const NAME: &'static str = "metrics";
    const GRPC_PATH: &'static str = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";
    const REJECTED: &'static str = "rejectedDataPoints";

    fn protobuf(resource: &Resource, batch: &[Self]) -> Vec<u8> {
        wire::request(resource, 4096, |out| {
            for snapshot in batch {
                for metric in &snapshot.metrics {
                    out.message(2, |out| write(out, snapshot, metric));
                }
            }
        })
    }

    fn json(resource: &Resource, batch: &[Self]) -> Json {
        let metrics =
            batch.iter().flat_map(|snapshot| snapshot.metrics.iter().map(|metric| json(snapshot, metric)));
        as_json::request(resource, ["resourceMetrics", "scopeMetrics", "metrics"], metrics)
    }

    fn line(&self) -> Json {
        self.metrics.iter().map(|metric| json(self, metric)).collect()
    }
}

fn write(out: &mut Writer, snapshot: &Snapshot, metric: &Metric) {
    out.text(1, metric.name);
    out.text(2, metric.description);
    out.text(3, metric.unit);
    match &metric.data {
        Data::Sum { monotonic, points } => out.message(7, |out| {
            for point in points {
                out.message(1, |out| {
                    out.fixed64(2, snapshot.start);
                    out.fixed64(3, snapshot.time);
                    out.fixed64(6, point.value.cast_unsigned());
                    attributes(out, 7, &point.attributes);
                });
            }
            out.number(2, CUMULATIVE);
            out.number(3, u64::from(*monotonic));
        }),
        Data::Histogram { bounds, points } => out.message(9, |out| {
            for point in points {
                out.message(1, |out| {
                    out.fixed64(2, snapshot.start);
                    out.fixed64(3, snapshot.time);
                    out.fixed64(4, point.count);
                    out.fixed64(5, point.sum.to_bits());
                    packed(out, 6, point.counts.iter().copied());
                    packed(out, 7, bounds.iter().map(|bound| bound.to_bits()));
                    attributes(out, 9, &point.attributes);
                    out.fixed64(11, point.min.to_bits());
                    out.fixed64(12, point.max.to_bits());
                });
            }
            out.number(2, CUMULATIVE);
        }),
    }
}

fn packed(out: &mut Writer, field: u32, numbers: impl Iterator<Item = u64>) {
    let bytes: Vec<u8> = numbers.flat_map(u64::to_le_bytes).collect();
    out.bytes(field, &bytes);
}

fn attributes(out: &mut Writer, field: u32, list: &Attributes) {
    for (key, value) in list {
        wire::attribute(out, field, key, &value.clone().into());
    }
}

fn json(snapshot: &Snapshot, metric: &Metric) -> Json {
    let times = |mut point: Json, list: &Attributes| {
        point["startTimeUnixNano"] = snapshot.start.to_string().into();
        point["timeUnixNano"] = snapshot.time.to_string().into();
        point["attributes"] =
            list.iter().map(|(key, value)| as_json::attribute(key, &value.clone().into())).collect();
        point
    };
    let (kind, data) = match &metric.data {
        Data::Sum { monotonic, points } => {
            let points: Vec<Json> = points
                .iter()
                .map(|point| times(json!({"asInt": point.value.to_string()}), &point.attributes))
                .collect();
            let data = json!({
                "dataPoints": points, "aggregationTemporality": CUMULATIVE, "isMonotonic": monotonic,
            });
            ("sum", data)
        }
        Data::Histogram { bounds, points } => {
            let points: Vec<Json> = points
                .iter()
                .map(|point| {
                    let counts: Vec<String> = point.counts.iter().map(u64::to_string).collect();
                    let data = json!({
                        "count": point.count.to_string(), "sum": point.sum, "min": point.min, "max": point.max,
                        "bucketCounts": counts, "explicitBounds": bounds,
                    });
                    times(data, &point.attributes)
                })
                .collect();
            ("histogram", json!({"dataPoints": points, "aggregationTemporality": CUMULATIVE}))
        }
    };
    json!({"name": metric.name, "unit": metric.unit, "description": metric.description, kind: data})
}

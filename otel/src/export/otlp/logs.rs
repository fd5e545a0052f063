//! Log records as OTLP (`opentelemetry/proto/logs/v1/logs.proto`); numbers in calls are field numbers.

use serde_json::{Map, Value as Json, json};

use super::json as as_json;
use super::wire::{self, Writer};
use crate::export::Record;
use crate::settings::Resource;
use crate::subscriber::LogRecord;

impl Record for LogRecord {
    const NAME: &'static str = "log records";
    const GRPC_PATH: &'static str = "/opentelemetry.proto.collector.logs.v1.LogsService/Export";
    const REJECTED: &'static str = "rejectedLogRecords";

    fn protobuf(resource: &Resource, batch: &[Self]) -> Vec<u8> {
        wire::request(resource, batch.len() * 256, |out| {
            for record in batch {
                out.message(2, |out| write(out, record));
            }
        })
    }

    fn json(resource: &Resource, batch: &[Self]) -> Json {
        let records = batch.iter().map(Self::line);
        as_json::request(resource, ["resourceLogs", "scopeLogs", "logRecords"], records)
    }

    fn line(&self) -> Json {
        let mut out = Map::new();
        let mut put = |key: &str, value: Json| out.insert(key.to_owned(), value);
        put("timeUnixNano", json!(self.time.to_string()));
        put("observedTimeUnixNano", json!(self.time.to_string()));
        put("severityNumber", json!(self.severity()));
        put("severityText", json!(self.level.as_str()));
        put("body", json!({"stringValue": self.body}));
        put(
            "attributes",
            self.attributes
                .iter()
                .map(|(key, value)| as_json::attribute(key, &value.clone().into()))
                .collect(),
        );
        if let Some(context) = &self.context {
            put("traceId", json!(context.trace_id().to_string()));
            put("spanId", json!(context.span_id().to_string()));
            put("flags", json!(context.trace_flags().to_u8()));
        }
        Json::Object(out)
    }
}

fn write(out: &mut Writer, record: &LogRecord) {
    out.fixed64(1, record.time);
    out.number(2, u64::from(record.severity()));
    out.text(3, record.level.as_str());
    out.message(5, |out| wire::any_value(out, &record.body.clone().into()));
    for (key, value) in &record.attributes {
        wire::attribute(out, 6, key, &value.clone().into());
    }
    if let Some(context) = &record.context {
        out.fixed32(8, u32::from(context.trace_flags().to_u8()));
        out.bytes(9, &context.trace_id().to_bytes());
        out.bytes(10, &context.span_id().to_bytes());
    }
    out.fixed64(11, record.time);
}

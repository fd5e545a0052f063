//! The three signals: what a batch of each is, which stock exporter takes it, and how it is written to a file.

use std::future::Future;

use opentelemetry_otlp::{ExporterBuildError, LogExporter, MetricExporter, SpanExporter};
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::transform::logs::tonic::group_logs_by_resource_and_scope;
use opentelemetry_proto::transform::trace::tonic::group_spans_by_resource_and_scope;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::logs::{LogBatch, LogExporter as _};
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::exporter::PushMetricExporter;
use opentelemetry_sdk::trace::{SpanData, SpanExporter as _};
use serde::Serialize;
use serde_json::Value as Json;

use super::LogEntry;
use super::otlp::Setup;

/// A record of one signal.
pub(crate) trait Record: Send + Sized + 'static {
    /// What warnings call the records.
    const NAME: &'static str;
    /// The stock exporter.
    type Exporter: Send;
    /// An export request, which serde writes as OTLP/JSON.
    type Request: Serialize;

    fn exporter(setup: &Setup<'_>) -> Result<Self::Exporter, ExporterBuildError>;

    fn export(exporter: &Self::Exporter, batch: Vec<Self>) -> impl Future<Output = OTelSdkResult>;

    fn request(resource: &Resource, batch: &[Self]) -> Self::Request;

    /// Each record of a request as JSON, for people.
    fn lines(request: Self::Request) -> Vec<Json>;
}

/// A stock exporter over the protocol that is set: the builders of the three signals have no trait in common.
macro_rules! built {
    ($exporter:ident, $setup:expr) => {{
        let builder = $exporter::builder();
        if $setup.is_grpc() {
            $setup.grpc(builder.with_tonic()).build()
        } else {
            $setup.http(builder.with_http()).build()
        }
    }};
}

impl Record for SpanData {
    const NAME: &'static str = "spans";
    type Exporter = SpanExporter;
    type Request = ExportTraceServiceRequest;

    fn exporter(setup: &Setup<'_>) -> Result<SpanExporter, ExporterBuildError> {
        let mut exporter = built!(SpanExporter, setup)?;
        exporter.set_resource(setup.resource);
        Ok(exporter)
    }

    fn export(exporter: &SpanExporter, batch: Vec<Self>) -> impl Future<Output = OTelSdkResult> {
        exporter.export(batch)
    }

    fn request(resource: &Resource, batch: &[Self]) -> ExportTraceServiceRequest {
        let batch = batch.to_vec();
        ExportTraceServiceRequest {
            resource_spans: group_spans_by_resource_and_scope(batch, &resource.into()),
        }
    }

    fn lines(request: ExportTraceServiceRequest) -> Vec<Json> {
        let scopes = request.resource_spans.into_iter().flat_map(|resource| resource.scope_spans);
        scopes.flat_map(|scope| scope.spans).filter_map(|span| serde_json::to_value(span).ok()).collect()
    }
}

impl Record for LogEntry {
    const NAME: &'static str = "log records";
    type Exporter = LogExporter;
    type Request = ExportLogsServiceRequest;

    fn exporter(setup: &Setup<'_>) -> Result<LogExporter, ExporterBuildError> {
        let mut exporter = built!(LogExporter, setup)?;
        exporter.set_resource(setup.resource);
        Ok(exporter)
    }

    async fn export(exporter: &LogExporter, batch: Vec<Self>) -> OTelSdkResult {
        let batch: Vec<_> = batch.iter().map(|(record, scope)| (record, scope)).collect();
        exporter.export(LogBatch::new(&batch)).await
    }

    fn request(resource: &Resource, batch: &[Self]) -> ExportLogsServiceRequest {
        let batch: Vec<_> = batch.iter().map(|(record, scope)| (record, scope)).collect();
        let resource_logs = group_logs_by_resource_and_scope(&LogBatch::new(&batch), &resource.into());
        ExportLogsServiceRequest { resource_logs }
    }

    fn lines(request: ExportLogsServiceRequest) -> Vec<Json> {
        let scopes = request.resource_logs.into_iter().flat_map(|resource| resource.scope_logs);
        scopes
            .flat_map(|scope| scope.log_records)
            .filter_map(|record| serde_json::to_value(record).ok())
            .collect()
    }
}

/// A collection of all metrics counts as one record.
impl Record for ResourceMetrics {
    const NAME: &'static str = "metrics";
    type Exporter = MetricExporter;
    type Request = ExportMetricsServiceRequest;

    fn exporter(setup: &Setup<'_>) -> Result<MetricExporter, ExporterBuildError> {
        built!(MetricExporter, setup)
    }

    async fn export(exporter: &MetricExporter, batch: Vec<Self>) -> OTelSdkResult {
        for collected in &batch {
            exporter.export(collected).await?;
        }
        Ok(())
    }

    fn request(_: &Resource, batch: &[Self]) -> ExportMetricsServiceRequest {
        let requests = batch.iter().map(ExportMetricsServiceRequest::from);
        let resource_metrics = requests.flat_map(|request| request.resource_metrics).collect();
        ExportMetricsServiceRequest { resource_metrics }
    }

    fn lines(request: ExportMetricsServiceRequest) -> Vec<Json> {
        let scopes = request.resource_metrics.into_iter().flat_map(|resource| resource.scope_metrics);
        scopes
            .flat_map(|scope| scope.metrics)
            .filter_map(|metric| serde_json::to_value(metric).ok())
            .collect()
    }
}

//! The SDK's meter: how it is set up, and how it is read.

use std::sync::{Arc, OnceLock, Weak};
use std::time::Duration;

use opentelemetry::metrics::{Meter, MeterProvider};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::reader::MetricReader;
use opentelemetry_sdk::metrics::{
    Aggregation, Instrument, InstrumentKind, ManualReader, Pipeline, SdkMeterProvider, Stream, Temporality,
};

use crate::settings::MetricSettings;
use crate::span::SCOPE;

static CURRENT: OnceLock<Meter> = OnceLock::new();

/// The meter of the process; `None` where metrics are not exported.
pub(super) fn current() -> Option<&'static Meter> {
    CURRENT.get()
}

/// Begins to measure.
pub(crate) fn install(meters: &Meters) {
    CURRENT.get_or_init(|| meters.meter());
}

/// A meter provider that is read when the export thread asks for it.
///
/// The SDK's own periodic reader exports on a bare thread; the OTLP exporters need a runtime, which ours has.
#[derive(Clone, Debug)]
pub(crate) struct Meters {
    provider: SdkMeterProvider,
    reader: Reader,
}

impl Meters {
    pub(crate) fn new(resource: Resource, settings: MetricSettings) -> Self {
        let reader = Reader(Arc::new(ManualReader::builder().with_temporality(settings.temporality).build()));
        let mut builder = SdkMeterProvider::builder().with_resource(resource).with_reader(reader.clone());
        if settings.exponential {
            builder = builder.with_view(exponential);
        }
        Self { provider: builder.build(), reader }
    }

    pub(crate) fn meter(&self) -> Meter {
        self.provider.meter(SCOPE)
    }

    /// Everything measured up to now; `None` when nothing was.
    pub(crate) fn collect(&self) -> Option<ResourceMetrics> {
        let mut collected = ResourceMetrics::default();
        self.reader.collect(&mut collected).ok()?;
        let measured = collected.scope_metrics().next().is_some();
        measured.then_some(collected)
    }
}

/// Histograms with exponential buckets (`OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION`); sizes are the
/// defaults of the specification.
fn exponential(instrument: &Instrument) -> Option<Stream> {
    let aggregation =
        Aggregation::Base2ExponentialHistogram { max_size: 160, max_scale: 20, record_min_max: true };
    (instrument.kind() == InstrumentKind::Histogram)
        .then(|| Stream::builder().with_aggregation(aggregation).build().ok())?
}

/// The reader, shared by the provider and the export thread.
#[derive(Clone, Debug)]
struct Reader(Arc<ManualReader>);

impl MetricReader for Reader {
    fn register_pipeline(&self, pipeline: Weak<Pipeline>) {
        self.0.register_pipeline(pipeline);
    }

    fn collect(&self, collected: &mut ResourceMetrics) -> OTelSdkResult {
        self.0.collect(collected)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.0.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.0.shutdown_with_timeout(timeout)
    }

    fn temporality(&self, kind: InstrumentKind) -> Temporality {
        self.0.temporality(kind)
    }
}

//! How much one span may hold.

/// Limits of a span (`OTEL_SPAN_*`, `OTEL_EVENT_*`, `OTEL_LINK_*`, and `OTEL_ATTRIBUTE_*` below them).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SpanLimits {
    /// The most characters of a text; no limit where it is `None`.
    pub(crate) value_length: Option<usize>,
    /// The most attributes.
    pub(crate) attributes: u32,
    /// The most events.
    pub(crate) events: u32,
    /// The most links.
    pub(crate) links: u32,
    /// The most attributes of an event.
    pub(crate) event_attributes: u32,
    /// The most attributes of a link.
    pub(crate) link_attributes: u32,
}

impl Default for SpanLimits {
    /// The defaults of the specification.
    fn default() -> Self {
        Self {
            value_length: None,
            attributes: 128,
            events: 128,
            links: 128,
            event_attributes: 128,
            link_attributes: 128,
        }
    }
}

impl From<SpanLimits> for opentelemetry_sdk::trace::SpanLimits {
    fn from(limits: SpanLimits) -> Self {
        Self {
            max_attributes_per_span: limits.attributes,
            max_events_per_span: limits.events,
            max_links_per_span: limits.links,
            max_attributes_per_event: limits.event_attributes,
            max_attributes_per_link: limits.link_attributes,
        }
    }
}

//! The way of a message, as one list.

use std::{convert::Infallible, sync::Arc};

use tower::{Service, ServiceBuilder};

use crate::{
    app::App,
    layers::{
        admission::AdmissionLayer, answer::AnswerLayer, lane::LaneLayer, panic::CatchPanicLayer,
        require_initialized::RequireInitializedLayer, span::RequestSpanLayer,
    },
    request::Call,
    router::Router,
};

/// Builds the stack that every inbound message of every transport goes through, outermost layer first.
pub(crate) fn stack(
    app: &Arc<App>,
) -> impl Service<Call, Response = (), Error = Infallible, Future: Send> + Clone + Send + 'static {
    ServiceBuilder::new()
        // Outermost: refused, malformed, cancelled and panicked messages get a span too.
        .layer(RequestSpanLayer::new(app.parents().clone()))
        // Inside the span, which ends when the answer is queued; outside all that refuses, to answer it.
        .layer(AnswerLayer)
        // Inside the span, so that the report of a panic carries the trace id.
        .layer(CatchPanicLayer)
        // Before admission: a client that has not introduced itself takes no room.
        .layer(RequireInitializedLayer)
        // Before the lanes: a call that waits for its lane is in flight.
        .layer(AdmissionLayer::new(app.bounds(), app.in_flight().clone()))
        // Right outside the router: the order of arrival is the order of execution.
        .layer(LaneLayer::new(app.lanes().clone()))
        .service(Router::new(Arc::clone(app)))
}

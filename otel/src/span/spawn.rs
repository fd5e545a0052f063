//! Spawned work that keeps its span, and spawned work that carries none.

use opentelemetry::Context;
use opentelemetry::context::FutureExt;
use tokio::task::JoinHandle;
use tracing::Instrument;

/// Spawns work that the current span awaits: it runs inside that span.
#[expect(clippy::disallowed_methods, reason = "this is the one place that may spawn")]
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    tokio::spawn(future.in_current_span().with_context(Context::current()))
}

/// Spawns work that outlives the request: it carries no span and no trace context.
#[expect(clippy::disallowed_methods, reason = "this is the one place that may spawn")]
pub fn spawn_detached<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    tokio::spawn(future)
}

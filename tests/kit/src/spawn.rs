//! Tasks of the kit, which belong to no request.

use tokio::task::JoinHandle;

/// Starts a task that knows nothing of the spans of whoever starts it.
#[expect(clippy::disallowed_methods, reason = "there is no span to keep: this side is not the server")]
pub fn spawn<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
    tokio::spawn(future)
}

//! Keeping the effects of an order back until its answer is on its way.

use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

/// Keeps a submission's effects back until it is dropped.
///
/// A server that answers a request queues the answer first and drops this then, so that the client reads the answer
/// before the events that the request caused.
#[derive(Debug)]
#[must_use = "the effects are let go when this is dropped"]
pub struct Hold {
    _tx: oneshot::Sender<()>,
}

/// The other side: what waits.
#[derive(Debug)]
pub(crate) struct Held {
    rx: oneshot::Receiver<()>,
}

/// A hold and what waits for its end.
pub(crate) fn pair() -> (Hold, Held) {
    let (tx, rx) = oneshot::channel();
    (Hold { _tx: tx }, Held { rx })
}

impl Held {
    /// Waits until the hold is dropped, or the thread is to close: then nobody waits for anybody's answer.
    pub(crate) async fn released(self, closing: &CancellationToken) {
        tokio::select! {
            // Nothing is ever sent: the error of the dropped sender is the signal.
            _ = self.rx => {}
            () = closing.cancelled() => {}
        }
    }
}

//! The requests that wait for their answers.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use codex_app_server_protocol::RpcError;
use serde_json::value::RawValue;
use tokio::sync::oneshot;

/// What came back: the result as it stood in the message, or the error.
pub(crate) type Answer = Result<Box<RawValue>, RpcError>;

/// The requests in flight. `None` once the connection has ended: nothing can be answered any more.
#[derive(Debug)]
pub(crate) struct Pending(Mutex<Option<HashMap<i64, oneshot::Sender<Answer>>>>);

impl Pending {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Some(HashMap::new())))
    }

    /// Waits for the answer to `id`. The receiver fails when the connection ends, or has ended.
    pub(crate) fn expect(&self, id: i64) -> oneshot::Receiver<Answer> {
        let (sender, receiver) = oneshot::channel();
        if let Some(waiting) = self.lock().as_mut() {
            waiting.insert(id, sender);
        }
        receiver
    }

    /// Hands an answer to who waits for it; one that nobody waits for is dropped.
    pub(crate) fn resolve(&self, id: i64, answer: Answer) {
        let sender = self.lock().as_mut().and_then(|waiting| waiting.remove(&id));
        if let Some(sender) = sender {
            // The caller may have given up.
            let _ = sender.send(answer);
        }
    }

    /// Stops waiting for `id`.
    pub(crate) fn forget(&self, id: i64) {
        if let Some(waiting) = self.lock().as_mut() {
            waiting.remove(&id);
        }
    }

    /// Fails every request in flight, and every later one.
    pub(crate) fn close(&self) {
        self.lock().take();
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<HashMap<i64, oneshot::Sender<Answer>>>> {
        // A panic while it was held cannot have left a map half changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

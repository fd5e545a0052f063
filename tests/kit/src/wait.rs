//! Waiting, always with a limit, and with the evidence when it is reached.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::sync::watch;

/// How long anything may take before a test gives up. Reached by broken servers only.
pub const LIMIT: Duration = Duration::from_secs(30);

/// Waits for `future`; when it takes too long, fails with what is known by then.
pub async fn within<T>(what: &str, future: impl Future<Output = T>, evidence: impl Fn() -> String) -> T {
    let value = tokio::time::timeout(LIMIT, future).await;
    value.unwrap_or_else(|_| panic!("{what}: nothing within {} s\n{}", LIMIT.as_secs(), evidence()))
}

/// What a server wrote to its standard error so far.
#[derive(Clone, Debug, Default)]
pub struct Log {
    text: Arc<Mutex<String>>,
    lines: Arc<watch::Sender<usize>>,
}

impl Log {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a line.
    pub fn push(&self, line: &str) {
        let mut text = self.text.lock().unwrap_or_else(PoisonError::into_inner);
        text.push_str(line);
        text.push('\n');
        drop(text);
        self.lines.send_modify(|lines| *lines += 1);
    }

    /// All of it.
    pub fn text(&self) -> String {
        self.text.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits for a line that contains `part`, and returns it.
    pub async fn line(&self, part: &str) -> String {
        let mut lines = self.lines.subscribe();
        let find = || self.text().lines().find(|line| line.contains(part)).map(str::to_owned);
        within(&format!("a line with `{part}` on stderr"), lines.wait_for(|_| find().is_some()), || {
            self.evidence()
        })
        .await
        .expect("the sender lives in `self`");
        find().expect("it was there just now")
    }

    /// For the message of a failed test.
    pub fn evidence(&self) -> String {
        format!("--- stderr\n{}", self.text())
    }
}

//! The signals that end the server.

use std::{io, task::Poll};

use signal_hook::{
    consts::SIGPIPE,
    iterator::{SignalsInfo, exfiltrator::origin::WithOrigin},
};
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::mpsc,
};

const ENDING: [(&str, SignalKind); 4] = [
    ("SIGTERM", SignalKind::terminate()),
    ("SIGINT", SignalKind::interrupt()),
    ("SIGHUP", SignalKind::hangup()),
    ("SIGQUIT", SignalKind::quit()),
];

/// The signals that end the server.
pub(crate) struct Signals {
    plain: Vec<(&'static str, Signal)>,
    broken_pipe: Option<mpsc::UnboundedReceiver<()>>,
}

impl Signals {
    /// Listens from now on.
    pub(crate) fn new() -> Self {
        let listen = |(name, kind): (&'static str, SignalKind)| match signal(kind) {
            Ok(signal) => Some((name, signal)),
            Err(error) => {
                unhandled(name, &error);
                None
            }
        };
        let plain = ENDING.into_iter().filter_map(listen).collect();
        let broken_pipe = broken_pipe().inspect_err(|error| unhandled("SIGPIPE", error)).ok();
        Self { plain, broken_pipe }
    }

    /// The next one, by name.
    pub(crate) async fn next(&mut self) -> &'static str {
        std::future::poll_fn(|cx| {
            for (name, signal) in &mut self.plain {
                if signal.poll_recv(cx).is_ready() {
                    return Poll::Ready(*name);
                }
            }
            match self.broken_pipe.as_mut().map(|pipe| pipe.poll_recv(cx)) {
                Some(Poll::Ready(Some(()))) => Poll::Ready("SIGPIPE"),
                _ => Poll::Pending,
            }
        })
        .await
    }

    /// The next one that asks for an end at once while the server ends already. What a terminal sends to all of its
    /// processes when it closes, perhaps more than once, does not.
    pub(crate) async fn next_on_purpose(&mut self) -> &'static str {
        loop {
            let name = self.next().await;
            if !matches!(name, "SIGHUP" | "SIGPIPE") {
                return name;
            }
        }
    }
}

/// Tells of each SIGPIPE that another process sends. The one that the system sends to a process which writes to a pipe that
/// nobody reads comes with the process's own number, and is no reason to end: a command may have closed its input.
fn broken_pipe() -> io::Result<mpsc::UnboundedReceiver<()>> {
    let mut signals = SignalsInfo::<WithOrigin>::new([SIGPIPE])?;
    let (tx, rx) = mpsc::unbounded_channel();
    let own = std::process::id().cast_signed();
    // The thread ends with the process.
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        for origin in &mut signals {
            if origin.process.is_some_and(|process| process.pid != own) && tx.send(()).is_err() {
                return;
            }
        }
    })?;
    Ok(rx)
}

fn unhandled(name: &'static str, error: &io::Error) {
    tracing::warn!(%error, signal = name, "a signal cannot be handled: it ends the server without flushing");
}

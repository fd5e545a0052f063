//! Starting a command from a thread of its own that has confined itself: what it starts inherits that and cannot leave it, and
//! the rest of the server is as free as before.

use std::io;

use tokio::{process::Command, runtime::Handle, sync::oneshot};

use super::SpawnError;
use crate::exec::process_group::ProcessGroup;

/// Starts a command from a thread that has confined itself, and ends with that: nothing else is ever run on it.
pub(super) async fn spawn(
    command: Command,
    confine: impl FnOnce() -> Result<(), SpawnError> + Send + 'static,
) -> Result<ProcessGroup, SpawnError> {
    let (tx, rx) = oneshot::channel();
    let runtime = Handle::current();
    let start = move || {
        let _entered = runtime.enter();
        let group = confine().and_then(|()| Ok(ProcessGroup::spawn(command)?));
        // Where whoever waited has gone, before or after this, the command goes with what is dropped.
        let _ = tx.send(group);
    };
    std::thread::Builder::new().name("sandbox".to_owned()).spawn(start)?;
    rx.await.map_err(|_| io::Error::other("the thread that starts confined commands panicked"))?
}

/// Why a thread cannot be confined so; none where it can. Tried on a thread that is thrown away.
pub(super) fn attempt(confine: impl FnOnce() -> Result<(), SpawnError> + Send + 'static) -> Option<String> {
    match std::thread::spawn(confine).join() {
        Ok(Ok(())) => None,
        Ok(Err(error)) => Some(error.to_string()),
        Err(_) => Some("trying it panicked".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use std::{future::poll_fn, os::fd::OwnedFd, process::Stdio, time::Duration};

    use tokio::{io::AsyncReadExt, net::unix::pipe::Receiver};

    use super::*;

    #[tokio::test]
    async fn a_command_that_nobody_waits_for_any_more_is_gone_even_before_it_was_handed_over() {
        let (reader, writer) = io::pipe().unwrap();
        let mut output = Receiver::from_owned_fd(OwnedFd::from(reader)).unwrap();
        let mut command = Command::new("/bin/sh");
        command.args(["-c", "echo begun; sleep 1000"]).stdout(writer).stderr(Stdio::null());
        let mut starting = Box::pin(spawn(command, || Ok(())));
        let polled = poll_fn(|cx| std::task::Poll::Ready(starting.as_mut().poll(cx).is_pending()));
        assert!(polled.await, "a thread takes longer than that");
        let mut begun = [0; 6];
        output.read_exact(&mut begun).await.unwrap();
        drop(starting);
        // The pipe ends once nobody holds its other end: neither the shell, nor what it started.
        let ended = tokio::time::timeout(Duration::from_secs(20), output.read(&mut begun)).await;
        assert_eq!(ended.expect("the command goes on").unwrap(), 0);
    }
}

//! A server as a child process: one JSON text a line.

use std::{
    process::{ExitStatus, Stdio},
    time::Duration,
};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    process::{Child, ChildStdin, ChildStdout, Command},
    sync::{mpsc, oneshot},
    time,
};

use super::connection::{Closed, Connection, Pump};
use crate::ClientError;

/// How long a child may take to end its turns and flush its spans once its input has ended.
const GRACE: Duration = Duration::from_secs(10);

const READ_BUFFER: usize = 64 * 1024;

pub(super) fn spawn(mut command: Command) -> Result<Connection, ClientError> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn().map_err(|source| ClientError::Spawn {
        program: command.as_std().get_program().to_string_lossy().into_owned(),
        source,
    })?;
    let stdin = child.stdin.take().expect("stdin was asked for as a pipe");
    let stdout = child.stdout.take().expect("stdout was asked for as a pipe");
    let pid = child.id();
    let (exit_tx, exit) = oneshot::channel();
    let (connection, Pump { outgoing, incoming, closed }) = Connection::new();
    codex_otel::spawn_detached(async move {
        write(stdin, outgoing).await;
        if let Some(status) = reap(child).await {
            // Nobody may be waiting for it.
            let _ = exit_tx.send(status);
        }
    });
    codex_otel::spawn_detached(async move {
        let reason = read(stdout, incoming).await;
        let _ = closed.set(Closed { code: None, reason });
    });
    Ok(connection.of_child(pid, exit))
}

async fn write(mut stdin: ChildStdin, mut outgoing: mpsc::Receiver<Vec<u8>>) {
    while let Some(mut line) = outgoing.recv().await {
        line.push(b'\n');
        if stdin.write_all(&line).await.is_err() {
            return; // The child is gone; the reader tells why.
        }
    }
}

async fn reap(mut child: Child) -> Option<ExitStatus> {
    if let Ok(status) = time::timeout(GRACE, child.wait()).await {
        return status.ok();
    }
    // It may have ended just now, which is as good.
    let _ = child.start_kill();
    child.wait().await.ok()
}

/// Reads lines until the end, and returns why it ended.
async fn read(stdout: ChildStdout, incoming: mpsc::Sender<String>) -> String {
    let mut lines = BufReader::with_capacity(READ_BUFFER, stdout).lines();
    loop {
        match lines.next_line().await {
            Ok(Some(line)) => {
                if incoming.send(line).await.is_err() {
                    // Nobody reads any more, but the child must still be able to finish writing.
                    while let Ok(Some(_)) = lines.next_line().await {}
                    return "it was closed here".to_owned();
                }
            }
            Ok(None) => return "the server closed its output".to_owned(),
            Err(error) => return error.to_string(),
        }
    }
}

//! Taking connections, also where the system has no descriptors left.

use std::{fs::File, io, time::Duration};

use futures_util::FutureExt;
use rustix::io::Errno;
use tokio::{
    net::{TcpStream, UnixStream},
    sync::watch,
};

use crate::{server::Server, transport::listen::Listener};

/// How long to wait where nothing else can be done.
const PAUSE: Duration = Duration::from_millis(50);

/// A descriptor kept to be given up: with it a connection can be taken, and closed, that would wait for ever.
fn spare() -> Option<File> {
    File::open("/dev/null").ok()
}

enum Accepted {
    Tcp(TcpStream),
    Unix(UnixStream),
}

/// Takes connections until it is told to stop.
pub(crate) async fn accept(server: Server, listener: Listener, mut stopped: watch::Receiver<bool>) {
    let mut kept = spare();
    let mut exhausted = false;
    loop {
        let accepted = tokio::select! {
            accepted = next(&listener) => accepted,
            _ = stopped.wait_for(|stop| *stop) => return,
        };
        match accepted {
            Ok(accepted) => {
                exhausted = false;
                serve(&server, accepted);
            }
            Err(error) if is_out_of_descriptors(&error) => {
                if !exhausted {
                    exhausted = true;
                    tracing::warn!(%error, "new connections are closed until descriptors are free; running turns go on");
                }
                drop(kept.take());
                // Taken and closed: the client is told at once, and can come again.
                let shed = next(&listener).now_or_never();
                drop(shed);
                kept = spare();
                tokio::time::sleep(PAUSE).await;
            }
            Err(error) => {
                tracing::warn!(%error, "a connection was not accepted");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

async fn next(listener: &Listener) -> io::Result<Accepted> {
    match listener {
        Listener::Tcp(listener) => Ok(Accepted::Tcp(listener.accept().await?.0)),
        Listener::Unix { listener, .. } => Ok(Accepted::Unix(listener.accept().await?.0)),
    }
}

fn serve(server: &Server, accepted: Accepted) {
    let server = server.clone();
    match accepted {
        Accepted::Tcp(stream) => {
            // Answers are small and wait for nothing; a stream that is gone already refuses.
            let _ = stream.set_nodelay(true);
            codex_otel::spawn_detached(async move { server.serve_http(stream, false).await });
        }
        Accepted::Unix(stream) => {
            codex_otel::spawn_detached(async move { server.serve_http(stream, true).await });
        }
    }
}

fn is_out_of_descriptors(error: &io::Error) -> bool {
    [Errno::MFILE, Errno::NFILE].iter().any(|errno| error.raw_os_error() == Some(errno.raw_os_error()))
}

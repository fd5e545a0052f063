//! `--listen`: what its URLs mean, and the sockets behind them.

use std::{
    fmt, io,
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
    str::FromStr,
};

use rustix::fs::Mode;
use tokio::net::{TcpListener, UnixListener};

/// One place to listen on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Listen {
    /// `stdio://`.
    Stdio,
    /// `ws://IP:PORT`; port 0 takes a free one.
    WebSocket(SocketAddr),
    /// `unix://PATH`.
    Unix(PathBuf),
}

/// A URL that `--listen` does not take.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ListenError {
    #[error("unsupported --listen URL `{0}`; use `stdio://`, `ws://IP:PORT` or `unix://PATH`")]
    Scheme(String),
    #[error("invalid websocket --listen URL `{0}`; use `ws://IP:PORT`, for example `ws://127.0.0.1:4500`")]
    Address(String),
    #[error("unix --listen URL `{0}` has no path; use `unix:///path/to/socket`")]
    Path(String),
    #[error(
        "refusing to listen on {0}: it is not a loopback address, and this server does not encrypt; \
         listen on 127.0.0.1 and reach it through an SSH tunnel"
    )]
    NotLoopback(SocketAddr),
}

impl FromStr for Listen {
    type Err = ListenError;

    fn from_str(url: &str) -> Result<Self, ListenError> {
        if matches!(url, "stdio://" | "stdio") {
            return Ok(Self::Stdio);
        }
        if let Some(path) = url.strip_prefix("unix://") {
            if path.is_empty() {
                return Err(ListenError::Path(url.to_owned()));
            }
            return Ok(Self::Unix(path.into()));
        }
        let Some(address) = url.strip_prefix("ws://") else {
            return Err(ListenError::Scheme(url.to_owned()));
        };
        let address: SocketAddr =
            address.trim_end_matches('/').parse().map_err(|_| ListenError::Address(url.to_owned()))?;
        if !is_loopback(address.ip()) {
            return Err(ListenError::NotLoopback(address));
        }
        Ok(Self::WebSocket(address))
    }
}

/// Loopback, in either family, mapped addresses included.
fn is_loopback(ip: IpAddr) -> bool {
    ip.to_canonical().is_loopback()
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stdio => f.write_str("stdio://"),
            Self::WebSocket(address) => write!(f, "ws://{address}"),
            Self::Unix(path) => write!(f, "unix://{}", path.display()),
        }
    }
}

/// A socket that is listened on.
#[derive(Debug)]
pub(crate) enum Listener {
    Tcp(TcpListener),
    Unix {
        listener: UnixListener,
        /// Removed with the listener.
        _file: SocketFile,
    },
}

/// The file of a unix socket. Dropping it removes the file.
#[derive(Debug)]
pub(crate) struct SocketFile(PathBuf);

impl Drop for SocketFile {
    fn drop(&mut self) {
        // Gone already is as good.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// A place that could not be listened on.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {place}: {source}")]
pub(crate) struct BindError {
    place: Listen,
    source: io::Error,
}

impl Listener {
    /// Opens the socket of a place; none for stdio. The place comes back with its real port.
    pub(crate) async fn bind(place: &Listen) -> Result<Option<(Self, Listen)>, BindError> {
        let bound = match place {
            Listen::Stdio => return Ok(None),
            Listen::WebSocket(address) => bind_tcp(*address).await,
            Listen::Unix(path) => bind_unix(path),
        };
        bound.map(Some).map_err(|source| BindError { place: place.clone(), source })
    }
}

async fn bind_tcp(address: SocketAddr) -> io::Result<(Listener, Listen)> {
    let listener = TcpListener::bind(address).await?;
    let address = listener.local_addr()?;
    Ok((Listener::Tcp(listener), Listen::WebSocket(address)))
}

/// The socket is made under another name, closed to others, and then moved into place: it never stands open.
fn bind_unix(path: &Path) -> io::Result<(Listener, Listen)> {
    use std::os::unix::fs::FileTypeExt;
    if std::fs::symlink_metadata(path).is_ok_and(|meta| meta.file_type().is_socket())
        && std::os::unix::net::UnixStream::connect(path).is_ok()
    {
        return Err(io::Error::new(io::ErrorKind::AddrInUse, "another server listens there"));
    }
    if std::fs::symlink_metadata(path).is_ok_and(|meta| !meta.file_type().is_socket()) {
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, "a file that is no socket is there"));
    }
    let own = path.with_extension(format!("{}.new", std::process::id()));
    // Left by a server of the same process id that was killed.
    let _ = std::fs::remove_file(&own);
    // Whoever connected before the mode was set would be in. What else is made meanwhile is closed too.
    let before = rustix::process::umask(Mode::from_raw_mode(0o177));
    let bound = UnixListener::bind(&own);
    rustix::process::umask(before);
    let listener = bound?;
    std::fs::rename(&own, path)?;
    let listener = Listener::Unix { listener, _file: SocketFile(path.to_owned()) };
    Ok((listener, Listen::Unix(path.to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_that_are_taken() {
        for url in ["stdio://", "ws://127.0.0.1:0", "ws://[::1]:4500", "unix:///run/agent.sock"] {
            assert_eq!(url.parse::<Listen>().unwrap().to_string(), url);
        }
    }

    #[test]
    fn urls_that_are_refused_say_what_to_use() {
        for (url, says) in [
            ("ws://0.0.0.0:4500", "not a loopback address"),
            ("ws://192.168.1.10:4500", "SSH tunnel"),
            ("ws://[::]:4500", "not a loopback address"),
            ("ws://localhost:4500", "ws://127.0.0.1:4500"),
            ("ws://127.0.0.1", "ws://IP:PORT"),
            ("http://127.0.0.1:4500", "unix://PATH"),
            ("unix://", "no path"),
        ] {
            let error = url.parse::<Listen>().unwrap_err().to_string();
            assert!(error.contains(says), "{url}: {error}");
        }
    }
}

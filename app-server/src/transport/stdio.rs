//! Standard input and output as a transport, without the hop through a pool of blocking threads.
//!
//! A pipe is opened anew through `/proc/self/fd`, so that it can be non-blocking without a flag that others see: the
//! flag of an inherited descriptor is shared with whoever gave it to us, and outlives us. A socket pair (Node.js makes
//! its children's stdio of them) is read and written with `MSG_DONTWAIT` instead, for the same reason. Anything else,
//! a file or a terminal, goes through threads.

use std::{
    io,
    os::fd::AsFd,
    pin::Pin,
    task::{Context, Poll},
};

use rustix::{
    fs::{FileType, fstat},
    net::{RecvFlags, SendFlags, recv, send},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf, unix::AsyncFd},
    net::unix::pipe,
};

/// Standard input.
#[derive(Debug)]
pub(crate) enum Input {
    Pipe(pipe::Receiver),
    Socket(AsyncFd<io::Stdin>),
    Threads(tokio::io::Stdin),
}

/// Standard output.
#[derive(Debug)]
pub(crate) enum Output {
    Pipe(pipe::Sender),
    Socket(AsyncFd<io::Stdout>),
    Threads(tokio::io::Stdout),
}

fn kind(fd: impl AsFd) -> Option<FileType> {
    fstat(fd).ok().map(|stat| FileType::from_raw_mode(stat.st_mode))
}

impl Input {
    /// Opens standard input in the quickest way that it allows.
    pub(crate) fn open() -> Self {
        match kind(io::stdin()) {
            #[cfg(target_os = "linux")]
            Some(FileType::Fifo) => {
                if let Ok(pipe) = pipe::OpenOptions::new().open_receiver("/proc/self/fd/0") {
                    return Self::Pipe(pipe);
                }
            }
            #[cfg(target_os = "linux")]
            Some(FileType::Socket) =>
            {
                #[expect(
                    deprecated,
                    reason = "its successor is unsafe; what it fears, a closed descriptor, is no concern: stdin stays open"
                )]
                if let Ok(socket) = AsyncFd::new(io::stdin()) {
                    return Self::Socket(socket);
                }
            }
            _ => {}
        }
        Self::Threads(tokio::io::stdin())
    }
}

impl Output {
    /// Opens standard output in the quickest way that it allows.
    pub(crate) fn open() -> Self {
        match kind(io::stdout()) {
            #[cfg(target_os = "linux")]
            Some(FileType::Fifo) => {
                if let Ok(pipe) = pipe::OpenOptions::new().open_sender("/proc/self/fd/1") {
                    return Self::Pipe(pipe);
                }
            }
            #[cfg(target_os = "linux")]
            Some(FileType::Socket) =>
            {
                #[expect(
                    deprecated,
                    reason = "its successor is unsafe; what it fears, a closed descriptor, is no concern: stdout stays open"
                )]
                if let Ok(socket) = AsyncFd::new(io::stdout()) {
                    return Self::Socket(socket);
                }
            }
            _ => {}
        }
        Self::Threads(tokio::io::stdout())
    }
}

impl AsyncRead for Input {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match &mut *self {
            Self::Pipe(pipe) => Pin::new(pipe).poll_read(cx, buffer),
            Self::Threads(stdin) => Pin::new(stdin).poll_read(cx, buffer),
            Self::Socket(socket) => loop {
                let mut ready = std::task::ready!(socket.poll_read_ready(cx))?;
                let read = ready.try_io(|socket| {
                    let (read, _) =
                        recv(socket.get_ref(), buffer.initialize_unfilled(), RecvFlags::DONTWAIT)?;
                    Ok(read)
                });
                match read {
                    Ok(read) => {
                        buffer.advance(read?);
                        return Poll::Ready(Ok(()));
                    }
                    Err(_would_block) => {}
                }
            },
        }
    }
}

impl AsyncWrite for Output {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match &mut *self {
            Self::Pipe(pipe) => Pin::new(pipe).poll_write(cx, bytes),
            Self::Threads(stdout) => Pin::new(stdout).poll_write(cx, bytes),
            Self::Socket(socket) => loop {
                let mut ready = std::task::ready!(socket.poll_write_ready(cx))?;
                let flags = SendFlags::DONTWAIT | SendFlags::NOSIGNAL;
                match ready.try_io(|socket| Ok(send(socket.get_ref(), bytes, flags)?)) {
                    Ok(written) => return Poll::Ready(written),
                    Err(_would_block) => {}
                }
            },
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut *self {
            Self::Pipe(pipe) => Pin::new(pipe).poll_flush(cx),
            Self::Threads(stdout) => Pin::new(stdout).poll_flush(cx),
            Self::Socket(_) => Poll::Ready(Ok(())),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // The descriptor is the process's own and closes with it.
        self.poll_flush(cx)
    }
}

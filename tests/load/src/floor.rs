//! The floor: a bare tokio loop that parses the envelope and answers a constant, over both transports.

use std::{io, net::SocketAddr};

use codex_app_server_protocol::{Incoming, write_response};
use futures_util::{SinkExt, StreamExt};
use serde_json::value::RawValue;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};
use tokio_tungstenite::{accept_async, tungstenite::Message};

pub(crate) fn serve(listen: &str) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    match listen.strip_prefix("ws://") {
        Some(address) => runtime
            .block_on(websocket(address.parse().map_err(|error| io::Error::other(format!("{error}")))?)),
        None => runtime.block_on(stdio()),
    }
}

/// Appends the answer to a request; nothing for any other message.
fn answer(message: &[u8], constant: &RawValue, out: &mut Vec<u8>) -> bool {
    match Incoming::parse(message) {
        Ok(Incoming::Request { id, .. }) => write_response(out, &id, constant, None).is_ok(),
        _ => false,
    }
}

fn constant() -> Box<RawValue> {
    RawValue::from_string(r#"{"data":[],"nextCursor":null}"#.to_owned()).expect("it is JSON")
}

async fn stdio() -> io::Result<()> {
    let constant = constant();
    let mut input = BufReader::with_capacity(64 * 1024, tokio::io::stdin());
    let mut output = tokio::io::stdout();
    let (mut line, mut out) = (Vec::new(), Vec::new());
    while input.read_until(b'\n', &mut line).await? > 0 {
        if answer(line.trim_ascii_end(), &constant, &mut out) {
            out.push(b'\n');
        }
        line.clear();
        // Written when no further line is waiting, as any sensible server would.
        if !input.buffer().contains(&b'\n') {
            output.write_all(&out).await?;
            output.flush().await?;
            out.clear();
        }
    }
    Ok(())
}

async fn websocket(address: SocketAddr) -> io::Result<()> {
    let listener = TcpListener::bind(address).await?;
    eprintln!("listening on ws://{}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        codex_otel::spawn_detached(converse(stream));
    }
}

async fn converse(stream: TcpStream) {
    let constant = constant();
    let Ok(mut websocket) = accept_async(stream).await else { return };
    while let Some(Ok(message)) = websocket.next().await {
        let mut out = Vec::new();
        if message.is_text() && answer(&message.into_data(), &constant, &mut out) {
            let text = String::from_utf8(out).expect("it was written as JSON");
            if websocket.send(Message::text(text)).await.is_err() {
                return;
            }
        }
    }
}

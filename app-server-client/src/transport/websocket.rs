//! A server that listens: one JSON text a text frame, over TCP or a unix socket.

use futures_util::{
    SinkExt, StreamExt,
    stream::{SplitSink, SplitStream},
};
use secrecy::{ExposeSecret, SecretString};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpStream, UnixStream},
    sync::mpsc,
};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{
        Error, Message,
        client::IntoClientRequest,
        handshake::client::Request,
        http::{HeaderValue, StatusCode, header},
        protocol::{
            CloseFrame,
            frame::{
                Frame, Utf8Bytes,
                coding::{Data, OpCode},
            },
        },
    },
};

use super::connection::{Closed, Connection, Pump};
use crate::{ClientError, token};

/// A byte stream of either kind.
trait Socket: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Socket for T {}

type WebSocket = WebSocketStream<Box<dyn Socket>>;

pub(super) async fn connect(url: &str, token: Option<SecretString>) -> Result<Connection, ClientError> {
    let failed = |source| ClientError::Connect { target: url.to_owned(), source };
    let (socket, address, token): (Box<dyn Socket>, &str, _) = if let Some(path) = url.strip_prefix("unix://")
    {
        (Box::new(UnixStream::connect(path).await.map_err(failed)?), "ws://localhost/", None)
    } else if let Some(rest) = url.strip_prefix("ws://") {
        let address = rest.split('/').next().unwrap_or_default();
        let stream = TcpStream::connect(address).await.map_err(failed)?;
        // Requests are small and somebody waits for each.
        stream.set_nodelay(true).map_err(failed)?;
        (Box::new(stream), url, token.or_else(|| token::find(address)))
    } else {
        return Err(ClientError::Address(url.to_owned()));
    };
    let failed = |source| match source {
        Error::Http(answer) if answer.status() == StatusCode::UNAUTHORIZED => {
            ClientError::Unauthorized { target: url.to_owned() }
        }
        source => ClientError::Handshake { target: url.to_owned(), source: Box::new(source) },
    };
    let request = handshake(address, token.as_ref()).map_err(failed)?;
    let (websocket, _) = client_async(request, socket).await.map_err(failed)?;
    let (sink, stream) = websocket.split();
    let (connection, Pump { outgoing, incoming, closed }) = Connection::new();
    codex_otel::spawn_detached(write(sink, outgoing));
    codex_otel::spawn_detached(async move {
        // The first reason stays.
        let _ = closed.set(read(stream, incoming).await);
    });
    Ok(connection)
}

/// The handshake, with the token where there is one.
fn handshake(address: &str, token: Option<&SecretString>) -> Result<Request, Error> {
    let mut request = address.into_client_request()?;
    if let Some(token) = token {
        let mut value = HeaderValue::from_str(&format!("Bearer {}", token.expose_secret()))?;
        value.set_sensitive(true);
        request.headers_mut().insert(header::AUTHORIZATION, value);
    }
    Ok(request)
}

async fn write(mut sink: SplitSink<WebSocket, Message>, mut outgoing: mpsc::Receiver<Vec<u8>>) {
    while let Some(message) = outgoing.recv().await {
        if sink.send(text_frame(message)).await.is_err() {
            return; // The reader tells why.
        }
    }
    // The server may be gone already.
    let _ = sink.send(Message::Close(None)).await;
}

/// A text frame of what was given, even where it is not UTF-8: a test may want to send that.
fn text_frame(message: Vec<u8>) -> Message {
    match String::from_utf8(message) {
        Ok(text) => Message::Text(text.into()),
        Err(error) => Message::Frame(Frame::message(error.into_bytes(), OpCode::Data(Data::Text), true)),
    }
}

async fn read(mut stream: SplitStream<WebSocket>, incoming: mpsc::Sender<String>) -> Closed {
    let mut wanted = true;
    while let Some(message) = stream.next().await {
        match message {
            Ok(Message::Text(text)) if wanted => {
                // After our close frame the server may still be sending; that is read and dropped.
                wanted = incoming.send(text.as_str().to_owned()).await.is_ok();
            }
            Ok(Message::Close(frame)) => return close_reason(frame.as_ref()),
            Ok(_) => {}
            Err(error) => return Closed { code: None, reason: error.to_string() },
        }
    }
    Closed { code: None, reason: "the server hung up".to_owned() }
}

fn close_reason(frame: Option<&CloseFrame>) -> Closed {
    let reason = |text: &Utf8Bytes| text.as_str().to_owned();
    frame.map_or_else(
        || Closed { code: None, reason: "the server closed it".to_owned() },
        |frame| Closed { code: Some(frame.code.into()), reason: reason(&frame.reason) },
    )
}

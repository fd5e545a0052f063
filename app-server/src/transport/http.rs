//! What stands before the websocket: an HTTP/1.1 server that answers probes and does the upgrade.

use std::{
    convert::Infallible,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper::{body::Incoming, service::service_fn, upgrade::Upgraded};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::{
    Handshake, TransportKind,
    admission::HandshakeRules,
    limits::ConnectionPlace,
    token::{SUBPROTOCOL, subprotocols},
};

/// How long a client may take to send its handshake.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// The answer to those who come while too many others are at it.
const BUSY: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
/// Ours, and the reference's name for it.
const REQUEST_ID: &str = "x-request-id";

/// A stream whose handshake is done.
pub(crate) struct Upgrade<S> {
    pub(crate) stream: S,
    /// What was read of it beyond the handshake.
    pub(crate) early: Vec<u8>,
    pub(crate) handshake: Handshake,
    /// Its place among the connections.
    pub(crate) place: ConnectionPlace,
}

/// Serves HTTP on a stream until it is upgraded; none if it never is.
pub(crate) async fn serve<S>(
    mut stream: S,
    rules: HandshakeRules,
    transport: TransportKind,
) -> Option<Upgrade<S>>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let Some(_knocking) = rules.handshake(transport) else {
        // It may be gone already.
        let _ = stream.write_all(BUSY).await;
        return None;
    };
    let (tx, rx) = tokio::sync::oneshot::channel();
    let tx = Mutex::new(Some(tx));
    let service = service_fn(move |mut request: Request<Incoming>| {
        let (answer, place) = answer(&request, &rules, transport);
        if let Some(place) = place
            && let Some(tx) = tx.lock().unwrap_or_else(PoisonError::into_inner).take()
        {
            // The receiver waits as long as this connection lives.
            let _ = tx.send((hyper::upgrade::on(&mut request), handshake(&answer, request.headers()), place));
        }
        std::future::ready(Ok::<_, Infallible>(answer))
    });
    let serving = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HANDSHAKE)
        .max_buf_size(64 << 10)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    if let Err(error) = serving.await {
        tracing::debug!(%error, "a handshake failed");
    }
    let (upgraded, handshake, place) = rx.await.ok()?;
    let upgraded: Upgraded = upgraded.await.ok()?;
    let parts = upgraded.downcast::<TokioIo<S>>().ok()?;
    Some(Upgrade { stream: parts.io.into_inner(), early: parts.read_buf.to_vec(), handshake, place })
}

/// The answer to one HTTP request, with a place for the connection where it is an upgrade.
fn answer(
    request: &Request<Incoming>,
    rules: &HandshakeRules,
    transport: TransportKind,
) -> (Response<Full<Bytes>>, Option<ConnectionPlace>) {
    if let Some(answer) = answer_without_upgrade(request, rules, transport) {
        return (answer, None);
    }
    let headers = request.headers();
    match accept(headers).and_then(|accept| Ok((accept, rules.place()?))) {
        Ok((accept, place)) => (switching(&accept, headers), Some(place)),
        Err((status, why)) if status == StatusCode::UPGRADE_REQUIRED => {
            (with(status, why, header::SEC_WEBSOCKET_VERSION, "13"), None)
        }
        Err((status, why)) => (text(status, why), None),
    }
}

/// The answer to what is no upgrade, or none that is let in.
fn answer_without_upgrade(
    request: &Request<Incoming>,
    rules: &HandshakeRules,
    transport: TransportKind,
) -> Option<Response<Full<Bytes>>> {
    let headers = request.headers();
    if !rules.admits_origin(headers) {
        return Some(empty(StatusCode::FORBIDDEN));
    }
    if matches!(request.uri().path(), "/readyz" | "/healthz") {
        return Some(match *request.method() {
            Method::GET | Method::HEAD => empty(StatusCode::OK),
            _ => with(StatusCode::METHOD_NOT_ALLOWED, "use GET", header::ALLOW, "GET,HEAD"),
        });
    }
    if !rules.admits_token(headers, transport) {
        let why = "this server asks for its token: `Authorization: Bearer TOKEN`";
        return Some(with(StatusCode::UNAUTHORIZED, why, header::WWW_AUTHENTICATE, "Bearer"));
    }
    if request.method() != Method::GET {
        let why = "use GET with a websocket upgrade";
        return Some(with(StatusCode::METHOD_NOT_ALLOWED, why, header::ALLOW, "GET"));
    }
    None
}

/// The key to accept a handshake with (RFC 6455, section 4.2.1), or what is wrong with it.
fn accept(headers: &HeaderMap) -> Result<String, (StatusCode, &'static str)> {
    let lists = |name, word: &str| {
        headers
            .get_all(name)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .any(|value| value.split(',').any(|part| part.trim().eq_ignore_ascii_case(word)))
    };
    if !lists(header::CONNECTION, "upgrade") || !lists(header::UPGRADE, "websocket") {
        return Err((StatusCode::BAD_REQUEST, "this is a websocket endpoint: send an upgrade"));
    }
    if headers.get(header::SEC_WEBSOCKET_VERSION).is_none_or(|version| version.as_bytes() != b"13") {
        return Err((StatusCode::UPGRADE_REQUIRED, "`Sec-WebSocket-Version` must be 13"));
    }
    match headers.get(header::SEC_WEBSOCKET_KEY) {
        Some(key) => Ok(derive_accept_key(key.as_bytes())),
        None => Err((StatusCode::BAD_REQUEST, "`Sec-WebSocket-Key` is missing")),
    }
}

/// The answer to a good handshake, with the request id that the connection will have.
fn switching(accept: &str, given: &HeaderMap) -> Response<Full<Bytes>> {
    let mut answer = empty(StatusCode::SWITCHING_PROTOCOLS);
    let id = given.get(REQUEST_ID).filter(|id| !id.is_empty() && id.len() <= 128 && id.to_str().is_ok());
    let id = id.cloned().or_else(|| HeaderValue::from_str(&uuid::Uuid::now_v7().to_string()).ok());
    let headers = answer.headers_mut();
    headers.insert(header::CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    if let Ok(accept) = HeaderValue::from_str(accept) {
        headers.insert(header::SEC_WEBSOCKET_ACCEPT, accept);
    }
    // A page that offers subprotocols hangs up unless one of them is chosen.
    if subprotocols(given).any(|name| name == SUBPROTOCOL) {
        headers.insert(header::SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(SUBPROTOCOL));
    }
    if let Some(id) = id {
        headers.insert(REQUEST_ID, id);
    }
    answer
}

/// What the connection keeps of its handshake.
fn handshake(answer: &Response<Full<Bytes>>, headers: &HeaderMap) -> Handshake {
    let text = |headers: &HeaderMap, name: &str| {
        headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
    };
    Handshake {
        request_id: text(answer.headers(), REQUEST_ID).unwrap_or_default(),
        trace: codex_otel::from_headers(headers),
    }
}

fn empty(status: StatusCode) -> Response<Full<Bytes>> {
    text(status, "")
}

fn text(status: StatusCode, text: &'static str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from_static(text.as_bytes())));
    *response.status_mut() = status;
    response
}

fn with(
    status: StatusCode,
    body: &'static str,
    name: header::HeaderName,
    value: &'static str,
) -> Response<Full<Bytes>> {
    let mut response = text(status, body);
    response.headers_mut().insert(name, HeaderValue::from_static(value));
    response
}

//! A small OTLP/HTTP receiver on loopback (feature `sink`), for the `demo` command and for tests of whole processes.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::{SpanRecord, otlp_json, spawn_detached};

/// The longest body that is read.
const LONGEST_BODY: usize = 64 << 20;

/// Receives spans as OTLP/HTTP with JSON bodies, keeps them, and may forward them. Stops when dropped.
#[derive(Debug)]
pub struct Sink {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
}

#[derive(Debug)]
struct Shared {
    spans: Mutex<Vec<SpanRecord>>,
    count: watch::Sender<usize>,
    forward: Option<(reqwest::Client, String)>,
    forward_error: Mutex<Option<String>>,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Vec<SpanRecord>> {
        self.spans.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sink {
    /// Listens on a free port of 127.0.0.1.
    pub async fn start() -> std::io::Result<Self> {
        Self::start_forwarding(None).await
    }

    /// Listens, and sends each body on as it is: `forward` is the base URL of another OTLP/HTTP receiver.
    pub async fn start_forwarding(forward: Option<&str>) -> std::io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let forward = match forward {
            None => None,
            Some(base) => {
                // Another part of the process may have installed the same provider already.
                let _ = rustls::crypto::ring::default_provider().install_default();
                let client = reqwest::Client::builder().build().map_err(std::io::Error::other)?;
                Some((client, format!("{}/v1/traces", base.trim_end_matches('/'))))
            }
        };
        let shared = Arc::new(Shared {
            spans: Mutex::default(),
            count: watch::Sender::new(0),
            forward,
            forward_error: Mutex::default(),
        });
        let accepting = spawn_detached(accept(listener, Arc::clone(&shared)));
        Ok(Self { address, shared, accepting })
    }

    /// The base URL, for `--otlp` and `OTEL_EXPORTER_OTLP_ENDPOINT`. The sender must speak `http/json`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The spans so far, in order of arrival.
    pub fn spans(&self) -> Vec<SpanRecord> {
        self.shared.lock().clone()
    }

    /// Waits until the spans satisfy a condition, and returns them. Put a time-out around it.
    pub async fn wait_for(&self, mut enough: impl FnMut(&[SpanRecord]) -> bool) -> Vec<SpanRecord> {
        let mut arrivals = self.shared.count.subscribe();
        loop {
            arrivals.borrow_and_update();
            let spans = self.spans();
            if enough(&spans) {
                return spans;
            }
            // The sender lives in `self`, so there is always another arrival to wait for.
            let _ = arrivals.changed().await;
        }
    }

    /// Why the last body could not be forwarded, if so.
    pub fn forward_error(&self) -> Option<String> {
        self.shared.forward_error.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    loop {
        // A failed accept is one connection lost (too many open files, say), never the listener.
        match listener.accept().await {
            Ok((stream, _)) => drop(spawn_detached(serve(stream, Arc::clone(&shared)))),
            Err(_) => tokio::task::yield_now().await,
        }
    }
}

async fn serve(stream: TcpStream, shared: Arc<Shared>) {
    let service = service_fn(|request| {
        let shared = Arc::clone(&shared);
        async move { Ok::<_, std::convert::Infallible>(answer(request, &shared).await) }
    });
    // A broken connection is its sender's affair: it sends the batch again.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

async fn answer(request: Request<Incoming>, shared: &Shared) -> Response<Full<Bytes>> {
    if request.method() != Method::POST || request.uri().path() != "/v1/traces" {
        return reply(StatusCode::NOT_FOUND, r#"{"message":"only POST /v1/traces"}"#);
    }
    let Ok(body) = Limited::new(request.into_body(), LONGEST_BODY).collect().await else {
        return reply(StatusCode::BAD_REQUEST, r#"{"message":"the body cannot be read"}"#);
    };
    let body = body.to_bytes();
    let Ok(spans) = otlp_json::read(&body) else {
        return reply(StatusCode::UNSUPPORTED_MEDIA_TYPE, r#"{"message":"send OTLP/JSON"}"#);
    };
    shared.lock().extend(spans);
    shared.count.send_modify(|count| *count += 1);
    forward(shared, body).await;
    reply(StatusCode::OK, "{}")
}

async fn forward(shared: &Shared, body: Bytes) {
    let Some((client, url)) = &shared.forward else { return };
    let sent = client.post(url).header(header::CONTENT_TYPE, "application/json").body(body).send().await;
    if let Err(error) = sent.and_then(reqwest::Response::error_for_status) {
        *shared.forward_error.lock().unwrap_or_else(PoisonError::into_inner) =
            Some(error.without_url().to_string());
    }
}

fn reply(status: StatusCode, body: &'static str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from_static(body.as_bytes())));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json"));
    response
}

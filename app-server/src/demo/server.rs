//! The HTTP server of the scripted model: loopback, a port of the system's choice, gone with its owner.

use std::{
    collections::HashSet,
    convert::Infallible,
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, header::CONTENT_TYPE};
use http_body_util::{BodyExt, Full, combinators::BoxBody};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpListener, task::JoinHandle};

use super::{
    answer::body,
    script::{Answer, answer},
};

type Body = BoxBody<Bytes, io::Error>;

/// The running server.
#[derive(Debug)]
pub(super) struct DemoServer {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl DemoServer {
    /// Starts it.
    pub(super) async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        Ok(Self { address, task: codex_otel::spawn_detached(accept(listener)) })
    }

    /// The base URL for its clients.
    pub(super) fn base_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }
}

impl Drop for DemoServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What the server remembers between requests.
struct State {
    /// The number of the next response.
    number: AtomicU64,
    /// The conversations whose next attempt is the second one.
    retried: Mutex<HashSet<String>>,
}

impl State {
    /// Whether an attempt of that conversation is the first of two.
    fn is_first_attempt(&self, conversation: &str) -> bool {
        let mut retried = self.retried.lock().unwrap_or_else(PoisonError::into_inner);
        let first = !retried.remove(conversation);
        if first {
            retried.insert(conversation.to_owned());
        }
        first
    }
}

async fn accept(listener: TcpListener) {
    let state = Arc::new(State { number: AtomicU64::new(1), retried: Mutex::default() });
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of descriptors, most likely: somebody has to close one first.
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            continue;
        };
        // Words are small and must not wait for one another.
        let _: io::Result<()> = stream.set_nodelay(true);
        let state = Arc::clone(&state);
        codex_otel::spawn_detached(async move {
            let service = service_fn(move |request| serve(request, Arc::clone(&state)));
            // A connection that breaks is the client's to notice.
            let _: hyper::Result<()> =
                http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

async fn serve(request: Request<Incoming>, state: Arc<State>) -> Result<Response<Body>, Infallible> {
    let path = request.uri().path().to_owned();
    Ok(match (request.method(), path.as_str()) {
        (&Method::GET, "/v1/models") => {
            json(StatusCode::OK, r#"{"object":"list","data":[{"id":"demo-model","object":"model"}]}"#)
        }
        (&Method::POST, "/v1/responses") => match request.into_body().collect().await {
            Ok(body) => respond(&body.to_bytes(), &state),
            Err(_) => json(StatusCode::BAD_REQUEST, r#"{"error":{"message":"the body broke off"}}"#),
        },
        _ => json(StatusCode::NOT_FOUND, r#"{"error":{"message":"no such resource"}}"#),
    })
}

fn respond(request: &[u8], state: &State) -> Response<Body> {
    let Ok(parsed) = serde_json::from_slice(request) else {
        return json(StatusCode::BAD_REQUEST, r#"{"error":{"message":"the body is no request"}}"#);
    };
    match answer(&parsed) {
        Answer::Status(status) => refused(
            StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            // It shows more when the failure is not tried again.
            ("x-should-retry", "false"),
        ),
        Answer::Retry(_) if state.is_first_attempt(&parsed.prompt_cache_key) => {
            refused(StatusCode::SERVICE_UNAVAILABLE, ("retry-after-ms", "400"))
        }
        answer => {
            let number = state.number.fetch_add(1, Ordering::Relaxed);
            // About four bytes of JSON make a token.
            let mut response = Response::new(body(answer, number, request.len() / 4).boxed());
            response.headers_mut().insert(CONTENT_TYPE, http::HeaderValue::from_static("text/event-stream"));
            response
        }
    }
}

fn refused(status: StatusCode, (name, value): (&'static str, &'static str)) -> Response<Body> {
    let mut response = json(status, r#"{"error":{"message":"the script says so","type":"server_error"}}"#);
    response.headers_mut().insert(name, http::HeaderValue::from_static(value));
    response
}

fn json(status: StatusCode, text: &'static str) -> Response<Body> {
    let mut response =
        Response::new(Full::new(Bytes::from_static(text.as_bytes())).map_err(|never| match never {}).boxed());
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, http::HeaderValue::from_static("application/json"));
    response
}

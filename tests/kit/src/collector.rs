//! A receiver of OTLP over HTTP and gRPC, before any decoding: what arrived, and what it is answered.

use std::{collections::VecDeque, convert::Infallible, io, net::SocketAddr, sync::Arc};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto::Builder,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpListener,
    sync::watch,
    task::JoinHandle,
};

use crate::{
    spawn::spawn,
    wait::{Log, within},
};

/// One request as a collector sees it.
#[derive(Clone, Debug)]
pub struct Received {
    /// The path, which names the signal.
    pub path: String,
    /// Its headers.
    pub headers: HeaderMap,
    /// The body as it was sent; five bytes of a frame come first over gRPC.
    pub body: Bytes,
}

impl Received {
    fn is_grpc(&self) -> bool {
        self.headers.get("content-type").is_some_and(|kind| kind == "application/grpc")
    }
}

/// What a request is answered.
#[derive(Clone, Debug)]
pub enum Answer {
    /// Taken: status 200, `grpc-status` 0.
    Taken,
    /// An HTTP status with headers and a body.
    Http(u16, Vec<(&'static str, String)>, Bytes),
    /// A message, and a `grpc-status`; a status that is not 0 comes without the message.
    Grpc(u8, Bytes),
    /// No answer, ever.
    Never,
}

impl Answer {
    /// A bare HTTP status.
    pub fn status(status: u16) -> Self {
        Self::Http(status, Vec::new(), Bytes::new())
    }
}

type Script = dyn Fn(&Received) -> Answer + Send + Sync;

/// A running receiver. It stops when dropped.
#[derive(Debug)]
pub struct Collector {
    address: SocketAddr,
    received: Arc<watch::Sender<Vec<Received>>>,
    accepting: JoinHandle<()>,
}

impl Collector {
    /// A collector that gives these answers in turn, and takes everything after them.
    pub async fn start(answers: Vec<Answer>) -> Self {
        let answers = std::sync::Mutex::new(VecDeque::from(answers));
        Self::scripted(move |_| {
            let mut answers = answers.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            answers.pop_front().unwrap_or(Answer::Taken)
        })
        .await
        .expect("loopback has a free port")
    }

    /// A collector whose answer follows from the request.
    pub async fn scripted(script: impl Fn(&Received) -> Answer + Send + Sync + 'static) -> io::Result<Self> {
        Self::listen(true, script).await
    }

    /// As [`scripted`](Self::scripted), without keeping what arrived.
    pub async fn forgetful(script: impl Fn(&Received) -> Answer + Send + Sync + 'static) -> io::Result<Self> {
        Self::listen(false, script).await
    }

    async fn listen(
        keep: bool,
        script: impl Fn(&Received) -> Answer + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let received = Arc::new(watch::Sender::default());
        let (script, kept) = (Arc::new(script), keep.then(|| Arc::clone(&received)));
        let accepting = spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                spawn(serve(stream, kept.clone(), Arc::clone(&script) as Arc<Script>));
            }
        });
        Ok(Self { address, received, accepting })
    }

    /// The base URL.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The port that it listens on.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// What has arrived, in order.
    pub fn received(&self) -> Vec<Received> {
        self.received.borrow().clone()
    }

    /// Waits until what has arrived is enough, and returns it.
    pub async fn wait(&self, what: &str, log: &Log, enough: impl Fn(&[Received]) -> bool) -> Vec<Received> {
        let mut received = self.received.subscribe();
        within(what, received.wait_for(|received| enough(received)), || log.evidence())
            .await
            .expect("the sender lives in `self`")
            .clone()
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// Serves one connection of either HTTP version; over TLS, the stream after its handshake.
async fn serve(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    received: Option<Arc<watch::Sender<Vec<Received>>>>,
    script: Arc<Script>,
) {
    let service = service_fn(move |request: Request<Incoming>| {
        let (received, script) = (received.clone(), Arc::clone(&script));
        async move {
            let (head, body) = request.into_parts();
            // A sender that breaks off has sent what came.
            let body = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
            let request = Received { path: head.uri.path().to_owned(), headers: head.headers, body };
            let answer = match script(&request) {
                Answer::Taken if request.is_grpc() => Answer::Grpc(0, Bytes::new()),
                answer => answer,
            };
            if let Some(received) = received {
                received.send_modify(|received| received.push(request));
            }
            Ok::<_, Infallible>(respond(answer).await)
        }
    });
    // A broken connection is its sender's affair: it sends again.
    let _ = Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service).await;
}

type Body = http_body_util::combinators::BoxBody<Bytes, Infallible>;

/// A message in the frame of gRPC: not compressed, and so long.
fn framed(message: &[u8]) -> Bytes {
    let mut frame = vec![0];
    frame.extend(u32::try_from(message.len()).expect("a short message").to_be_bytes());
    frame.extend(message);
    frame.into()
}

async fn respond(answer: Answer) -> Response<Body> {
    let (status, headers, body, grpc_status) = match answer {
        Answer::Taken => (200, Vec::new(), Bytes::new(), 0),
        Answer::Http(status, headers, body) => (status, headers, body, 0),
        Answer::Grpc(0, message) => (200, Vec::new(), framed(&message), 0),
        Answer::Grpc(status, _) => (200, Vec::new(), Bytes::new(), status),
        Answer::Never => std::future::pending().await,
    };
    let mut trailers = HeaderMap::new();
    trailers.insert("grpc-status", HeaderValue::from(u16::from(grpc_status)));
    let body = Full::new(body).with_trailers(async move { Some(Ok(trailers)) }).boxed();
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).expect("a status of HTTP");
    for (name, value) in headers {
        let value = HeaderValue::from_str(&value).expect("a header's value");
        response.headers_mut().insert(HeaderName::from_static(name), value);
    }
    response
}

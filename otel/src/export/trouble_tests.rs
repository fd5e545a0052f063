//! Tests of collectors in trouble: slow, half-open, gone and back. What is lost is what is counted.

#![expect(clippy::unwrap_used, reason = "the helpers of these tests are test code too")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::tests::{SOON, start, to};
use super::{Limits, Protocol};
use crate::{Kind, OwnedSpan, Parent, Status, span};

/// A collector that counts what it takes, and can be told to be busy.
struct Counting {
    address: SocketAddr,
    taken: Arc<AtomicU64>,
    batches: watch::Sender<u64>,
    busy: watch::Sender<bool>,
    accepting: tokio::task::JoinHandle<()>,
}

impl Counting {
    async fn start(pause: Duration) -> Self {
        Self::listen(TcpListener::bind(("127.0.0.1", 0)).await.unwrap(), pause)
    }

    fn listen(listener: TcpListener, pause: Duration) -> Self {
        let address = listener.local_addr().unwrap();
        let (taken, batches, busy) =
            (Arc::new(AtomicU64::new(0)), watch::Sender::new(0), watch::Sender::new(false));
        let (count, arrivals, is_busy) = (Arc::clone(&taken), batches.clone(), busy.subscribe());
        let accepting = crate::spawn_detached(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (count, arrivals, is_busy) = (Arc::clone(&count), arrivals.clone(), is_busy.clone());
                let service = service_fn(move |request: Request<Incoming>| {
                    let (count, arrivals, is_busy) = (Arc::clone(&count), arrivals.clone(), is_busy.clone());
                    async move {
                        let body = request.into_body().collect().await?.to_bytes();
                        sleep(pause).await;
                        let mut answer = Response::new(Full::new(Bytes::new()));
                        if *is_busy.borrow() {
                            *answer.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
                        } else {
                            let request = ExportTraceServiceRequest::decode(body).expect("it is protobuf");
                            let spans = request.resource_spans[0].scope_spans[0].spans.len();
                            count.fetch_add(spans as u64, Ordering::Relaxed);
                        }
                        arrivals.send_modify(|batches| *batches += 1);
                        Ok::<_, hyper::Error>(answer)
                    }
                });
                crate::spawn_detached(async move {
                    let io = TokioIo::new(stream);
                    let _ = hyper::server::conn::http1::Builder::new().serve_connection(io, service).await;
                });
            }
        });
        Self { address, taken, batches, busy, accepting }
    }

    fn url(&self) -> String {
        format!("http://{}/v1/traces", self.address)
    }

    fn taken(&self) -> u64 {
        self.taken.load(Ordering::Relaxed)
    }

    async fn batches(&self, count: u64) {
        let mut batches = self.batches.subscribe();
        timeout(SOON, batches.wait_for(|seen| *seen >= count)).await.unwrap().unwrap();
    }
}

fn spans(dispatch: &tracing::Dispatch, count: usize) {
    tracing::dispatcher::with_default(dispatch, || {
        for _ in 0..count {
            OwnedSpan::start(span!("r", name = "r", kind = Kind::Server), Parent::Root).end(Status::Unset);
        }
    });
}

#[tokio::test]
async fn a_burst_of_20_000_requests_loses_nothing_with_the_default_settings() {
    let collector = Counting::start(Duration::ZERO).await;
    let (telemetry, dispatch, _) = start(to(Protocol::Protobuf, collector.url()), Limits::default());
    spans(&dispatch, 20_000);
    let report = telemetry.shutdown(SOON).await;
    assert!(report.complete);
    assert_eq!((report.counters.exported, report.counters.dropped, report.counters.failed), (20_000, 0, 0));
    assert_eq!(collector.taken(), 20_000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_collector_too_slow_for_the_load_the_lost_are_the_counted() {
    let collector = Counting::start(Duration::from_millis(5)).await;
    let limits = Limits { queue: 100, batch: 10, delay: Duration::from_millis(1), ..Limits::default() };
    let (telemetry, dispatch, _) = start(to(Protocol::Protobuf, collector.url()), limits);
    spans(&dispatch, 3_000);
    let counters = telemetry.shutdown(SOON).await.counters;
    assert!(counters.dropped > 0, "{counters:?}");
    assert_eq!(counters.exported, collector.taken());
    assert_eq!(counters.exported + counters.dropped + counters.failed, 3_000);
}

#[tokio::test]
async fn a_collector_that_comes_back_gets_spans_again_without_a_restart() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let limits = Limits { delay: Duration::from_millis(1), ..Limits::default() };
    let url = format!("http://{address}/v1/traces");
    let (telemetry, dispatch, _) = start(to(Protocol::Protobuf, url), limits);
    spans(&dispatch, 1);
    // Whoever waits for a flush makes the thread give up at the first failure.
    telemetry.flush(SOON).await;
    assert_eq!(telemetry.counters().failed, 1);
    assert!(telemetry.counters().last_error.is_some());

    let collector = Counting::listen(TcpListener::bind(address).await.unwrap(), Duration::ZERO);
    spans(&dispatch, 2);
    collector.batches(1).await;
    let counters = telemetry.shutdown(SOON).await.counters;
    assert_eq!((counters.exported, counters.failed, collector.taken()), (2, 1, 2));
}

#[tokio::test]
async fn a_collector_that_is_busy_for_a_while_gets_the_same_spans_later() {
    let collector = Counting::start(Duration::ZERO).await;
    collector.busy.send_replace(true);
    let limits = Limits { delay: Duration::from_millis(1), ..Limits::default() };
    let (telemetry, dispatch, _) = start(to(Protocol::Protobuf, collector.url()), limits);
    spans(&dispatch, 3);
    collector.batches(2).await;
    collector.busy.send_replace(false);
    collector.batches(3).await;
    let counters = telemetry.shutdown(SOON).await.counters;
    assert_eq!((counters.exported, counters.failed, collector.taken()), (3, 0, 3));
    assert!(counters.last_error.unwrap().contains("503"));
}

#[tokio::test]
async fn a_connection_that_is_closed_in_the_middle_costs_that_batch_at_most() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("http://{}/v1/traces", listener.local_addr().unwrap());
    let limits = Limits { delay: Duration::from_millis(1), ..Limits::default() };
    let (telemetry, dispatch, _) = start(to(Protocol::Protobuf, url), limits);
    spans(&dispatch, 1);
    // Half-open: it takes the connection and goes away without a word.
    drop(timeout(SOON, listener.accept()).await.unwrap().unwrap());
    let collector = Counting::listen(listener, Duration::ZERO);
    collector.batches(1).await;
    let counters = telemetry.shutdown(SOON).await.counters;
    assert_eq!((counters.exported, counters.failed), (1, 0));
    collector.accepting.abort();
}

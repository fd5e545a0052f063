//! Tests of exporting: what arrives, what is counted, and what a dead collector costs.

#![expect(clippy::unwrap_used, reason = "the helpers of these tests are test code too")]

use std::convert::Infallible;
use std::io::Write;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::time::timeout;
use tracing::Dispatch;

use opentelemetry_sdk::trace::SpanData;

use super::{Destination, Limits, Protocol, Record, Target};
use crate::settings::{LogSettings, Pipeline, State};
use crate::subscriber::{Built, build};
use crate::{Kind, OwnedSpan, Parent, Settings, Sink, Status, Telemetry, span};

pub(super) const SOON: Duration = Duration::from_secs(20);

/// A request as a collector sees it.
pub(super) struct Received {
    pub(super) path: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// A collector that answers each request with the next of some HTTP statuses, then with 200.
pub(super) async fn collector(
    protocol: Protocol,
    statuses: &[u16],
) -> (SocketAddr, mpsc::UnboundedReceiver<Received>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let (arrivals, inbox) = mpsc::unbounded_channel();
    let statuses = Arc::new(Mutex::new(statuses.to_vec()));
    crate::spawn_detached(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (arrivals, statuses) = (arrivals.clone(), Arc::clone(&statuses));
            let service = service_fn(move |request: Request<Incoming>| {
                let (arrivals, statuses) = (arrivals.clone(), Arc::clone(&statuses));
                async move {
                    let (head, body) = request.into_parts();
                    let body = body.collect().await.unwrap().to_bytes();
                    let _ = arrivals.send(Received {
                        path: head.uri.path().to_owned(),
                        headers: head.headers,
                        body,
                    });
                    let mut trailers = HeaderMap::new();
                    trailers.insert("grpc-status", HeaderValue::from_static("0"));
                    // An empty message, in its frame where there is one.
                    let message = if protocol == Protocol::Grpc { &[0; 5][..] } else { &[] };
                    let answer = Full::new(Bytes::from_static(message))
                        .with_trailers(async move { Some(Ok(trailers)) });
                    let mut response = Response::new(answer);
                    let mut statuses = statuses.lock().unwrap();
                    if !statuses.is_empty() {
                        *response.status_mut() = StatusCode::from_u16(statuses.remove(0)).unwrap();
                    }
                    Ok::<_, Infallible>(response)
                }
            });
            crate::spawn_detached(async move {
                let io = TokioIo::new(stream);
                if protocol == Protocol::Grpc {
                    let _ = hyper::server::conn::http2::Builder::new(TokioExecutor::new())
                        .serve_connection(io, service)
                        .await;
                } else {
                    let _ = hyper::server::conn::http1::Builder::new().serve_connection(io, service).await;
                }
            });
        }
    });
    (address, inbox)
}

pub(super) fn to(protocol: Protocol, url: String) -> Target {
    let headers = vec![("authorization".to_owned(), "Bearer s3cret".into())];
    Target::Otlp(Destination { protocol, url: url.into(), headers, ca: None, identity: None, gzip: false })
}

/// A log that a test can read.
#[derive(Clone, Default)]
pub(super) struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

pub(super) fn start(target: Target, limits: Limits) -> (Telemetry, Dispatch, Log) {
    start_logging(target, limits, "warn", false)
}

fn start_logging(target: Target, limits: Limits, filter: &str, json: bool) -> (Telemetry, Dispatch, Log) {
    let log = Log::default();
    let writer = log.clone();
    let settings = Settings {
        state: State::Export,
        traces: Pipeline { targets: vec![target], limits },
        log: LogSettings { filter: filter.to_owned(), json },
        ..Settings::default()
    };
    let Built { telemetry, dispatch, warnings, .. } = build(settings, Vec::new(), move || writer.clone());
    assert_eq!(warnings, [""; 0]);
    (telemetry, dispatch, log)
}

pub(super) fn one(name: &str) -> OwnedSpan {
    let span = OwnedSpan::start(span!("app_server.request", name = name, kind = Kind::Server), Parent::Root);
    span.set("rpc.method", "turn/start");
    span.set("count", -7_i64);
    span.set("zero", 0_i64);
    span.set("share", 0.25);
    span.set("yes", true);
    span.set("list", vec!["a", "b"]);
    span.set("long", "x".repeat(20_000));
    span
}

/// Spans that use every member: a parent, a state, an event, a link, a failure.
fn everything() {
    let far = codex_protocol::W3cTraceContext {
        traceparent: Some("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03".to_owned()),
        tracestate: Some("vendor=value".to_owned()),
    };
    let outer = OwnedSpan::start(
        span!("app_server.request", name = "turn/start", kind = Kind::Server),
        Parent::Carrier(Some(&far)),
    );
    outer.link(&far);
    let entered = outer.span().enter();
    crate::event("retry", &[("attempt", 2.into())]);
    let inner =
        OwnedSpan::start(span!("model_request", name = "chat m", kind = Kind::Client), Parent::Current);
    inner.end(Status::Error("no".into()));
    one("root").end(Status::Unset);
    drop(entered);
    outer.end(Status::Unset);
}

#[test]
fn the_reader_of_files_reads_what_is_written_to_them() {
    let store: Arc<Mutex<Vec<SpanData>>> = Arc::default();
    let exporter = Collect(Arc::clone(&store));
    let provider =
        opentelemetry_sdk::trace::SdkTracerProvider::builder().with_simple_exporter(exporter).build();
    let tracer = opentelemetry::trace::TracerProvider::tracer(&provider, "t");
    let subscriber = tracing_subscriber::layer::SubscriberExt::with(
        tracing_subscriber::Registry::default(),
        crate::subscriber::span_layer(span::Tracer::Recording(tracer, None)),
    );
    tracing::subscriber::with_default(subscriber, everything);
    let spans = store.lock().unwrap().clone();
    assert_eq!(spans.len(), 3);

    let resource = opentelemetry_sdk::Resource::builder_empty().with_service_name("codex-app-server").build();
    let line = serde_json::to_vec(&SpanData::request(&resource, &spans)).unwrap();
    let expected: Vec<_> = spans
        .iter()
        .map(|span| crate::SpanRecord {
            service: Some("codex-app-server".to_owned()),
            ..crate::local_traces::record(span, true)
        })
        .collect();
    assert_eq!(crate::otlp_json::read(&line).unwrap(), expected);
}

#[derive(Debug)]
struct Collect(Arc<Mutex<Vec<SpanData>>>);

impl opentelemetry_sdk::trace::SpanExporter for Collect {
    async fn export(&self, batch: Vec<SpanData>) -> opentelemetry_sdk::error::OTelSdkResult {
        self.0.lock().unwrap().extend(batch);
        Ok(())
    }
}

#[tokio::test]
async fn every_protocol_delivers_with_its_path_and_headers() {
    for (protocol, path, content_type) in [
        (Protocol::Protobuf, "/v1/traces", "application/x-protobuf"),
        (Protocol::Json, "/v1/traces", "application/json"),
        (Protocol::Grpc, "/opentelemetry.proto.collector.trace.v1.TraceService/Export", "application/grpc"),
    ] {
        let (address, mut inbox) = collector(protocol, &[]).await;
        let url = if protocol == Protocol::Grpc {
            format!("http://{address}")
        } else {
            format!("http://{address}/v1/traces")
        };
        let (telemetry, dispatch, _) = start(to(protocol, url), Limits::default());
        tracing::dispatcher::with_default(&dispatch, everything);
        let report = telemetry.shutdown(SOON).await;
        assert!(report.complete);
        assert_eq!((report.counters.exported, report.counters.failed, report.counters.queued), (3, 0, 0));
        let received = timeout(SOON, inbox.recv()).await.unwrap().unwrap();
        assert_eq!(received.path, path);
        assert_eq!(received.headers["content-type"], content_type);
        assert_eq!(received.headers["authorization"], "Bearer s3cret");
        let names: Vec<String> = if protocol == Protocol::Json {
            crate::otlp_json::read(&received.body).unwrap().into_iter().map(|span| span.name).collect()
        } else {
            let message = if protocol == Protocol::Grpc { &received.body[5..] } else { &received.body[..] };
            let request = ExportTraceServiceRequest::decode(message).unwrap();
            request.resource_spans[0].scope_spans[0].spans.iter().map(|span| span.name.clone()).collect()
        };
        assert_eq!(names, ["chat m", "root", "turn/start"]);
    }
}

#[tokio::test]
async fn a_span_arrives_while_others_run() {
    let sink = Sink::start().await.unwrap();
    let limits = Limits { delay: Duration::from_millis(1), ..Limits::default() };
    let (telemetry, dispatch, _) = start(to(Protocol::Json, format!("{}/v1/traces", sink.url())), limits);
    let (request, turn) = tracing::dispatcher::with_default(&dispatch, || {
        let request = one("turn/start");
        let turn = request.span().in_scope(|| {
            OwnedSpan::start(span!("turn", name = "turn user", kind = Kind::Internal), Parent::Current)
        });
        (request, turn)
    });
    request.end(Status::Unset);
    let spans = timeout(SOON, sink.wait_for(|spans| !spans.is_empty())).await.unwrap();
    assert_eq!(spans.iter().map(|span| span.name.as_str()).collect::<Vec<_>>(), ["turn/start"]);
    turn.end(Status::Unset);
    timeout(SOON, sink.wait_for(|spans| spans.len() == 2)).await.unwrap();
    assert!(telemetry.shutdown(SOON).await.complete);
}

#[tokio::test]
async fn a_burst_is_delivered_whole() {
    let sink = Sink::start().await.unwrap();
    let (telemetry, dispatch, _) =
        start(to(Protocol::Json, format!("{}/v1/traces", sink.url())), Limits::default());
    tracing::dispatcher::with_default(&dispatch, || {
        for _ in 0..5_000 {
            OwnedSpan::start(span!("r", name = "r", kind = Kind::Server), Parent::Root).end(Status::Unset);
        }
    });
    telemetry.flush(SOON).await;
    let counters = telemetry.counters();
    assert_eq!((counters.exported, counters.dropped, counters.failed, counters.queued), (5_000, 0, 0, 0));
    assert_eq!(sink.spans().len(), 5_000);
}

#[tokio::test]
async fn what_is_lost_is_exactly_what_is_counted() {
    // A collector that accepts connections and never answers.
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("http://{}/v1/traces", listener.local_addr().unwrap());
    let limits = Limits { queue: 10, batch: 4, ..Limits::default() };
    let (telemetry, dispatch, _) = start(to(Protocol::Protobuf, url), limits);
    tracing::dispatcher::with_default(&dispatch, || {
        for _ in 0..25 {
            one("r").end(Status::Unset);
        }
    });
    let counters = telemetry.counters();
    assert_eq!((counters.dropped, counters.queued, counters.exported), (15, 10, 0));
    drop(listener);
}

#[tokio::test]
async fn a_dead_collector_costs_the_deadline_at_most() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("http://{}/v1/traces", listener.local_addr().unwrap());
    let (telemetry, dispatch, _) = start(to(Protocol::Protobuf, url), Limits::default());
    tracing::dispatcher::with_default(&dispatch, || one("r").end(Status::Unset));
    let begun = Instant::now();
    telemetry.flush(Duration::from_millis(50)).await;
    let report = telemetry.shutdown(Duration::from_millis(50)).await;
    assert!(begun.elapsed() < Duration::from_secs(5));
    assert!(!report.complete);
    // What was given up is counted, not left in the queue.
    assert_eq!((report.counters.queued, report.counters.exported, report.counters.failed), (0, 0, 1));
    drop(listener);
}

#[tokio::test]
async fn a_refused_connection_is_counted_warned_about_once_and_names_no_secret() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("http://user:p4ss@{}/v1/traces", listener.local_addr().unwrap());
    drop(listener);
    let (telemetry, dispatch, log) = start(to(Protocol::Protobuf, url), Limits::default());
    // The export thread has no subscriber of its own in a test: the warning is seen through the counters.
    for _ in 0..2 {
        tracing::dispatcher::with_default(&dispatch, || one("r").end(Status::Unset));
        telemetry.flush(SOON).await;
    }
    let report = telemetry.shutdown(SOON).await;
    assert!(report.complete);
    assert_eq!((report.counters.failed, report.counters.queued), (2, 0));
    let error = report.counters.last_error.unwrap();
    assert!(error.contains("cannot be reached"), "{error}");
    assert!(!error.contains("p4ss") && !error.contains("s3cret"), "{error}");
    assert_eq!(log.text(), "");
}

#[tokio::test]
async fn busy_answers_are_tried_again_and_refusals_are_not() {
    for (status, exported) in [(503, 1), (429, 1), (400, 0), (401, 0)] {
        let (address, mut inbox) = collector(Protocol::Protobuf, &[status]).await;
        let limits = Limits { delay: Duration::ZERO, ..Limits::default() };
        let (telemetry, dispatch, _) =
            start(to(Protocol::Protobuf, format!("http://{address}/v1/traces")), limits);
        tracing::dispatcher::with_default(&dispatch, || one("r").end(Status::Unset));
        for _ in 0..=exported {
            timeout(SOON, inbox.recv()).await.unwrap().unwrap();
        }
        let counters = telemetry.clone().shutdown(SOON).await.counters;
        assert_eq!((counters.exported, counters.failed), (exported, 1 - exported), "{status}");
        assert!(counters.last_error.unwrap().contains(&status.to_string()));
    }
}

#[tokio::test]
async fn spans_after_shutdown_are_counted_and_their_context_goes_on() {
    let (telemetry, dispatch, _) = start(Target::None, Limits::default());
    telemetry.clone().shutdown(SOON).await;
    tracing::dispatcher::with_default(&dispatch, || {
        let late = one("late");
        assert!(late.carrier().is_some());
    });
    assert_eq!(telemetry.counters().dropped, 1);
}

#[test]
fn a_low_log_level_keeps_spans_and_capture() {
    for filter in ["off", "error", "codex_otel=off"] {
        let (telemetry, dispatch, log) = start_logging(Target::None, Limits::default(), filter, false);
        tracing::dispatcher::with_default(&dispatch, || {
            let span = one("r");
            assert_eq!(span.span().in_scope(crate::current), span.carrier());
            assert!(span.carrier().is_some());
        });
        assert_eq!(telemetry.counters().queued + telemetry.counters().exported, 1, "{filter}");
        assert_eq!(log.text(), "");
    }
}

#[test]
fn lines_inside_a_span_carry_its_ids() {
    for json in [false, true] {
        let (_telemetry, dispatch, log) = start_logging(Target::None, Limits::default(), "info", json);
        let (trace, carrier) = tracing::dispatcher::with_default(&dispatch, || {
            tracing::info!("outside");
            let span = one("r");
            span.span().in_scope(|| {
                tracing::info_span!("a library's span")
                    .in_scope(|| tracing::info!(answer = 42, text = "a\nb", "inside\nit"));
            });
            (span.trace_id().unwrap(), span.carrier().unwrap().traceparent.unwrap())
        });
        let text = log.text();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 2, "{text}");
        assert!(!lines[0].contains("trace_id"));
        if json {
            let line: serde_json::Value = serde_json::from_str(lines[1]).unwrap();
            assert_eq!((&line["trace_id"], &line["span_id"]), (&trace.into(), &carrier[36..52].into()));
            assert_eq!((&line["answer"], &line["message"]), (&42.into(), &"inside\nit".into()));
        } else {
            assert!(lines[1].contains(&format!("trace_id={trace} span_id={}", &carrier[36..52])), "{text}");
            assert!(lines[1].contains("answer=42"));
        }
    }
}

#[test]
fn the_export_thread_is_silent() {
    let (_telemetry, dispatch, log) = start_logging(Target::None, Limits::default(), "trace", false);
    tracing::dispatcher::with_default(&dispatch, || {
        let _suppressed = opentelemetry::Context::enter_telemetry_suppressed_scope();
        tracing::error!("from the HTTP client");
        let span = OwnedSpan::start(span!("x", name = "x", kind = Kind::Client), Parent::Current);
        assert_eq!(span.carrier(), None);
    });
    assert_eq!(log.text(), "");
}

#[test]
fn what_a_span_holds_is_limited() {
    let memory = crate::Memory::default();
    let span_limits =
        span::SpanLimits { value_length: Some(3), attributes: 4, events: 1, ..span::SpanLimits::default() };
    let settings = Settings { span_limits, ..Settings::default() };
    let Built { dispatch, .. } = build(settings, vec![Box::new(memory.clone())], std::io::sink);
    tracing::dispatcher::with_default(&dispatch, || {
        let span = OwnedSpan::start(span!("r", name = "r", kind = Kind::Server), Parent::Root);
        span.span().in_scope(|| {
            crate::event("first", &[("text", "äöüß".into())]);
            crate::event("second", &[]);
        });
        span.set("text", "äöüß");
        span.set("short", "äö");
        span.set("list", vec!["abcd", "a"]);
        span.set("number", 12_345_i64);
        span.set("too many", true);
        span.end(Status::Unset);
    });
    let spans = memory.spans();
    let text = |key: &str| spans[0].attr_text(key);
    assert_eq!((text("text"), text("short")), (Some("äöü".to_owned()), Some("äö".to_owned())));
    assert_eq!((text("list"), text("number")), (Some(r#"["abc","a"]"#.to_owned()), Some("12345".to_owned())));
    assert_eq!((text("too many"), spans[0].events.len()), (None, 1));
    assert_eq!(spans[0].events[0].attributes[0].1, "äöü");
}

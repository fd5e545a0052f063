//! CPU of one request span with the attributes of design, in each state of tracing; the exporting one to a collector
//! in the same process, so its figure holds the reading of the bodies too.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use std::time::{Duration, Instant};

use codex_otel::{Flags, Kind, OtelConfig, OwnedSpan, Parent, Recorder, Settings, Status, attr, init, span};
use codex_protocol::W3cTraceContext;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const SPANS: u32 = 200_000;

fn request(carrier: Option<&W3cTraceContext>, number: u32) {
    let span = OwnedSpan::start(
        span!("app_server.request", name = "thread/read", kind = Kind::Server),
        Parent::Carrier(carrier),
    );
    if !span.is_recording() {
        span.span().in_scope(|| std::hint::black_box(number));
        return span.end(Status::Unset);
    }
    span.set(attr::RPC_SYSTEM, "jsonrpc");
    span.set(attr::RPC_SYSTEM_NAME, "jsonrpc");
    span.set(attr::RPC_SERVICE, "codex-app-server");
    span.set(attr::RPC_METHOD, "thread/read");
    span.set(attr::RPC_TRANSPORT, "stdio");
    span.set(attr::RPC_REQUEST_ID, number.to_string());
    span.set(attr::JSONRPC_REQUEST_ID, number.to_string());
    span.set(attr::APP_SERVER_CONNECTION_ID, 1_u64);
    span.set(attr::APP_SERVER_API_VERSION, "v2");
    span.set(attr::APP_SERVER_CLIENT_NAME, "bench".to_owned());
    span.set(attr::APP_SERVER_CLIENT_VERSION, "1.0.0".to_owned());
    span.set(attr::THREAD_ID, "0199a3e2-7f1d-7000-8000-000000000000".to_owned());
    span.span().in_scope(|| std::hint::black_box(number));
    span.end(Status::Unset);
}

/// CPU time of this process, all threads.
fn cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux");
    let fields: Vec<&str> = stat.rsplit(')').next().expect("a name in brackets").split_whitespace().collect();
    let ticks: u64 = fields[11..13].iter().map(|ticks| ticks.parse::<u64>().expect("ticks")).sum();
    Duration::from_millis(ticks * 10)
}

fn measure(what: &str, carrier: Option<&W3cTraceContext>, finish: impl FnOnce()) {
    let (begun, before) = (Instant::now(), cpu());
    (0..SPANS).for_each(|number| request(carrier, number));
    let wall = begun.elapsed() / SPANS;
    finish();
    let cpu = cpu().saturating_sub(before) / SPANS;
    println!("{what:<34} {cpu:>10.2?} CPU a span, {wall:>10.2?} on the request's thread");
}

fn main() {
    let carrier = W3cTraceContext {
        traceparent: Some("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".to_owned()),
        tracestate: None,
    };
    {
        let _off = Recorder::install_off();
        measure("off", None, || {});
        measure("off, caller's context", Some(&carrier), || {});
    }
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("runtime");
    let listener = runtime.block_on(tokio::net::TcpListener::bind(("127.0.0.1", 0))).expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("bound"));
    collect(&runtime, listener);
    let flags = Flags { otlp: Some(url), ..Flags::default() };
    let env = |name: &str| (name == "OTEL_BSP_MAX_QUEUE_SIZE").then(|| SPANS.to_string());
    let (settings, warnings) = Settings::resolve(&flags, &env, &OtelConfig::default());
    assert!(warnings.is_empty(), "{warnings:?}");
    let telemetry = init(settings);
    let flush = || runtime.block_on(telemetry.flush(Duration::from_secs(60)));
    measure("exported", None, flush);
    measure("exported, caller's context", Some(&carrier), flush);
    println!("{:?}", telemetry.counters());
}

/// A collector that reads bodies by their length and says yes.
fn collect(runtime: &tokio::runtime::Runtime, listener: tokio::net::TcpListener) {
    let _inside = runtime.enter();
    codex_otel::spawn_detached(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            codex_otel::spawn_detached(async move {
                let mut buffer = vec![0; 1 << 20];
                let mut kept = 0;
                while let Ok(read @ 1..) = stream.read(&mut buffer[kept..]).await {
                    kept += read;
                    let Some(end) = buffer[..kept].windows(4).position(|bytes| bytes == b"\r\n\r\n") else {
                        continue;
                    };
                    let head = String::from_utf8_lossy(&buffer[..end]).to_lowercase();
                    let length = head.split("content-length: ").nth(1).and_then(|rest| rest.lines().next());
                    let mut left =
                        length.and_then(|text| text.parse().ok()).unwrap_or(0_usize) - (kept - end - 4);
                    while left > 0 {
                        match stream.read(&mut buffer).await {
                            Ok(read @ 1..) => left -= read,
                            _ => return,
                        }
                    }
                    kept = 0;
                    if stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.is_err() {
                        return;
                    }
                }
            });
        }
    });
}

//! The request path alone: frames in, answers out, over an in-memory pipe, with no process and no socket.
//!
//! What a row of `docs/performance.md` costs beyond this is the transport's.

use codex_app_server::{Server, ServerOptions};
use codex_core::Agent;
use codex_otel::Recorder;
use divan::{Bencher, counter::ItemsCount};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, DuplexStream},
    runtime::Runtime,
};

/// Requests in flight, as in the table.
const IN_FLIGHT: usize = 64;

fn main() {
    divan::main();
}

/// A connected client that has introduced itself.
struct Pipe {
    runtime: Runtime,
    stream: DuplexStream,
    batch: Vec<u8>,
}

impl Pipe {
    fn new(request: &str) -> Self {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime starts");
        let home = std::env::temp_dir().join("codex-app-server-bench-has-no-home");
        let config = codex_app_server::load_config(&home, &[]).expect("a missing file means defaults");
        let server = Server::new(Agent::new(config), ServerOptions::default());
        let (mut stream, far) = tokio::io::duplex(1 << 20);
        let (reader, writer) = tokio::io::split(far);
        runtime.block_on(async {
            codex_otel::spawn_detached(async move { server.serve_lines(reader, writer, || {}).await });
            let hello =
                r#"{"id":0,"method":"initialize","params":{"clientInfo":{"name":"bench","version":"1"}}}"#;
            stream.write_all(format!("{hello}\n").as_bytes()).await.expect("the server reads");
            answers(&mut stream, 1).await;
        });
        let batch =
            (0..IN_FLIGHT).map(|id| request.replace("$id", &id.to_string()) + "\n").collect::<String>();
        Self { runtime, stream, batch: batch.into_bytes() }
    }

    fn round(&mut self) {
        let Self { runtime, stream, batch } = self;
        runtime.block_on(async {
            stream.write_all(batch).await.expect("the server reads");
            answers(stream, IN_FLIGHT).await;
        });
    }
}

/// Reads so many lines.
async fn answers(stream: &mut DuplexStream, count: usize) {
    let (mut seen, mut buffer) = (0, vec![0; 16 << 10]);
    while seen < count {
        let read = stream.read(&mut buffer).await.expect("the server answers");
        assert_ne!(read, 0, "the server goes on");
        seen += memchr::memchr_iter(b'\n', &buffer[..read]).count();
    }
}

const PLAIN: &str = r#"{"id":$id,"method":"thread/loaded/list","params":{}}"#;
const TRACED: &str = r#"{"id":$id,"method":"thread/loaded/list","params":{},"trace":{"traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}}"#;

#[divan::bench(args = [PLAIN, TRACED])]
fn tracing_off(bencher: Bencher<'_, '_>, request: &str) {
    let _off = Recorder::install_off();
    let mut pipe = Pipe::new(request);
    bencher.counter(ItemsCount::new(IN_FLIGHT)).bench_local(|| pipe.round());
}

/// A request that is refused by the table: the cheapest way through every layer.
#[divan::bench]
fn unknown_method(bencher: Bencher<'_, '_>) {
    let _off = Recorder::install_off();
    let mut pipe = Pipe::new(r#"{"id":$id,"method":"no/such"}"#);
    bencher.counter(ItemsCount::new(IN_FLIGHT)).bench_local(|| pipe.round());
}

//! The scripted model for turns and the collector of their spans, outside the server under measurement.
//!
//! `say N` as the last such words of a request gets a message of N deltas.

use std::{
    collections::HashMap,
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use test_kit::{Answer, Collector, Received, Reply, Request, model::responses};
use tokio::runtime::{Builder, Runtime};

/// A running model server, and a collector beside it.
pub(crate) struct Model {
    pub(crate) port: u16,
    pub(crate) collector_port: u16,
    counts: Arc<Counts>,
    _serving: (test_kit::Model, Collector),
    /// Runs them in threads of its own: the side that measures blocks.
    _runtime: Runtime,
}

#[derive(Default)]
struct Counts {
    spans: AtomicUsize,
    exports: AtomicUsize,
}

impl Model {
    pub(crate) fn start() -> io::Result<Self> {
        let runtime = runtime()?;
        let counts = Arc::new(Counts::default());
        let counting = Arc::clone(&counts);
        let (model, collector) = runtime.block_on(async {
            let collector = Collector::forgetful(move |received| count(received, &counting)).await?;
            io::Result::Ok((test_kit::Model::forgetful(0, script()).await?, collector))
        })?;
        Ok(Self {
            port: model.port(),
            collector_port: collector.port(),
            counts,
            _serving: (model, collector),
            _runtime: runtime,
        })
    }

    /// Spans received as OTLP JSON so far.
    pub(crate) fn spans(&self) -> usize {
        self.counts.spans.load(Ordering::SeqCst)
    }

    /// Trace exports received so far, in any encoding.
    pub(crate) fn exports(&self) -> usize {
        self.counts.exports.load(Ordering::SeqCst)
    }
}

/// Serves until killed, for a server that is started by hand.
pub(crate) fn serve_forever(port: u16) -> io::Result<()> {
    runtime()?.block_on(async {
        let model = test_kit::Model::forgetful(port, script()).await?;
        eprintln!("model server on {}", model.url());
        std::future::pending().await
    })
}

fn runtime() -> io::Result<Runtime> {
    Builder::new_multi_thread().worker_threads(1).enable_all().build()
}

fn count(received: &Received, counts: &Counts) -> Answer {
    if received.path.ends_with("/traces") {
        // Each span has exactly one start time; links and events have other members.
        let part = b"\"startTimeUnixNano\"";
        let spans = received.body.windows(part.len()).filter(|window| window == part).count();
        counts.spans.fetch_add(spans, Ordering::SeqCst);
        counts.exports.fetch_add(1, Ordering::SeqCst);
    }
    let headers = vec![("content-type", "application/json".to_owned())];
    Answer::Http(200, headers, "{}".into())
}

/// The numbers of deltas that the measurements ask for: built beforehand, so that building is not measured.
const USUAL: [usize; 3] = [5, 20, 20_000];

fn script() -> impl Fn(&Request, usize) -> Reply + Send + Sync {
    let answers: HashMap<usize, Reply> = USUAL.map(|deltas| (deltas, answer(deltas))).into();
    move |request, _| {
        if !request.path.ends_with("/responses") {
            let models = r#"{"object":"list","data":[{"id":"scripted","object":"model"}],"models":[]}"#;
            return Reply::status(200, "content-type: application/json\r\n", models).keep_alive();
        }
        let prompt = request.prompt().unwrap_or_default();
        let deltas =
            prompt.rsplit_once("say ").and_then(|(_, number)| number.trim().parse().ok()).unwrap_or(0);
        answers.get(&deltas).cloned().unwrap_or_else(|| answer(deltas))
    }
}

fn answer(deltas: usize) -> Reply {
    Reply::stream(responses::deltas("msg_1", deltas, " word")).keep_alive()
}

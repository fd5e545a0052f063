//! The model's server: connections, the script, and the requests it keeps.

use std::{io, net::SocketAddr, sync::Arc};

use tokio::{
    io::BufReader,
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinHandle,
};

use super::{Reply, Request};
use crate::{
    spawn::spawn,
    wait::{Log, within},
};

type Script = dyn Fn(&Request, usize) -> Reply + Send + Sync;

/// A running scripted model. It stops when dropped.
#[derive(Debug)]
pub struct Model {
    address: SocketAddr,
    requests: Arc<watch::Sender<Vec<Request>>>,
    released: Arc<watch::Sender<bool>>,
    accepting: JoinHandle<()>,
}

impl Model {
    /// A model that gives these answers in turn, the last one for all that follow.
    pub async fn start(replies: Vec<Reply>) -> Self {
        Self::scripted(move |_, served| replies[served.min(replies.len() - 1)].clone()).await
    }

    /// A model whose answer follows from the request, and from how many it has answered before.
    pub async fn scripted(script: impl Fn(&Request, usize) -> Reply + Send + Sync + 'static) -> Self {
        Self::start_with(0, true, script).await.expect("loopback has a free port")
    }

    /// As [`scripted`](Self::scripted), at a port of the caller's choice, and without keeping what was asked.
    pub async fn forgetful(
        port: u16,
        script: impl Fn(&Request, usize) -> Reply + Send + Sync + 'static,
    ) -> io::Result<Self> {
        Self::start_with(port, false, script).await
    }

    async fn start_with(
        port: u16,
        keep: bool,
        script: impl Fn(&Request, usize) -> Reply + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", port)).await?;
        let address = listener.local_addr()?;
        let requests = Arc::new(watch::Sender::default());
        let released = Arc::new(watch::Sender::new(false));
        let state = State {
            script: Arc::new(script),
            served: Arc::new(watch::Sender::new(0)),
            requests: keep.then(|| Arc::clone(&requests)),
            released: Arc::clone(&released),
        };
        let accepting = spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let state = state.clone();
                // A connection that breaks is what some tests are about.
                spawn(async move { drop(serve(stream, &state).await) });
            }
        });
        Ok(Self { address, requests, released, accepting })
    }

    /// The base URL of its provider.
    pub fn url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// The port that it listens on.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// The setting that makes the provider `demo` ask this one.
    pub fn setting(&self) -> String {
        format!("model_providers.demo.base_url={}", self.url())
    }

    /// The requests so far.
    pub fn requests(&self) -> Vec<Request> {
        self.requests.borrow().clone()
    }

    /// A header of a request, by its name in lower case.
    pub fn header(&self, request: usize, name: &str) -> Option<String> {
        self.requests.borrow().get(request)?.header(name).map(str::to_owned)
    }

    /// The conversation of a request, see [`Request::conversation`].
    #[track_caller]
    pub fn conversation(&self, request: usize) -> String {
        self.requests.borrow()[request].conversation()
    }

    /// Waits for the first request, and returns it.
    pub async fn request(&self, log: &Log) -> Request {
        self.wait(1, log).await.remove(0)
    }

    /// Waits for that many requests, and returns all.
    pub async fn wait(&self, count: usize, log: &Log) -> Vec<Request> {
        let mut requests = self.requests.subscribe();
        let asked = requests.wait_for(|requests| requests.len() >= count);
        within("a request to the model", asked, || log.evidence())
            .await
            .expect("the sender lives in `self`")
            .clone()
    }

    /// Lets the answers go on that are held, and those to come.
    pub fn release(&self) {
        self.released.send_replace(true);
    }
}

impl Drop for Model {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

#[derive(Clone)]
struct State {
    script: Arc<Script>,
    served: Arc<watch::Sender<usize>>,
    /// None where nobody looks at them.
    requests: Option<Arc<watch::Sender<Vec<Request>>>>,
    released: Arc<watch::Sender<bool>>,
}

async fn serve(stream: TcpStream, state: &State) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut stream = BufReader::new(stream);
    while let Some(request) = Request::read(&mut stream).await? {
        let mut served = 0;
        state.served.send_modify(|count| {
            served = *count;
            *count += 1;
        });
        let reply = (state.script)(&request, served);
        if let Some(requests) = &state.requests {
            requests.send_modify(|requests| requests.push(request));
        }
        if !reply.write(&mut stream, &state.released).await? {
            break;
        }
    }
    Ok(())
}

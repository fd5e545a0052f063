//! One HTTP request by hand: probes and handshakes are text on a socket.

use test_kit::within;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

/// The head of an answer, and the stream after it.
pub(crate) struct Answer {
    /// Status line and headers, names in lower case.
    pub(crate) head: Vec<String>,
    pub(crate) stream: BufReader<TcpStream>,
}

impl Answer {
    pub(crate) fn status(&self) -> &str {
        self.head[0].split(' ').nth(1).unwrap_or_default()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.iter().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    /// What follows the head, to the end of the connection.
    pub(crate) async fn body(mut self) -> String {
        let mut body = String::new();
        within("the body", self.stream.read_to_string(&mut body), String::new).await.expect("it is text");
        body
    }
}

/// Sends a request line with headers, and reads the head of the answer.
pub(crate) async fn ask(address: &str, request: &str, headers: &[&str]) -> Answer {
    let asking = async {
        let mut stream = BufReader::new(TcpStream::connect(address).await.expect("the server listens"));
        let mut text = format!("{request} HTTP/1.1\r\nhost: localhost\r\n");
        for header in headers {
            text.push_str(header);
            text.push_str("\r\n");
        }
        stream.write_all((text + "\r\n").as_bytes()).await.expect("the server reads");
        let mut head = Vec::new();
        loop {
            let mut line = String::new();
            stream.read_line(&mut line).await.expect("the server answers");
            match line.trim_end() {
                "" => break,
                line => head.push(lower_name(line)),
            }
        }
        Answer { head, stream }
    };
    within(request, asking, String::new).await
}

fn lower_name(line: &str) -> String {
    match line.split_once(": ") {
        Some((name, value)) => format!("{}: {value}", name.to_ascii_lowercase()),
        None => line.to_owned(),
    }
}

/// The headers of a websocket handshake.
pub(crate) const UPGRADE: [&str; 4] = [
    "connection: Upgrade",
    "upgrade: websocket",
    "sec-websocket-version: 13",
    "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
];

/// A handshake with further headers.
pub(crate) async fn upgrade(address: &str, headers: &[&str]) -> Answer {
    ask(address, "GET /", &[&UPGRADE, headers].concat()).await
}

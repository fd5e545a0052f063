//! `grep trace_id=…` over the logs of client and server shows one request from end to end.

use serde_json::Value;

use test_kit::model::script::ANSWER;

use crate::world::World;

/// Runs one turn by `exec` against a server with `--debug`; returns the trace, and the lines of client and server.
async fn logs(format: &str) -> (String, String, String) {
    let world = World::new().await;
    let server = world.launch().env("LOG_FORMAT", format).args(&["--listen", "ws://127.0.0.1:0"]).spawn();
    let url = format!("ws://{}", server.address().await);
    let exec = crate::world::bare(world.home.path())
        .env("RUST_LOG", "codex_app_server_client=info")
        .env("LOG_FORMAT", format)
        .args(&["exec", "--remote", &url, ANSWER])
        .run()
        .await;
    assert_eq!(exec.code, Some(0), "{exec:?}");
    let trace = exec.stderr.lines().find_map(|line| line.strip_prefix("trace: "));
    let trace = trace.unwrap_or_else(|| panic!("{exec:?}")).to_owned();
    server.log.line("turn ended").await;
    (trace, exec.stderr, server.log.text())
}

#[tokio::test]
async fn as_text() {
    let (trace, client, server) = logs("text").await;
    let grep = |text: &str| -> Vec<String> {
        text.lines().filter(|line| line.contains(&format!("trace_id={trace}"))).map(str::to_owned).collect()
    };
    let (client, server) = (grep(&client), grep(&server));
    let says = |lines: &[String], words: &str| lines.iter().any(|line| line.contains(words));
    assert!(says(&client, "request sent method=\"turn/start\""), "{client:#?}");
    assert!(says(&client, "answered"), "{client:#?}");
    for words in
        ["message received method=\"turn/start\"", "dispatched", "turn started", "model called", "turn ended"]
    {
        assert!(says(&server, words), "{words} in {server:#?}");
    }
}

#[tokio::test]
async fn as_json() {
    let (trace, client, server) = logs("json").await;
    let grep = |text: &str| -> Vec<Value> {
        let lines = text.lines().filter(|line| line.contains(&format!(r#""trace_id":"{trace}""#)));
        lines.map(|line| serde_json::from_str(line).expect("each line is JSON")).collect()
    };
    let (client, server) = (grep(&client), grep(&server));
    let sent = |line: &Value| line["message"] == "request sent" && line["method"] == "turn/start";
    assert!(client.iter().any(sent), "{client:#?}");
    for message in ["message received", "turn started", "model called", "turn ended"] {
        assert!(server.iter().any(|line| line["message"] == message), "{message} in {server:#?}");
    }
    assert!(server.iter().all(|line| line["span_id"].as_str().is_some_and(|id| id.len() == 16)));
}

//! A reader that lags, and one that stalls.

use std::time::Duration;

use codex_app_server::ServerOptions;

use crate::harness::{BOTH, Transport, World, run};

#[test]
fn a_reader_that_keeps_up_gets_one_notification_for_each_delta() {
    for transport in BOTH {
        run(async {
            let world = World::new();
            let mut client = world.connect(transport).await;
            client.initialize().await;
            client.start_thread(world.home.path()).await;
            client.turn("say 50").await;
            let deltas = client.seen.iter().filter(|message| message["method"] == "item/agentMessage/delta");
            assert_eq!(deltas.count(), 50);
        });
    }
}

#[test]
fn a_reader_that_lags_gets_the_whole_text_in_fewer_notifications() {
    for transport in BOTH {
        run(async {
            let world = World::with(ServerOptions { lag_bytes: 1, ..ServerOptions::default() }, &[]);
            let mut client = world.connect(transport).await;
            client.initialize().await;
            client.start_thread(world.home.path()).await;
            // Past what the pipe between them holds, so that the writer has to wait for the reader.
            let done = client.turn("say 20000").await;
            let deltas: Vec<&str> = client
                .seen
                .iter()
                .filter(|message| message["method"] == "item/agentMessage/delta")
                .map(|message| message["params"]["delta"].as_str().unwrap())
                .collect();
            assert!(deltas.len() < 20_000, "{transport:?}: {} deltas", deltas.len());
            let text = done["params"]["turn"]["items"][0]["text"].as_str().unwrap();
            assert_eq!(deltas.concat(), text, "nothing is lost");
        });
    }
}

#[test]
fn a_reader_that_stalls_is_closed_and_its_turn_goes_on() {
    run(async {
        let options = ServerOptions { stall: Duration::from_millis(50), ..ServerOptions::default() };
        let world = World::with(options, &[]);
        let mut stalled = world.connect(Transport::WebSocket).await;
        let mut watching = world.connect(Transport::WebSocket).await;
        stalled.initialize().await;
        watching.initialize().await;
        stalled.start_thread(world.home.path()).await;
        let thread = stalled.thread.clone().unwrap();
        let input = serde_json::json!([{"type": "text", "text": "say 30000"}]);
        let request = serde_json::json!({"id": 1, "method": "turn/start", "params": {"threadId": thread, "input": input}});
        // Sent, and then nothing is read any more.
        stalled.send(&request.to_string()).await;
        loop {
            let status = watching.notification("thread/status/changed").await;
            if status["params"]["status"]["type"] == "idle" {
                break;
            }
        }
        let request = serde_json::json!({"id": 2, "method": "thread/read", "params": {"threadId": thread, "includeTurns": true}});
        let read = watching.call(&request.to_string()).await;
        assert_eq!(read["result"]["thread"]["turns"][0]["status"], "completed", "the turn went on");
        // Everything up to the stall, then the end.
        while stalled.next().await.is_ok() {}
        assert!(!stalled.seen.iter().any(|message| message["method"] == "turn/completed"));
    });
}

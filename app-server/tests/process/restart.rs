//! What is left after the process has ended: threads with their turns.

use serde_json::json;

use test_kit::{
    model::script::{ANSWER, HOLD, REFUSE},
    text,
};

use crate::{transport::Transport, world::World};

#[tokio::test]
async fn threads_and_turns_are_there_after_a_restart() {
    let world = World::new().await;
    let (mut server, mut client) = world.connect(Transport::WebSocket).await;
    let thread = client.start_thread().await;
    let mut turns = Vec::new();
    for prompt in [ANSWER, REFUSE] {
        let turn = client.start_turn(&thread, prompt).await;
        client.turn_completed_of(&turn).await;
        turns.push(turn);
    }
    // This one is interrupted by the end of the process.
    turns.push(client.start_turn(&thread, HOLD).await);
    world.model.wait(3, &server.log).await;
    server.stop().await;

    let (mut server, mut client) = world.connect(Transport::Stdio).await;
    let listed = client.request("thread/list", json!({})).await;
    let ids: Vec<_> = listed["data"].as_array().unwrap().iter().map(|thread| text(&thread["id"])).collect();
    assert_eq!(ids, [thread.as_str()]);
    let read = client.request("thread/read", json!({ "threadId": thread, "includeTurns": true })).await;
    let told: Vec<_> = read["thread"]["turns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|turn| (text(&turn["id"]), text(&turn["status"])))
        .collect();
    let statuses = ["completed", "failed", "interrupted"].map(str::to_owned);
    assert_eq!(told, turns.into_iter().zip(statuses).collect::<Vec<_>>());
    let first = read["thread"]["turns"][0]["items"].as_array().unwrap();
    let kinds: Vec<_> = first.iter().map(|item| text(&item["type"])).collect();
    assert_eq!(kinds, ["userMessage", "agentMessage"]);
    assert_eq!(first[1]["text"], "Done.");
    client.end_input().await;
    assert_eq!(server.exit().await.code(), Some(0));
}

#[tokio::test]
async fn a_killed_process_loses_nothing_that_was_told() {
    let world = World::new().await;
    let (mut server, mut client) = world.connect(Transport::Stdio).await;
    let thread = client.start_thread().await;
    client.start_turn(&thread, ANSWER).await;
    client.turn_completed().await;
    client.start_turn(&thread, HOLD).await;
    world.model.wait(2, &server.log).await;
    server.signal(rustix::process::Signal::KILL);
    server.exit().await;

    let (mut server, mut client) = world.connect(Transport::Stdio).await;
    let read = client.request("thread/read", json!({ "threadId": thread, "includeTurns": true })).await;
    let turns = read["thread"]["turns"].as_array().unwrap();
    let statuses: Vec<_> = turns.iter().map(|turn| text(&turn["status"])).collect();
    assert_eq!(statuses, ["completed", "interrupted"]);
    assert_eq!(turns[0]["items"][1]["text"], "Done.");
    server.stop().await;
}

//! Killed at any moment, the server has what it told.

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Value, json};

use crate::server::Server;

/// How often the server is killed, unless `KILLS` says otherwise. The long run of the checks takes 200.
const KILLS: u32 = 12;

/// An item's turn and its id, which the model chose: a model may choose the same again in another turn.
type Key = (String, String);

fn key(turn: &Value, item: &Value) -> Key {
    (turn.as_str().unwrap().to_owned(), item["id"].as_str().unwrap().to_owned())
}

/// The items that a client was told are complete.
fn told(seen: &[Value]) -> BTreeMap<Key, Value> {
    let completed = seen.iter().filter(|message| message["method"] == "item/completed");
    completed
        .map(|message| {
            let params = &message["params"];
            (key(&params["turnId"], &params["item"]), params["item"].clone())
        })
        .collect()
}

#[tokio::test]
async fn what_a_client_was_told_is_there_after_a_kill_at_any_moment() {
    let kills = std::env::var("KILLS").map_or(KILLS, |kills| kills.parse().expect("a number"));
    let home = tempfile::tempdir().unwrap();
    let mut server = Server::start(home.path()).await;
    let thread = server.start_thread(home.path(), false).await;
    server.turn(&thread, "say 2").await;
    let mut known = told(server.seen());
    for kill in 0..kills {
        // Every other time the moments count from the beginning of the turn, which may come late on a busy machine; they
        // are spread over the whole of a turn, and a little beyond it.
        let from_start = kill / 4 % 2 == 1;
        let longest = if from_start { 25_000 } else { 75_000 };
        let moment = Duration::from_micros(u64::from(kill) * 7_919 % longest);
        let from = server.seen().len();
        server.start_turn(&thread, ["say 20", "plan", "slow 0.05", "run echo made"][kill as usize % 4]).await;
        if from_start {
            server.turn_started().await;
        }
        let seen = server.kill_after(moment).await;
        known.extend(told(&seen[from..]));

        server = Server::start(home.path()).await;
        let resumed = server.request("thread/resume", json!({"threadId": thread})).await.unwrap();
        assert_eq!(resumed["thread"]["status"]["type"], "idle");
        let mut stored = BTreeMap::new();
        let mut turns = Vec::new();
        for turn in resumed["thread"]["turns"].as_array().unwrap() {
            assert_ne!(turn["status"], "inProgress", "kill {kill}");
            turns.push(turn["id"].as_str().unwrap().to_owned());
            for item in turn["items"].as_array().unwrap() {
                let key = key(&turn["id"], item);
                assert!(stored.insert(key, item.clone()).is_none(), "kill {kill}: an item is there twice");
            }
        }
        let count = turns.len();
        turns.sort();
        turns.dedup();
        assert_eq!(turns.len(), count, "kill {kill}: a turn is there twice");
        for (key, item) in &known {
            assert_eq!(stored.get(key), Some(item), "kill {kill} after {moment:?}");
        }
    }
    let read =
        server.request("thread/read", json!({"threadId": thread, "includeTurns": true})).await.unwrap();
    let cut = read["thread"]["turns"].as_array().unwrap().iter();
    let cut = cut.filter(|turn| turn["status"] == "interrupted").count();
    assert!(cut > 0 || kills < KILLS, "no kill came in the middle of a turn");
    // And the conversation goes on.
    assert_eq!(server.turn(&thread, "say 3").await["status"], "completed");
}

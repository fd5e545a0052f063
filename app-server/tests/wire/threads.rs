//! Threads that last: resumed, copied, paged, kept, and followed by several clients.

use codex_app_server::ServerOptions;
use serde_json::{Value, json};

use crate::harness::{BOTH, Client, World, run};

fn methods(seen: &[Value]) -> Vec<&str> {
    seen.iter().map(|message| message["method"].as_str().unwrap_or("answer")).collect()
}

async fn request(client: &mut Client, method: &str, mut params: Value) -> Value {
    if params.get("threadId").is_none() && method != "thread/list" {
        params["threadId"] = json!(client.thread.clone().expect("a thread was started"));
    }
    let answer = client.call(&json!({"id": method, "method": method, "params": params}).to_string()).await;
    assert_eq!(answer.get("error"), None, "{method}");
    answer["result"].clone()
}

async fn refused(client: &mut Client, method: &str, mut params: Value) -> String {
    if params.get("threadId").is_none() {
        params["threadId"] = json!(client.thread.clone().expect("a thread was started"));
    }
    let answer = client.call(&json!({"id": method, "method": method, "params": params}).to_string()).await;
    assert_eq!(answer["error"]["code"], -32600, "{answer}");
    answer["error"]["message"].as_str().unwrap().to_owned()
}

/// A world with a client whose thread has so many turns.
async fn with_turns(count: usize) -> (World, Client) {
    let world = World::new();
    let mut client = world.connect(BOTH[0]).await;
    client.initialize().await;
    client.start_thread(world.home.path()).await;
    for number in 1..=count {
        client.turn(&format!("say {number}")).await;
    }
    (world, client)
}

/// A client of another server over the same folder, which knows the thread.
async fn restarted(world: World, client: Client) -> (World, Client) {
    let thread = client.thread.clone();
    drop(client);
    let world = world.restart().await;
    let mut client = world.connect(BOTH[0]).await;
    client.initialize().await;
    client.thread = thread;
    (world, client)
}

fn texts(turns: &Value) -> Vec<String> {
    let turns = turns.as_array().expect("turns");
    turns
        .iter()
        .map(|turn| turn["items"][0]["content"][0]["text"].as_str().unwrap_or("-").to_owned())
        .collect()
}

#[test]
fn a_thread_goes_on_after_a_restart() {
    run(async {
        let (world, client) = with_turns(2).await;
        let (_world, mut client) = restarted(world, client).await;
        let from = client.seen.len();
        let resumed = request(&mut client, "thread/resume", json!({})).await;
        assert_eq!(methods(&client.seen[from..]), ["deprecationNotice", "thread/status/changed", "answer"]);
        assert_eq!(resumed["thread"]["status"]["type"], "idle");
        assert_eq!(texts(&resumed["thread"]["turns"]), ["say 1", "say 2"]);
        let from = client.seen.len();
        client.turn("say 3").await;
        assert_eq!(
            methods(&client.seen[from..])[..3],
            ["thread/tokenUsage/updated", "thread/goal/cleared", "answer"]
        );
        let read = request(&mut client, "thread/read", json!({"includeTurns": true})).await;
        assert_eq!(texts(&read["thread"]["turns"]), ["say 1", "say 2", "say 3"]);
    });
}

#[test]
fn a_resume_brings_no_more_than_is_asked_for() {
    run(async {
        let (world, client) = with_turns(3).await;
        let (_world, mut client) = restarted(world, client).await;
        let params = json!({"excludeTurns": true, "initialTurnsPage": {"limit": 2}});
        let resumed = request(&mut client, "thread/resume", params).await;
        assert_eq!(resumed["thread"]["turns"], json!([]));
        let page = &resumed["initialTurnsPage"];
        assert_eq!(texts(&page["data"]), ["say 3", "say 2"]);
        let rest = request(&mut client, "thread/turns/list", json!({"cursor": page["nextCursor"]})).await;
        assert_eq!(texts(&rest["data"]), ["say 1"]);
        assert_eq!(rest["nextCursor"], Value::Null);
        let all = json!({"cursor": resumed["turnsBackwardsCursor"], "itemsView": "notLoaded"});
        let all = request(&mut client, "thread/turns/list", all).await;
        assert_eq!(all["data"].as_array().unwrap().len(), 3);
    });
}

#[test]
fn turns_are_paged_both_ways() {
    run(async {
        let (_world, mut client) = with_turns(5).await;
        for (direction, expected) in [
            ("asc", ["say 1", "say 2", "say 3", "say 4", "say 5"]),
            ("desc", ["say 5", "say 4", "say 3", "say 2", "say 1"]),
        ] {
            let (mut cursor, mut found, mut pages) = (Value::Null, Vec::new(), 0);
            loop {
                let params = json!({"cursor": cursor, "limit": 2, "sortDirection": direction});
                let page = request(&mut client, "thread/turns/list", params).await;
                found.extend(texts(&page["data"]));
                pages += 1;
                cursor = page["nextCursor"].clone();
                if cursor.is_null() {
                    break;
                }
                // The other way from a page's beginning comes back to where it began.
                let other = if direction == "asc" { "desc" } else { "asc" };
                let back = json!({"cursor": page["backwardsCursor"], "limit": 1, "sortDirection": other});
                let back = request(&mut client, "thread/turns/list", back).await;
                assert_eq!(texts(&back["data"])[0], texts(&page["data"])[0]);
            }
            assert_eq!((found, pages), (expected.map(str::to_owned).to_vec(), 3));
        }
        assert_eq!(
            refused(&mut client, "thread/turns/list", json!({"cursor": "zz"})).await,
            "invalid cursor: zz"
        );
    });
}

#[test]
fn items_are_paged_both_ways() {
    run(async {
        let (_world, mut client) = with_turns(3).await;
        let all = request(&mut client, "thread/items/list", json!({})).await;
        let ids = |page: &Value| -> Vec<String> {
            let data = page["data"].as_array().unwrap();
            data.iter().map(|entry| entry["item"]["id"].as_str().unwrap().to_owned()).collect()
        };
        let expected = ids(&all);
        assert_eq!(expected.len(), 6);
        for direction in ["asc", "desc"] {
            let (mut cursor, mut found) = (Value::Null, Vec::new());
            loop {
                let params = json!({"cursor": cursor, "limit": 4, "sortDirection": direction});
                let page = request(&mut client, "thread/items/list", params).await;
                found.extend(ids(&page));
                cursor = page["nextCursor"].clone();
                if cursor.is_null() {
                    break;
                }
            }
            if direction == "desc" {
                found.reverse();
            }
            assert_eq!(found, expected);
        }
        let turn = all["data"][2]["turnId"].clone();
        let one = request(&mut client, "thread/items/list", json!({"turnId": turn})).await;
        assert_eq!(ids(&one), expected[2..4]);
    });
}

/// What a client knows of the agent's words: from the state it got, and from what it was told since.
fn agent_text(turns: &Value, told: &[Value]) -> String {
    let mut text = String::new();
    for item in turns.as_array().unwrap().last().unwrap()["items"].as_array().unwrap() {
        text.push_str(item["text"].as_str().unwrap_or_default());
    }
    for message in told.iter().filter(|message| message["method"] == "item/agentMessage/delta") {
        text.push_str(message["params"]["delta"].as_str().unwrap());
    }
    text
}

#[test]
fn whoever_joins_in_the_middle_of_a_turn_misses_nothing_and_hears_nothing_twice() {
    run(async {
        let (world, mut first) = with_turns(1).await;
        first.send(r#"{"id":1,"method":"turn/start","params":{"threadId":"$thread","input":[{"type":"text","text":"slow 0.6"}]}}"#).await;
        first.notification("item/agentMessage/delta").await;
        first.notification("item/agentMessage/delta").await;
        let mut second = world.connect(BOTH[1]).await;
        second.initialize().await;
        second.thread.clone_from(&first.thread);
        let resumed = request(&mut second, "thread/resume", json!({})).await;
        assert_eq!(resumed["thread"]["status"]["type"], "active");
        let turns = &resumed["thread"]["turns"];
        assert_eq!(turns[1]["status"], "inProgress");
        assert_eq!(turns.as_array().unwrap().len(), 2);
        let from = second.seen.len();
        let completed = second.notification("turn/completed").await;
        let told = second.seen[from..].to_vec();
        let whole = completed["params"]["turn"]["items"][0]["text"].as_str().unwrap();
        assert_eq!(agent_text(turns, &told), whole);
        let starts = told.iter().filter(|message| message["method"] == "item/started");
        assert_eq!(starts.count(), 1, "the message that grows begins once");
        first.notification("turn/completed").await;
        let stream = |seen: &[Value]| -> Vec<Value> {
            let items = seen.iter().filter(|message| message["method"] == "item/completed");
            items.map(|message| message["params"]["item"]["id"].clone()).collect()
        };
        assert_eq!(stream(&first.seen).last(), stream(&second.seen).last());
    });
}

#[test]
fn a_thread_is_copied_up_to_a_turn() {
    run(async {
        let (_world, mut client) = with_turns(3).await;
        let source = client.thread.clone();
        let turns = request(&mut client, "thread/turns/list", json!({"sortDirection": "asc"})).await;
        let second = turns["data"][1]["id"].clone();
        let forked = request(&mut client, "thread/fork", json!({"lastTurnId": second})).await;
        assert_eq!(texts(&forked["thread"]["turns"]), ["say 1", "say 2"]);
        assert_eq!(forked["thread"]["forkedFromId"], json!(source));
        assert_eq!(forked["thread"]["preview"], "say 1");
        client.notification("thread/started").await;
        client.turn("say 4").await;
        let read = request(&mut client, "thread/read", json!({"includeTurns": true})).await;
        assert_eq!(texts(&read["thread"]["turns"]), ["say 1", "say 2", "say 4"]);
        client.thread = source;
        let read = request(&mut client, "thread/read", json!({"includeTurns": true})).await;
        assert_eq!(texts(&read["thread"]["turns"]), ["say 1", "say 2", "say 3"]);
        let before = request(&mut client, "thread/fork", json!({"beforeTurnId": second})).await;
        assert_eq!(texts(&before["thread"]["turns"]), ["say 1"]);
        assert_eq!(
            refused(&mut client, "thread/fork", json!({"lastTurnId": "x"})).await,
            "turn not found: x"
        );
    });
}

#[test]
fn a_fork_that_fails_leaves_nothing_behind() {
    run(async {
        let (_world, mut client) = with_turns(1).await;
        let source = client.thread.clone();
        for params in [json!({"modelProvider": "nope"}), json!({"permissions": "nope"})] {
            let from = client.seen.len();
            refused(&mut client, "thread/fork", params).await;
            let loaded = request(&mut client, "thread/loaded/list", json!({})).await;
            assert_eq!(loaded["data"], json!([source]));
            let listed = request(&mut client, "thread/list", json!({})).await;
            assert_eq!(listed["data"].as_array().unwrap().len(), 1, "{listed}");
            let told: Vec<_> =
                client.seen[from..].iter().filter_map(|message| message["method"].as_str()).collect();
            assert!(!told.iter().any(|method| method.starts_with("thread/")), "{told:?}");
        }
        // The source tells its followers what it told them before.
        client.turn("say 2").await;
    });
}

#[test]
fn turns_are_taken_back() {
    run(async {
        let (world, mut client) = with_turns(3).await;
        let turns = request(&mut client, "thread/turns/list", json!({"sortDirection": "asc"})).await;
        let second = turns["data"][1]["id"].clone();
        let reverted = request(&mut client, "thread/revert", json!({"beforeTurnId": second})).await;
        assert_eq!(reverted["thread"]["turns"], json!([]));
        client.notification("thread/reverted").await;
        client.turn("say 4").await;
        let read = request(&mut client, "thread/read", json!({"includeTurns": true})).await;
        assert_eq!(texts(&read["thread"]["turns"]), ["say 1", "say 4"]);
        let (_world, mut client) = restarted(world, client).await;
        let resumed = request(&mut client, "thread/resume", json!({})).await;
        assert_eq!(texts(&resumed["thread"]["turns"]), ["say 1", "say 4"]);
        let again = json!({"beforeTurnId": second});
        assert!(refused(&mut client, "thread/revert", again).await.starts_with("turn not found"));
    });
}

#[test]
fn a_thread_is_named_put_away_brought_back_and_deleted() {
    run(async {
        let (world, mut client) = with_turns(1).await;
        request(&mut client, "thread/name/set", json!({"name": "Mine"})).await;
        let named = client.notification("thread/name/updated").await;
        assert_eq!(named["params"]["threadName"], "Mine");
        let from = client.seen.len();
        request(&mut client, "thread/archive", json!({})).await;
        client.notification("thread/archived").await;
        assert_eq!(methods(&client.seen[from..]), ["thread/status/changed", "answer", "thread/archived"]);
        assert_eq!(request(&mut client, "thread/list", json!({})).await["data"], json!([]));
        let archived = request(&mut client, "thread/list", json!({"archived": true})).await;
        assert_eq!(archived["data"][0]["name"], "Mine");
        assert!(refused(&mut client, "thread/resume", json!({})).await.starts_with("no rollout found"));
        let back = request(&mut client, "thread/unarchive", json!({})).await;
        assert_eq!(back["thread"]["status"]["type"], "notLoaded");
        assert!(refused(&mut client, "thread/unarchive", json!({})).await.starts_with("no archived rollout"));
        // Of one that is not loaded, too.
        request(&mut client, "thread/name/set", json!({"name": "Yours"})).await;
        let (_world, mut client) = restarted(world, client).await;
        assert_eq!(request(&mut client, "thread/resume", json!({})).await["thread"]["name"], "Yours");
        request(&mut client, "thread/delete", json!({})).await;
        client.notification("thread/deleted").await;
        assert!(refused(&mut client, "thread/read", json!({})).await.starts_with("thread not loaded"));
    });
}

#[test]
fn what_was_read_is_noted_once_for_each_revision() {
    run(async {
        let (_world, mut client) = with_turns(1).await;
        let read = request(&mut client, "thread/read", json!({})).await;
        assert_eq!(read["readState"]["firstUnread"]["type"], "turn");
        let params =
            json!({"expectedRevision": read["readState"]["revision"], "operation": {"type": "read"}});
        let noted = request(&mut client, "thread/readState/update", params.clone()).await;
        assert_eq!(noted["readState"]["firstUnread"], Value::Null);
        // Whoever follows the thread is told the new revision, before the answer.
        let told =
            client.seen.iter().rev().find(|seen| seen["method"] == "thread/readState/changed").unwrap();
        assert_eq!(told["params"]["readState"], noted["readState"]);
        assert_eq!(refused(&mut client, "thread/readState/update", params).await, "read state changed");
    });
}

#[test]
fn a_thread_has_no_goal_and_no_background_terminals_yet() {
    run(async {
        let (_world, mut client) = with_turns(1).await;
        assert_eq!(request(&mut client, "thread/goal/get", json!({})).await, json!({"goal": null}));
        let listed = request(&mut client, "thread/backgroundTerminals/list", json!({})).await;
        assert_eq!(listed, json!({"data": [], "nextCursor": null}));
        request(&mut client, "thread/delete", json!({})).await;
        let refusal = refused(&mut client, "thread/backgroundTerminals/list", json!({})).await;
        assert!(refusal.starts_with("thread not found"), "{refusal}");
        assert!(refused(&mut client, "thread/goal/get", json!({})).await.starts_with("thread not loaded"));
    });
}

#[test]
fn settings_and_injected_items_hold_from_the_next_turn_on() {
    run(async {
        let (world, mut client) = with_turns(1).await;
        let from = client.seen.len();
        request(&mut client, "thread/settings/update", json!({"effort": "high"})).await;
        request(&mut client, "thread/settings/update", json!({"effort": "high"})).await;
        let told: Vec<_> = client.seen[from..].iter().filter(|seen| seen.get("method").is_some()).collect();
        assert_eq!(told.len(), 1);
        assert_eq!(told[0]["params"]["threadSettings"]["effort"], "high");
        let item =
            json!({"type": "message", "role": "user", "content": [{"type": "input_text", "text": "x"}]});
        request(&mut client, "thread/inject_items", json!({"items": [item]})).await;
        assert!(
            refused(&mut client, "thread/inject_items", json!({"items": [5]})).await.starts_with("items[0]")
        );
        assert_eq!(
            refused(&mut client, "thread/inject_items", json!({"items": []})).await,
            "items must not be empty"
        );
        let (_world, mut client) = restarted(world, client).await;
        let resumed = request(&mut client, "thread/resume", json!({})).await;
        assert_eq!(resumed["reasoningEffort"], "high");
    });
}

#[test]
fn a_thread_has_one_writer_and_any_number_of_readers() {
    run(async {
        let (world, mut client) = with_turns(1).await;
        let other = world.beside();
        let mut second = other.connect(BOTH[0]).await;
        second.initialize().await;
        second.thread.clone_from(&client.thread);
        let read = request(&mut second, "thread/read", json!({"includeTurns": true})).await;
        assert_eq!(texts(&read["thread"]["turns"]), ["say 1"]);
        for (method, params) in [
            ("thread/resume", json!({})),
            ("thread/name/set", json!({"name": "x"})),
            ("thread/archive", json!({})),
            ("thread/delete", json!({})),
        ] {
            let message = refused(&mut second, method, params).await;
            assert!(message.contains("open in another server"), "{method}: {message}");
        }
        client.turn("say 2").await;
        let page = request(&mut second, "thread/turns/list", json!({"limit": 1})).await;
        assert_eq!(texts(&page["data"]), ["say 2"]);
    });
}

#[test]
fn a_thread_that_nobody_needs_is_unloaded() {
    run(async {
        let world = World::with(ServerOptions::default(), &[("thread_unload_delay_secs", "0")]);
        let mut client = world.connect(BOTH[0]).await;
        client.initialize().await;
        client.start_thread(world.home.path()).await;
        client.turn("say 1").await;
        let answer = request(&mut client, "thread/unsubscribe", json!({})).await;
        assert_eq!(answer["status"], "unsubscribed");
        let from = client.seen.len();
        client.notification("thread/closed").await;
        assert_eq!(client.seen[from]["params"]["status"]["type"], "notLoaded");
        assert_eq!(request(&mut client, "thread/unsubscribe", json!({})).await["status"], "notLoaded");
        let resumed = request(&mut client, "thread/resume", json!({})).await;
        assert_eq!(texts(&resumed["thread"]["turns"]), ["say 1"]);
    });
}

#[test]
fn words_are_found_in_names_and_messages() {
    run(async {
        let (_world, mut client) = with_turns(2).await;
        let found = request(&mut client, "thread/search", json!({"searchTerm": "SAY 2"})).await;
        assert_eq!(found["data"][0]["snippet"], "say 2");
        let found = request(&mut client, "thread/search", json!({"searchTerm": "needle"})).await;
        assert_eq!(found["data"], json!([]));
        assert!(
            refused(&mut client, "thread/search", json!({"searchTerm": " "})).await.contains("searchTerm")
        );
    });
}

#[test]
fn a_copy_in_memory_goes_on_and_leaves_no_file() {
    run(async {
        let (_world, mut client) = with_turns(2).await;
        let copy = request(&mut client, "thread/fork", json!({"ephemeral": true})).await;
        assert_eq!(copy["thread"]["path"], Value::Null);
        assert_eq!(texts(&copy["thread"]["turns"]), ["say 1", "say 2"]);
        client.turn("say 3").await;
        let page = request(&mut client, "thread/turns/list", json!({"limit": 2})).await;
        assert_eq!(texts(&page["data"]), ["say 3", "say 2"]);
        let rest = request(&mut client, "thread/turns/list", json!({"cursor": page["nextCursor"]})).await;
        assert_eq!(texts(&rest["data"]), ["say 1"]);
        let listed = request(&mut client, "thread/list", json!({})).await;
        assert_eq!(listed["data"].as_array().unwrap().len(), 1, "the source alone is on disk");
        assert!(refused(&mut client, "thread/name/set", json!({"name": "x"})).await.contains("ephemeral"));
    });
}

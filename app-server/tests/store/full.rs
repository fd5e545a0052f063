//! A disk without room costs the turn that needs it, and nothing that is there.

use serde_json::json;

use crate::server::Server;

#[test]
fn a_full_disk_fails_the_turn_and_loses_nothing() {
    let home = tempfile::tempdir().unwrap();
    let mut server = Server::start_with_room(home.path(), 32);
    let started = server.request("thread/start", &json!({"cwd": home.path()})).unwrap();
    let thread = started["thread"]["id"].as_str().unwrap().to_owned();
    let mut completed = 0;
    let failed = loop {
        server.start_turn(&thread, "say 100");
        let turn = server.until("turn/completed")["turn"].clone();
        if turn["status"] == "failed" {
            break turn;
        }
        completed += 1;
        assert!(completed < 100, "there is room without end");
    };
    assert!(completed > 0);
    let why = failed["error"].to_string();
    assert!(why.contains("File too large") || why.contains("rollout"), "{why}");
    // The server serves on: other threads, and this one's past.
    let other = server.request("thread/start", &json!({"cwd": home.path()})).unwrap();
    server.start_turn(other["thread"]["id"].as_str().unwrap(), "say 1");
    assert_eq!(server.until("turn/completed")["turn"]["status"], "completed");
    drop(server);

    let mut server = Server::start(home.path());
    let read = server.request("thread/read", &json!({"threadId": thread, "includeTurns": true})).unwrap();
    let turns = read["thread"]["turns"].as_array().unwrap();
    let whole = turns.iter().filter(|turn| turn["status"] == "completed").count();
    assert_eq!(whole, completed);
    server.request("thread/resume", &json!({"threadId": thread})).unwrap();
    server.start_turn(&thread, "say 1");
    assert_eq!(server.until("turn/completed")["turn"]["status"], "completed");
}

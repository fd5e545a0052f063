//! The order of answers and notifications.

use serde_json::{Value, json};

use crate::harness::{BOTH, World, run};

#[test]
fn an_answer_comes_before_the_events_that_its_request_caused() {
    for transport in BOTH {
        run(async {
            let world = World::new();
            let mut client = world.connect(transport).await;
            client.initialize().await;
            client.start_thread(world.home.path()).await;
            client.notification("thread/started").await;
            for _ in 0..20 {
                let from = client.seen.len();
                client.turn("say 1").await;
                let first = &client.seen[from];
                assert_eq!(first["id"], "turn", "the first message after the request is its answer: {first}");
            }
        });
    }
}

#[test]
fn requests_of_one_thread_run_in_the_order_they_were_sent() {
    for transport in BOTH {
        run(async {
            let world = World::new();
            let mut client = world.connect(transport).await;
            client.initialize().await;
            client.start_thread(world.home.path()).await;
            let thread = client.thread.clone().unwrap();
            // Sent without waiting: the interrupt must find the turn of the start before it.
            let start = json!({"id": 1, "method": "turn/start", "params": {"threadId": thread, "input": [{"type": "text", "text": "hold"}]}});
            let interrupt =
                json!({"id": 2, "method": "turn/interrupt", "params": {"threadId": thread, "turnId": ""}});
            client.send(&start.to_string()).await;
            client.send(&interrupt.to_string()).await;
            let answer = client.response(&json!(2)).await;
            assert_eq!(answer["result"], json!({}), "{answer}");
            let done = client.notification("turn/completed").await;
            assert_eq!(done["params"]["turn"]["status"], "interrupted");
        });
    }
}

#[test]
fn a_request_id_is_free_again_once_it_is_answered() {
    for transport in BOTH {
        run(async {
            let world = World::new();
            let mut client = world.connect(transport).await;
            client.initialize().await;
            for _ in 0..3 {
                let answer = client.call(r#"{"id":7,"method":"thread/loaded/list"}"#).await;
                assert!(answer.get("result").is_some(), "{answer}");
            }
            // A number and a text that looks like it are two ids.
            client.send(r#"{"id":"7","method":"thread/loaded/list"}"#).await;
            assert_eq!(client.response(&json!("7")).await["id"], "7");
        });
    }
}

#[test]
fn everything_that_was_read_is_answered_before_the_end() {
    run(async {
        let world = World::new();
        let mut client = world.connect(BOTH[0]).await;
        client.initialize().await;
        for id in 0..200 {
            client.send(&json!({"id": id, "method": "thread/loaded/list"}).to_string()).await;
        }
        client.hang_up().await;
        for id in 0..200 {
            assert_eq!(client.next().await.unwrap()["id"], id);
        }
        assert_eq!(client.next().await.unwrap_err(), "end of input");
    });
}

#[test]
fn the_end_of_input_interrupts_the_turn_and_says_so() {
    run(async {
        let world = World::new();
        let mut client = world.connect(BOTH[0]).await;
        client.initialize().await;
        client.start_thread(world.home.path()).await;
        let thread = client.thread.clone().unwrap();
        let start = json!({"id": 1, "method": "turn/start", "params": {"threadId": thread, "input": [{"type": "text", "text": "hold"}]}});
        client.send(&start.to_string()).await;
        client.notification("item/completed").await;
        client.hang_up().await;
        let done = client.notification("turn/completed").await;
        assert_eq!(done["params"]["turn"]["status"], "interrupted");
        assert_eq!(client.next().await.unwrap()["method"], "thread/closed");
        assert_eq!(client.next().await.unwrap_err(), "end of input");
    });
}

#[test]
fn blank_lines_and_carriage_returns_are_no_messages() {
    run(async {
        let world = World::new();
        let mut client = world.connect(BOTH[0]).await;
        client.send_bytes(b"\r\n\n  \r\n".to_vec()).await;
        client.send_bytes([crate::harness::INITIALIZE.as_bytes(), b"\r"].concat()).await;
        assert_eq!(client.next().await.unwrap()["id"], Value::from(0));
    });
}

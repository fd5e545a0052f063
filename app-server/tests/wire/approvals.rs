//! Questions to clients: who is asked, whose answer counts, what everybody is told.

use codex_app_server::ServerOptions;
use codex_otel::Recorder;
use expect_test::expect;
use serde_json::{Value, json};
use test_kit::transcript::Transcript;

use crate::harness::{BOTH, Client, Transport, World, run};

const METHOD: &str = "item/commandExecution/requestApproval";
const PROMPT: &str = "run touch made";

fn world() -> World {
    // What whoever runs the tests has in their login scripts must not matter.
    let settings =
        [("approval_policy", "untrusted"), ("sandbox_mode", "read-only"), ("allow_login_shell", "false")];
    World::with(ServerOptions::default(), &settings)
}

async fn connected(world: &World, transport: Transport) -> Client {
    let mut client = world.connect(transport).await;
    client.initialize().await;
    client
}

/// A client with a thread, and its question.
async fn asking(world: &World, transport: Transport) -> (Client, Value) {
    let mut client = connected(world, transport).await;
    client.start_thread(world.home.path()).await;
    start(&mut client, PROMPT).await;
    let question = client.notification(METHOD).await;
    (client, question)
}

async fn start(client: &mut Client, prompt: &str) {
    let input = json!([{"type": "text", "text": prompt}]);
    let params = json!({"threadId": client.thread, "input": input});
    client.send(&json!({"id": "turn", "method": "turn/start", "params": params}).to_string()).await;
}

/// Another client joins the thread. Its answer to `thread/resume` comes back.
async fn join(client: &mut Client, thread: Option<&str>) -> Value {
    let params = json!({"threadId": thread, "excludeTurns": true});
    client.call(&json!({"id": "join", "method": "thread/resume", "params": params}).to_string()).await
}

async fn answer(client: &mut Client, question: &Value, result: Value) {
    client.send(&json!({"id": question["id"], "result": result}).to_string()).await;
}

fn made(world: &World) -> bool {
    world.home.path().join("made").exists()
}

/// What a client got from a message on, by method; status and what waits with it.
fn heard(client: &Client, from: usize) -> Vec<String> {
    let line = |message: &Value| {
        let method = message["method"].as_str().unwrap_or("answer");
        let params = &message["params"];
        match method {
            "thread/status/changed" => format!("status {}", params["status"]),
            "item/completed" | "item/started" => {
                format!("{method} {} {}", params["item"]["type"], params["item"]["status"])
            }
            "serverRequest/resolved" => format!("{method} {}", params["requestId"]),
            METHOD => format!("asked {}", message["id"]),
            _ => method.to_owned(),
        }
    };
    client.seen[from..].iter().map(line).collect()
}

#[test]
fn a_command_waits_for_its_answer_and_runs() {
    for transport in BOTH {
        run(async {
            let world = world();
            let (mut client, question) = asking(&world, transport).await;
            let mut transcript = Transcript::new(world.home.path());
            expect![[r##"{"id":0,"method":"item/commandExecution/requestApproval","params":{"kind":"command","threadId":"#1","turnId":"#2","itemId":"call_1","startedAtMs":"TIME","environmentId":"local","command":"/bin/bash -c 'touch made'","cwd":"HOME","commandActions":[{"type":"unknown","command":"touch made"}],"availableDecisions":["accept","acceptForSession","decline","cancel"]}}"##]].assert_eq(&transcript.line(&question));
            assert!(!made(&world));
            let from = client.seen.len();
            answer(&mut client, &question, json!({"decision": "accept"})).await;
            client.notification("turn/completed").await;
            assert!(made(&world));
            let heard = heard(&client, from);
            assert_eq!(
                heard[..3],
                [
                    "serverRequest/resolved 0",
                    r#"status {"type":"active","activeFlags":[]}"#,
                    r#"item/completed "commandExecution" "completed""#
                ]
            );
        });
    }
}

#[test]
fn declined_and_cancelled_commands_do_not_run() {
    for (decision, status, ends) in
        [("decline", r#""declined""#, "completed"), ("cancel", r#""declined""#, "interrupted")]
    {
        run(async {
            let world = world();
            let (mut client, question) = asking(&world, Transport::Lines).await;
            let from = client.seen.len();
            answer(&mut client, &question, json!({"decision": decision})).await;
            let completed = client.notification("turn/completed").await;
            assert_eq!(completed["params"]["turn"]["status"], ends);
            assert_eq!(
                heard(&client, from)[..3],
                [
                    "serverRequest/resolved 0".to_owned(),
                    format!(r#"item/completed "commandExecution" {status}"#),
                    r#"status {"type":"active","activeFlags":[]}"#.to_owned()
                ]
            );
            assert!(!made(&world));
        });
    }
}

#[test]
fn every_follower_is_asked_and_hears_the_same_whoever_answers() {
    run(async {
        let world = world();
        let mut first = connected(&world, Transport::WebSocket).await;
        first.start_thread(world.home.path()).await;
        let mut second = connected(&world, Transport::WebSocket).await;
        join(&mut second, first.thread.as_deref()).await;
        second.notification("thread/goal/cleared").await;
        let from = (first.seen.len(), second.seen.len());
        start(&mut first, PROMPT).await;
        let question = first.notification(METHOD).await;
        let same = second.notification(METHOD).await;
        assert_eq!(question, same, "the same request, by the same id");
        answer(&mut second, &question, json!({"decision": "accept"})).await;
        // The one that comes second counts for nothing, whatever it says.
        answer(&mut first, &question, json!({"decision": "cancel"})).await;
        first.notification("turn/completed").await;
        second.notification("turn/completed").await;
        let of_turn = |client: &Client, from| {
            let mut heard = heard(client, from);
            // The first also got its own answers, and the news of its thread.
            heard.retain(|line| line != "answer" && line != "thread/started");
            heard
        };
        assert_eq!(of_turn(&first, from.0), of_turn(&second, from.1));
        assert!(made(&world));
    });
}

#[test]
fn whoever_joins_in_between_gets_the_state_and_then_the_question() {
    run(async {
        let world = world();
        let (mut first, question) = asking(&world, Transport::WebSocket).await;
        let mut second = connected(&world, Transport::Lines).await;
        let resumed = join(&mut second, first.thread.as_deref()).await;
        assert_eq!(
            resumed["result"]["thread"]["status"],
            json!({"type": "active", "activeFlags": ["waitingOnApproval"]})
        );
        let from = second.seen.len();
        let again = second.notification(METHOD).await;
        assert_eq!(question, again);
        assert_eq!(
            heard(&second, from),
            [
                "thread/tokenUsage/updated",
                "thread/goal/cleared",
                r#"item/started "commandExecution" "inProgress""#,
                "asked 0"
            ]
        );
        answer(&mut second, &again, json!({"decision": "accept"})).await;
        first.notification("serverRequest/resolved").await;
        second.notification("turn/completed").await;
        first.notification("turn/completed").await;
        assert!(made(&world));
        // Whoever comes now is asked nothing.
        let mut third = connected(&world, Transport::Lines).await;
        join(&mut third, first.thread.as_deref()).await;
        let from = third.seen.len();
        third.turn("say 1").await;
        assert!(!heard(&third, from).iter().any(|line| line.starts_with("asked")));
    });
}

#[test]
fn a_client_that_vanishes_leaves_the_question_to_the_next() {
    run(async {
        let world = world();
        let (mut first, question) = asking(&world, Transport::WebSocket).await;
        first.hang_up().await;
        let thread = first.thread.clone();
        drop(first);
        let mut second = connected(&world, Transport::WebSocket).await;
        join(&mut second, thread.as_deref()).await;
        let again = second.notification(METHOD).await;
        assert_eq!(question, again);
        answer(&mut second, &again, json!({"decision": "accept"})).await;
        let completed = second.notification("turn/completed").await;
        assert_eq!(completed["params"]["turn"]["status"], "completed");
        assert!(made(&world));
    });
}

#[test]
fn an_answer_of_no_use_counts_only_when_nobody_else_is_left_to_give_one() {
    let unusable = [
        json!({"result": {"decision": "bogus"}}),
        json!({"result": {}}),
        json!({"result": null}),
        json!({"error": {"code": -32601, "message": "secret-canary"}}),
        json!({"error": "what"}),
    ];
    for unusable in unusable {
        run(async {
            let world = world();
            let (mut first, question) = asking(&world, Transport::WebSocket).await;
            let mut second = connected(&world, Transport::WebSocket).await;
            join(&mut second, first.thread.as_deref()).await;
            second.notification(METHOD).await;
            let mut useless = unusable.clone();
            useless["id"] = question["id"].clone();
            first.send(&useless.to_string()).await;
            // It was read before this is answered.
            first.call(r#"{"id":"after","method":"thread/loaded/list"}"#).await;
            answer(&mut second, &question, json!({"decision": "accept"})).await;
            second.notification("turn/completed").await;
            assert!(made(&world), "the valid answer counts: {unusable}");

            std::fs::remove_file(world.home.path().join("made")).unwrap();
            start(&mut second, PROMPT).await;
            let question = second.notification(METHOD).await;
            let from = second.seen.len();
            let mut useless = unusable.clone();
            useless["id"] = question["id"].clone();
            first.send(&useless.to_string()).await;
            first.call(r#"{"id":"after","method":"thread/loaded/list"}"#).await;
            second.send(&useless.to_string()).await;
            second.notification("turn/completed").await;
            assert_eq!(
                heard(&second, from)[..3],
                [
                    "serverRequest/resolved 1",
                    r#"item/completed "commandExecution" "failed""#,
                    r#"status {"type":"active","activeFlags":[]}"#
                ]
            );
            assert!(!made(&world));
        });
    }
}

#[test]
fn only_those_who_were_asked_can_answer() {
    run(async {
        let world = world();
        let (mut client, question) = asking(&world, Transport::WebSocket).await;
        let mut stranger = connected(&world, Transport::WebSocket).await;
        answer(&mut stranger, &question, json!({"decision": "accept"})).await;
        for id in [json!(999), json!("0"), json!(-1)] {
            client.send(&json!({"id": id, "result": {"decision": "accept"}}).to_string()).await;
        }
        stranger.call(r#"{"id":"after","method":"thread/loaded/list"}"#).await;
        let diagnostics = client.call(r#"{"id":"d","method":"server/diagnostics"}"#).await;
        let gauges = diagnostics["result"]["gauges"].as_array().unwrap();
        assert!(gauges.contains(&json!({"name": "serverRequestsOpen", "value": 1})), "{gauges:?}");
        assert!(!made(&world));
        // Whoever was asked and follows no more still can.
        client.call(r#"{"id":"u","method":"thread/unsubscribe","params":{"threadId":"$thread"}}"#).await;
        answer(&mut client, &question, json!({"decision": "accept"})).await;
        client.notification("thread/status/changed").await;
        loop {
            let status = client.notification("thread/status/changed").await;
            if status["params"]["status"]["type"] == "idle" {
                break;
            }
        }
        assert!(made(&world));
    });
}

#[test]
fn an_interruption_takes_the_question_back_from_everybody() {
    for transport in BOTH {
        run(async {
            let world = world();
            let (mut client, question) = asking(&world, transport).await;
            let from = client.seen.len();
            client
                .send(r#"{"id":"i","method":"turn/interrupt","params":{"threadId":"$thread","turnId":"$turn"}}"#)
                .await;
            client.notification("turn/completed").await;
            assert_eq!(
                heard(&client, from),
                [
                    "answer",
                    "serverRequest/resolved 0",
                    r#"item/completed "commandExecution" "declined""#,
                    r#"status {"type":"idle"}"#,
                    "turn/completed"
                ]
            );
            answer(&mut client, &question, json!({"decision": "accept"})).await;
            client.turn("say 1").await;
            assert!(!made(&world));
        });
    }
}

#[test]
fn the_end_of_the_input_ends_the_turn_that_asks() {
    run(async {
        let world = world();
        let (mut client, _) = asking(&world, Transport::Lines).await;
        let from = client.seen.len();
        client.hang_up().await;
        while client.next().await.is_ok() {}
        let heard = heard(&client, from);
        assert_eq!(
            heard[..2],
            ["serverRequest/resolved 0", r#"item/completed "commandExecution" "declined""#]
        );
        assert!(heard.contains(&"turn/completed".to_owned()), "{heard:?}");
        assert!(!made(&world));
    });
}

#[test]
fn an_approval_adds_one_span_which_the_client_is_told_of() {
    run(async {
        let recorder = Recorder::install();
        let world = world();
        let mut client = connected(&world, Transport::WebSocket).await;
        client.start_thread(world.home.path()).await;
        let mut other = connected(&world, Transport::WebSocket).await;
        join(&mut other, client.thread.as_deref()).await;
        recorder.clear();
        start(&mut client, PROMPT).await;
        let question = client.notification(METHOD).await;
        let span = recorder.only(METHOD);
        assert!(!span.ended, "the client has not answered");
        let traceparent = question["trace"]["traceparent"].as_str().unwrap();
        assert_eq!(traceparent, format!("00-{}-{}-03", span.trace_id, span.span_id));
        answer(&mut client, &question, json!({"decision": "accept"})).await;
        client.notification("turn/completed").await;
        recorder.check(
            &[
                "rpc.method",
                "jsonrpc.request.id",
                "codex.approval.decision",
                "rpc.transport",
                "app_server.connection_id",
                "app_server.client_name",
                "codex.command.sandbox",
            ],
            expect![[r#"
                trace #1
                  turn/start SERVER rpc.method=turn/start rpc.transport=websocket jsonrpc.request.id=turn app_server.connection_id=1 app_server.client_name=test
                    dispatch user_turn INTERNAL
                      turn user INTERNAL app_server.client_name=test
                        chat demo-model CLIENT
                        execute_tool shell_command INTERNAL codex.command.sandbox=none
                          item/commandExecution/requestApproval CLIENT rpc.method=item/commandExecution/requestApproval jsonrpc.request.id=0 codex.approval.decision=accept rpc.transport=websocket app_server.connection_id=1 app_server.client_name=test
                        chat demo-model CLIENT
            "#]],
        );
    });
}

#[test]
fn a_question_that_was_taken_back_or_not_answered_says_so_on_its_span() {
    run(async {
        let recorder = Recorder::install();
        let world = world();
        let (mut client, question) = asking(&world, Transport::Lines).await;
        client
            .call(r#"{"id":"i","method":"turn/interrupt","params":{"threadId":"$thread","turnId":"$turn"}}"#)
            .await;
        client.notification("turn/completed").await;
        start(&mut client, PROMPT).await;
        let next = client.notification(METHOD).await;
        assert_ne!(question["id"], next["id"]);
        client
            .send(&json!({"id": next["id"], "error": {"code": -32601, "message": "canary"}}).to_string())
            .await;
        client.notification("turn/completed").await;
        let spans = recorder.named(METHOD);
        let shown: Vec<String> = spans
            .iter()
            .map(|span| format!("{:?} {:?}", span.status, span.attributes.last().map(|(_, value)| value)))
            .collect();
        expect![[r#"
            Unset Some(String("withdrawn"))
            Unset Some(String("not_answered"))"#]]
        .assert_eq(&shown.join("\n"));
        assert!(spans.iter().all(|span| span.ended));
    });
}

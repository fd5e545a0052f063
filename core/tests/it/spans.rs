//! The spans of a turn: their tree, their ends, their attributes.

use codex_core::{HistoryQuery, StartThread};
use codex_otel::{Recorder, Status, attr};
use codex_protocol::{EventMsg, ItemsView, UserInput, UserTurn};
use expect_test::expect;
use tracing::Instrument;

use crate::support::{Model, Reply, World, attribute, event, in_folder, message, remote, request, run, text};

#[test]
fn ancestry_of_the_request_reaches_core() {
    run(&[], |mut world| async move {
        world.start_from(Some(&remote()), "say 1").await;
        world.rest().await;
        world.recorder.check(
            &[],
            expect![[r"
            trace #1
              turn/start SERVER under #2
                dispatch user_turn INTERNAL
                  turn user INTERNAL
                    chat demo-model CLIENT
        "]],
        );
        for span in world.recorder.spans() {
            assert_eq!(span.trace_id, "0af7651916cd43dd8448eb211c80319c");
        }
    });
}

#[test]
fn the_request_and_dispatch_spans_end_while_the_turn_runs() {
    run(&[], |mut world| async move {
        world.start_from(None, "slow 5").await;
        world.first_word().await;
        world.recorder.check(
            &[],
            expect![[r"
            trace #1
              turn/start SERVER
                dispatch user_turn INTERNAL
                  turn user INTERNAL open
                    chat demo-model CLIENT open
        "]],
        );
    });
}

#[test]
fn spans_below_the_turn_inherit() {
    run(&[], |mut world| async move {
        world.turn("plan").await;
        world.recorder.check(
            &[],
            expect![[r"
            trace #1
              dispatch user_turn INTERNAL
                turn user INTERNAL
                  chat demo-model CLIENT
                  execute_tool update_plan INTERNAL
                  chat demo-model CLIENT
        "]],
        );
    });
}

#[test]
fn a_turn_can_hang_under_its_caller() {
    run(&["otel.turn_parent=caller"], |mut world| async move {
        let request = request(Some(&remote()));
        let turn = async {
            let turn = UserTurn { caller: codex_otel::caller(), ..text("say 1") };
            world.thread.start_turn(turn).await.unwrap();
        };
        turn.instrument(request.span().clone()).await;
        request.end(Status::Unset);
        world.rest().await;
        world.recorder.check(
            &[],
            expect![[r"
            trace #1
              turn/start SERVER under #2
                dispatch user_turn INTERNAL
              turn user INTERNAL under #2 links #3
                chat demo-model CLIENT
        "]],
        );
        // Nobody else asked: as ever.
        world.turn("say 1").await;
        let turns: Vec<_> =
            world.recorder.ended().into_iter().filter(|span| span.name == "turn user").collect();
        let dispatch = world.recorder.ended().into_iter().rfind(|span| span.name == "dispatch user_turn");
        assert_eq!(turns[1].parent_span_id, dispatch.map(|span| span.span_id));
    });
}

#[test]
fn a_steering_request_is_linked_to_the_turn() {
    run(&[], |mut world| async move {
        let turn = world.start("slow 5").await;
        world.first_word().await;
        let steering = request(None);
        let turn = turn.id.to_string();
        let steer = world.thread.steer(&turn, vec![UserInput::text("say 1")], None);
        steer.instrument(steering.span().clone()).await.unwrap();
        steering.end(Status::Unset);
        world.rest().await;
        let spans = world.recorder.ended();
        let named = |name: &str| spans.iter().find(|span| span.name == name).unwrap();
        let (turn, request) = (named("turn user"), named("turn/start"));
        assert_eq!(request.links.len(), 1);
        assert_eq!((&request.links[0].trace_id, &request.links[0].span_id), (&turn.trace_id, &turn.span_id));
    });
}

#[test]
fn a_turn_names_its_client_and_whoever_interrupted_it() {
    run(&[], |mut world| async move {
        let turn = UserTurn { client_name: Some("one".to_owned()), ..text("slow 5") };
        let turn = world.thread.start_turn(turn).await.unwrap();
        world.first_word().await;
        world.thread.interrupt_for(&turn.id.to_string(), Some("other".to_owned())).await.unwrap();
        world.rest().await;
        let spans = world.recorder.ended();
        let turn = spans.iter().find(|span| span.name == "turn user").unwrap();
        assert_eq!(attribute(turn, attr::APP_SERVER_CLIENT_NAME), "one");
        let event = turn.events.iter().find(|event| event.name == "codex.turn.interrupted").unwrap();
        let client = event.attributes.iter().find(|(key, _)| key == attr::APP_SERVER_CLIENT_NAME).unwrap();
        assert_eq!(client.1.as_str(), Some("other"));
    });
}

#[test]
fn a_turn_that_reported_nothing_says_nothing_of_it() {
    run(&[], |mut world| async move {
        let model = Model::start(vec![Reply::status(400, "", "")]).await;
        world.restart_with(&[&model.setting()], StartThread::default()).await;
        world.turn("x").await;
        let spans = world.recorder.ended();
        let turn = spans.iter().find(|span| span.name == "turn user").unwrap();
        let keys: Vec<&str> = turn.attributes.iter().map(|(key, _)| key.as_str()).collect();
        assert!(!keys.iter().any(|key| key.contains("token") || key.contains("tool_calls")), "{keys:?}");
    });
}

/// Where a turn's end shows.
const END: &[&str] = &[attr::CODEX_TURN_STATUS, attr::CODEX_TURN_INTERRUPTED_BY, attr::ERROR_TYPE];

#[test]
fn turn_span_closes_on_completion() {
    run(&[], |mut world| async move {
        world.turn("say 1").await;
        world.recorder.check(
            END,
            expect![[r"
            trace #1
              dispatch user_turn INTERNAL
                turn user INTERNAL codex.turn.status=completed
                  chat demo-model CLIENT
        "]],
        );
    });
}

#[test]
fn turn_span_closes_on_interruption() {
    run(&[], |mut world| async move {
        let turn = world.start("slow 5").await;
        world.first_word().await;
        world.thread.interrupt(&turn.id.to_string()).await.unwrap();
        world.rest().await;
        world.recorder.check(
            END,
            expect![[r"
            trace #1
              dispatch user_turn INTERNAL
                turn user INTERNAL links #2 codex.turn.status=interrupted codex.turn.interrupted_by=client event:codex.turn.interrupted
                  chat demo-model CLIENT
            trace #3
              dispatch interrupt INTERNAL
        "]],
        );
    });
}

#[test]
fn turn_span_closes_on_failure() {
    run(&[], |mut world| async move {
        world.turn("fail").await;
        world.recorder.check(END, expect![[r#"
            trace #1
              dispatch user_turn INTERNAL
                turn user INTERNAL ERROR "The model provider answered with status 500: the script says so" codex.turn.status=failed error.type=500
                  chat demo-model CLIENT ERROR "the model provider answered with status 500: the script says so" error.type=500
        "#]]);
    });
}

#[test]
fn turn_span_closes_on_cut_stream() {
    run(&[], |mut world| async move {
        world.turn("cut").await;
        let turn = world.recorder.only("turn user");
        assert!(turn.ended);
        assert_eq!(attribute(&turn, attr::ERROR_TYPE), "stream_cut");
        assert_eq!(attribute(&turn, attr::CODEX_TURN_STATUS), "failed");
        assert_eq!(attribute(&world.recorder.only("chat demo-model"), attr::ERROR_TYPE), "stream_cut");
    });
}

#[test]
fn turn_span_closes_on_panic_in_a_tool() {
    run(&[], |mut world| async move {
        world.turn("tool demo_panic {}").await;
        world.recorder.check(END, expect![[r#"
            trace #1
              dispatch user_turn INTERNAL
                turn user INTERNAL ERROR "The tool `demo_panic` failed inside the server" codex.turn.status=failed error.type=panic
                  chat demo-model CLIENT
                  execute_tool demo_panic INTERNAL ERROR "the tool `demo_panic` panicked" error.type=panic
        "#]]);
        let events = world.turn("say 1").await;
        assert!(matches!(events.last(), Some(EventMsg::TurnCompleted(turn)) if turn.error.is_none()));
    });
}

#[test]
fn turn_span_closes_on_shutdown() {
    run(&[], |mut world| async move {
        world.start("slow 5").await;
        world.first_word().await;
        world.agent.shutdown().await;
        let turn = world.recorder.only("turn user");
        assert!(turn.ended);
        assert_eq!(attribute(&turn, attr::CODEX_TURN_INTERRUPTED_BY), "shutdown");
        let events = world.pending();
        assert!(matches!(events[..], [.., EventMsg::TurnCompleted(_), EventMsg::Closed]), "{events:?}");
    });
}

#[test]
fn turn_span_closes_when_the_runtime_is_dropped() {
    let recorder = Recorder::install();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut world = runtime.block_on(World::new(recorder, &[]));
    runtime.block_on(async {
        world.start("slow 5").await;
        world.first_word().await;
    });
    drop(runtime);
    world.recorder.check(
        END,
        expect![[r"
        trace #1
          dispatch user_turn INTERNAL
            turn user INTERNAL codex.turn.status=interrupted codex.turn.interrupted_by=abort event:codex.turn.interrupted
              chat demo-model CLIENT
    "]],
    );
}

#[test]
fn a_turn_retried_and_completed_is_no_error() {
    run(&[], |mut world| async move {
        let model = Model::start(vec![
            Reply::status(503, "retry-after: 0\r\n", ""),
            Reply::stream(message("m", "ok")),
        ])
        .await;
        world
            .restart_with(
                &[&model.setting(), "model_providers.demo.request_max_retries=1"],
                StartThread::default(),
            )
            .await;
        world.turn("x").await;
        world.recorder.check(
            &[attr::ERROR_TYPE, attr::HTTP_REQUEST_RESEND_COUNT, attr::CODEX_TURN_MODEL_CALLS],
            expect![[r#"
                trace #1
                  dispatch user_turn INTERNAL
                    turn user INTERNAL codex.turn.model_calls=1 event:codex.model.retry
                      chat demo-model CLIENT event:codex.model.retry
                        attempt 1 CLIENT ERROR "the model provider answered with status 503" error.type=503
                        attempt 2 CLIENT http.request.resend_count=1
            "#]],
        );
    });
}

#[test]
fn steering_requests_are_linked() {
    run(&[], |mut world| async move {
        let turn = world.start("slow 5").await;
        world.first_word().await;
        world.thread.steer(&turn.id.to_string(), vec![UserInput::text("say 1")], None).await.unwrap();
        world.rest().await;
        world.recorder.check(
            &[],
            expect![[r"
            trace #1
              dispatch user_turn INTERNAL
                turn user INTERNAL links #2 event:codex.turn.steered
                  chat demo-model CLIENT
                  chat demo-model CLIENT
            trace #3
              dispatch steer INTERNAL
        "]],
        );
    });
}

#[test]
fn refused_orders_are_errors_of_their_dispatch() {
    run(&[], |world| async move {
        let id = world.thread.id().to_string();
        world.thread.interrupt(&id).await.unwrap_err();
        world.recorder.check(
            &[attr::ERROR_TYPE],
            expect![[r#"
            trace #1
              dispatch interrupt INTERNAL ERROR "no active turn to interrupt" error.type=refused
        "#]],
        );
    });
}

#[test]
fn the_marker_shows_a_turn_that_still_runs() {
    run(&["otel.turn_started_marker=true"], |mut world| async move {
        world.start("slow 5").await;
        world.first_word().await;
        world.recorder.check(
            &[],
            expect![[r"
            trace #1
              dispatch user_turn INTERNAL
                turn user INTERNAL open
                  chat demo-model CLIENT open
                turn started INTERNAL
        "]],
        );
    });
}

#[test]
fn attributes() {
    run(&[], |mut world| async move {
        let model = Model::start(vec![Reply::stream(message("m", "ok"))]).await;
        world.restart_with(&[&model.setting(), "model_reasoning_effort=low"], StartThread::default()).await;
        world.turn("x").await;
        let port = model.url().trim_end_matches("/v1").rsplit(':').next().unwrap().to_owned();
        let shown = |name: &str| {
            let span = world.recorder.only(name);
            let thread = world.thread.id().to_string();
            let mut lines = String::new();
            for (key, value) in &span.attributes {
                let value = value.to_string().replace(&thread, "THREAD").replace(&port, "PORT");
                let value = match key.as_str() {
                    attr::TURN_ID | attr::CODEX_SUBMISSION_ID => "ID".to_owned(),
                    attr::CODEX_TURN_TIME_TO_FIRST_TOKEN_MS | attr::GEN_AI_RESPONSE_TIME_TO_FIRST_CHUNK => {
                        "TIME".to_owned()
                    }
                    time if attr::TURN_TIMES.iter().any(|(name, _)| *name == time) => "TIME".to_owned(),
                    _ => value,
                };
                lines.extend([key.as_str(), " = ", &value, "\n"]);
            }
            lines
        };
        expect![[r#"
            thread.id = "THREAD"
            codex.submission.id = ID
            codex.op = "user_turn"
            turn.id = ID
        "#]]
        .assert_eq(&shown("dispatch user_turn"));
        expect![[r#"
            thread.id = "THREAD"
            turn.id = ID
            codex.turn.kind = "user"
            gen_ai.operation.name = "invoke_agent"
            gen_ai.agent.name = "codex"
            gen_ai.conversation.id = "THREAD"
            gen_ai.provider.name = "demo"
            gen_ai.request.model = "demo-model"
            codex.approval.policy = "on-request"
            codex.sandbox.policy = "read-only"
            codex.turn.status = "completed"
            codex.turn.time_to_first_token_ms = TIME
            codex.turn.model_calls = 1
            codex.turn.token_usage.input_tokens = 120
            codex.turn.token_usage.cached_input_tokens = 20
            codex.turn.token_usage.output_tokens = 30
            codex.turn.token_usage.reasoning_output_tokens = 5
            codex.turn.token_usage.total_tokens = 150
            codex.turn.time.model_ms = TIME
            codex.turn.time.queue_ms = TIME
            codex.turn.time.store_ms = TIME
            codex.turn.time.other_ms = TIME
        "#]]
        .assert_eq(&shown("turn user"));
        expect![[r#"
            gen_ai.operation.name = "chat"
            gen_ai.provider.name = "demo"
            gen_ai.request.model = "demo-model"
            gen_ai.conversation.id = "THREAD"
            gen_ai.request.stream = true
            gen_ai.request.reasoning.level = "low"
            openai.api.type = "responses"
            thread.id = "THREAD"
            turn.id = ID
            peer.service = "demo"
            server.address = "127.0.0.1"
            server.port = PORT
            codex.model.attempts = 1
            http.response.status_code = 200
            gen_ai.response.time_to_first_chunk = TIME
            gen_ai.response.id = "resp"
            gen_ai.response.model = "real-model"
            gen_ai.response.finish_reasons = ["stop"]
            gen_ai.usage.input_tokens = 120
            gen_ai.usage.output_tokens = 30
            gen_ai.usage.cache_read.input_tokens = 20
            gen_ai.usage.reasoning.output_tokens = 5
        "#]]
        .assert_eq(&shown("chat demo-model"));
    });
}

#[test]
fn attributes_of_a_tool() {
    run(&[], |mut world| async move {
        world.turn("plan").await;
        let span = world.recorder.only("execute_tool update_plan");
        let thread = world.thread.id().to_string();
        let mut lines = String::new();
        for (key, value) in &span.attributes {
            let value = value.to_string().replace(&thread, "THREAD");
            let value = if key == attr::TURN_ID { "ID".to_owned() } else { value };
            lines.extend([key.as_str(), " = ", &value, "\n"]);
        }
        expect![[r#"
            gen_ai.operation.name = "execute_tool"
            gen_ai.tool.name = "update_plan"
            gen_ai.tool.call.id = "call_1"
            gen_ai.tool.type = "function"
            thread.id = "THREAD"
            turn.id = ID
            codex.tool.outcome = "ok"
        "#]]
        .assert_eq(&lines);
    });
}

#[test]
fn the_model_gets_the_context_of_its_chat_span() {
    run(&[], |mut world| async move {
        let model = Model::start(vec![Reply::stream(message("m", "ok"))]).await;
        world.restart_with(&[&model.setting()], StartThread::default()).await;
        world.start_from(Some(&remote()), "x").await;
        world.rest().await;
        let chat = world.recorder.only("chat demo-model");
        let expected = format!("00-{}-{}-01", chat.trace_id, chat.span_id);
        assert_eq!(model.header(0, "traceparent"), Some(expected));
        assert_eq!(model.header(0, "tracestate").as_deref(), Some("vendor=value"));
    });
}

#[test]
fn with_tracing_off_the_callers_context_passes_through() {
    World::run_untraced(&[], |mut world| async move {
        let model = Model::start(vec![Reply::stream(message("m", "ok"))]).await;
        world.restart_with(&[&model.setting()], StartThread::default()).await;
        world.start_from(Some(&remote()), "x").await;
        world.rest().await;
        assert_eq!(model.header(0, "traceparent"), remote().traceparent);
        assert_eq!(model.header(0, "tracestate"), remote().tracestate);
    });
}

#[test]
fn secrets_and_prompts_stay_out_of_spans_and_events() {
    run(&[], |mut world| async move {
        let model = Model::start(vec![
            Reply::status(401, "", r#"{"error":{"message":"wrong key canary-token and canary-header"}}"#),
            Reply::stream(event(&serde_json::json!({ "type": "response.failed", "response": {
                "error": { "code": "oops", "message": "canary-token" } } }))),
        ])
        .await;
        let settings = [
            model.setting(),
            "model_providers.demo.experimental_bearer_token=canary-token".to_owned(),
            "model_providers.demo.http_headers.x-key=canary-header".to_owned(),
            "model_providers.demo.query_params.key=canary-query".to_owned(),
        ];
        let settings: Vec<&str> = settings.iter().map(String::as_str).collect();
        world.restart_with(&settings, StartThread::default()).await;
        for _ in 0..2 {
            let events = format!("{:?}", world.turn("canary-prompt").await);
            for secret in ["canary-token", "canary-header", "canary-query"] {
                assert!(!events.contains(secret), "{secret} in {events}");
            }
        }
        let spans = format!("{:?}", world.recorder.spans());
        assert!(!spans.contains("canary"), "{spans}");
        assert_eq!(model.header(0, "authorization").as_deref(), Some("Bearer canary-token"));
    });
}

#[test]
fn what_a_request_reads_from_the_store_is_an_event_on_its_span() {
    run(&[], |mut world| async move {
        for number in 1..=30 {
            world.turn(&format!("say {number}")).await;
        }
        let id = world.thread.id();
        let size = world.rollout().len() as u64;
        let mut read = Vec::new();
        for limit in [1, 30] {
            world.recorder.clear();
            let request = request(None);
            let query = HistoryQuery { limit: Some(limit), ..HistoryQuery::default() };
            let page = world.agent.turns(id, query, ItemsView::Full).instrument(request.span().clone());
            assert_eq!(page.await.unwrap().data.len(), limit as usize);
            request.end(Status::Unset);
            let span = world.recorder.only("turn/start");
            let [event] = &span.events[..] else { panic!("one event: {:?}", span.events) };
            assert_eq!(event.name, "codex.store.read");
            let names: Vec<&str> = event.attributes.iter().map(|(name, _)| name.as_str()).collect();
            assert_eq!(names, ["codex.store.bytes", "codex.store.records", "codex.store.duration_ms"]);
            read.push((event.attributes[0].1.as_u64().unwrap(), event.attributes[1].1.as_u64().unwrap()));
        }
        // A page of one turn is read in one piece from the end, and of that the turn and what follows it.
        assert!(read[0].0 < size && read[1].0 >= size, "{read:?} of {size}");
        assert!(read[0].1 <= 14 && read[1].1 >= 30 * 6, "{read:?}");
    });
}

#[test]
fn a_turn_says_what_it_wrote_and_what_repository_it_works_in() {
    run(&[], |mut world| async move {
        let repo = world.home.path().join("repo");
        std::fs::create_dir_all(repo.join(".git")).unwrap();
        std::fs::write(repo.join(".git/HEAD"), "ref: refs/heads/main\n").unwrap();
        std::fs::write(repo.join(".git/config"), "[remote \"origin\"]\nurl = https://a:canary@h/r\n")
            .unwrap();
        world.restart_with(&[], in_folder(repo)).await;
        world.turn("say 1").await;
        let span = world.recorder.only("turn user");
        let of =
            |name| span.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.to_string());
        assert_eq!(of(attr::VCS_REF_HEAD_NAME).as_deref(), Some("\"main\""));
        assert_eq!(of(attr::VCS_REPOSITORY_URL_FULL).as_deref(), Some("\"https://h/r\""));
        assert_eq!(of(attr::VCS_REF_HEAD_REVISION), None);
        let event = span.events.iter().find(|event| event.name == "codex.store.written").unwrap();
        let names: Vec<&str> = event.attributes.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["codex.store.bytes", "codex.store.records", "codex.store.duration_ms"]);
        let (bytes, records) = (event.attributes[0].1.as_u64(), event.attributes[1].1.as_u64());
        assert_eq!((bytes.unwrap(), records.unwrap()), (world.rollout().len() as u64, 7));
    });
}

//! Where the time of turns goes: the parts on a turn's span add up to the span.

use std::time::Duration;

use codex_core::StartThread;
use codex_otel::{RecordedSpan, attr};
use codex_protocol::{Answer, CommandDecision, EventMsg};

use crate::support::{Model, Reply, World, command_call, message, run, run_for, tool_call};

/// The parts on a turn's span, in nanoseconds.
fn parts(turn: &RecordedSpan) -> Vec<(&'static str, f64)> {
    let times = attr::TURN_TIMES.iter();
    times.filter_map(|(key, word)| Some((*word, turn.attr(key)?.as_f64()? * 1e6))).collect()
}

/// The turns' spans that have ended.
fn turns(world: &World) -> Vec<RecordedSpan> {
    world.recorder.ended().into_iter().filter(|span| span.name.starts_with("turn ")).collect()
}

/// How long turns were, and what their parts add up to, in nanoseconds.
#[derive(Default)]
struct Sums {
    turns: usize,
    whole: f64,
    parts: f64,
}

impl Sums {
    /// Adds the turns that have ended since.
    fn add(&mut self, world: &World) {
        for turn in turns(world).split_off(self.turns) {
            self.turns += 1;
            self.whole += turn.duration_nanos() as f64;
            self.parts += parts(&turn).iter().map(|(_, nanos)| nanos).sum::<f64>();
        }
    }
}

/// Runs a turn that asks, and declines.
async fn decline(world: &mut World) {
    world.start("run touch made").await;
    let seen = world.until(|msg| matches!(msg, EventMsg::QuestionAsked(_))).await;
    let Some(EventMsg::QuestionAsked(question)) = seen.last() else { unreachable!("it is the last") };
    let answer = Some(Answer::Command(CommandDecision::Decline));
    assert!(world.thread.answer(question.id, answer).await.unwrap());
    world.rest().await;
}

/// The parts of the only turn there is.
fn only(world: &World) -> Vec<&'static str> {
    let turns = turns(world);
    assert_eq!(turns.len(), 1);
    parts(&turns[0]).into_iter().map(|(word, _)| word).collect()
}

#[test]
fn a_turn_says_what_it_waited_for() {
    run(&["approval_policy=untrusted", "sandbox_mode=read-only"], |mut world| async move {
        decline(&mut world).await;
        assert_eq!(only(&world), ["model", "tools", "approval", "queue", "store", "other"]);
    });
}

#[test]
fn what_takes_no_time_is_left_out() {
    run(&[], |mut world| async move {
        world.turn("say 1").await;
        assert_eq!(only(&world), ["model", "queue", "store", "other"]);
    });
}

#[test]
fn the_parts_of_a_thousand_turns_add_up() {
    run_for(Duration::from_secs(240), |mut world| async move {
        let answer = || Reply::stream(message("m", "done"));
        let again = "retry-after-ms: 1\r\n";
        // Ten turns, over and over: plain ones, tools, commands, a retry, a failure.
        let mut replies = vec![answer(), answer(), answer()];
        replies.extend([Reply::stream(tool_call(&["update_plan", "update_plan"])), answer()]);
        replies.extend([Reply::stream(command_call("true")), answer()]);
        replies.extend([Reply::status(500, again, ""), answer()]);
        replies.extend([Reply::status(400, "", ""), answer(), answer(), answer()]);
        let all: Vec<Reply> = std::iter::repeat_with(|| replies.clone()).take(99).flatten().collect();
        let model = Model::start(all).await;
        let settings = [&*model.setting(), "model_providers.demo.request_max_retries=1"];
        let mut sums = Sums::default();
        for _ in 0..11 {
            // Another thread now and then: a long conversation takes long to send.
            world.restart_with(&settings, StartThread::default()).await;
            for _ in 0..90 {
                world.turn("x").await;
            }
            sums.add(&world);
        }
        // The rest wait for a human, or are interrupted.
        let asking = ["approval_policy=untrusted", "sandbox_mode=read-only"];
        world.restart_with(&asking, StartThread::default()).await;
        for _ in 0..5 {
            decline(&mut world).await;
            let turn = world.start("slow 5").await;
            world.first_word().await;
            world.thread.interrupt(&turn.id.to_string()).await.unwrap();
            world.rest().await;
        }
        sums.add(&world);
        let Sums { turns, whole, parts } = sums;
        assert_eq!(turns, 1_000);
        println!("1,000 turns took {:.1} ms, their parts {:.1} ms", whole / 1e6, parts / 1e6);
        assert!((whole - parts).abs() < whole / 100.0, "{whole} ns of turns, {parts} ns of parts");
    });
}

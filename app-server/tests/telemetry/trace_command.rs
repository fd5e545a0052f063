//! `trace list` and `trace show` over what a server wrote with the file exporter.

use std::os::unix::fs::PermissionsExt;

use test_kit::{
    Exit,
    model::script::{ANSWER, REFUSE},
    text,
};

use crate::{transport::Transport, world::World};

/// A world in which one server wrote the traces of a turn that worked and of one that failed.
async fn traced() -> World {
    let world = World::new().await;
    let launch = world.launch().env("OTEL_TRACES_EXPORTER", "file");
    let (mut server, mut client) = world.connect_to(launch, Transport::Stdio).await;
    let thread = client.start_thread().await;
    client.start_turn(&thread, ANSWER).await;
    client.turn_completed().await;
    let turn = client.request("turn/start", test_kit::turn(&thread, REFUSE)).await;
    client.turn_completed_of(&text(&turn["turn"]["id"])).await;
    server.stop().await;
    assert!(world.collector.spans().all().is_empty(), "the variable names another exporter");
    world
}

async fn trace(world: &World, arguments: &[&str]) -> Exit {
    crate::world::bare(world.home.path()).arg("trace").args(arguments).run().await
}

#[tokio::test]
async fn a_turn_is_listed_and_drawn() {
    let world = traced().await;
    let list = trace(&world, &["list", "--width", "140"]).await.stdout;
    let turns: Vec<&str> = list.lines().filter(|line| line.contains("turn user")).collect();
    assert_eq!(turns.len(), 2, "{list}");
    assert!(turns[0].contains("4 spans") && turns[0].contains("120→30 tokens"), "{list}");
    assert!(turns[0].contains("completed in") && turns[1].contains("failed in"), "{list}");
    assert_eq!(list.lines().last(), Some(turns[1]), "the newest is the last");

    let id = turns[0].split_whitespace().next().expect("a line begins with the id");
    let drawn = trace(&world, &["show", &id[..12], "--width", "110"]).await.stdout;
    let names = ["turn/start", "└─ dispatch user_turn", "   └─ turn user", "      └─ chat test-model"];
    let mut lines: Vec<&str> = drawn.lines().skip(1).collect();
    let times = lines.pop().expect("it says where the time went");
    assert!(times.starts_with("turn user: ") && times.contains("model "), "{drawn}");
    assert_eq!(lines.len(), names.len(), "{drawn}");
    for (line, name) in lines.iter().zip(names) {
        assert!(line.starts_with(name) && line.contains('█'), "{drawn}");
        assert!(line.chars().count() <= 110, "{drawn}");
    }
    assert!(lines[2].contains("completed") && lines[3].contains("120→30 tokens"), "{drawn}");
    assert!(!drawn.contains('\x1b'), "a pipe has no colours");

    let failed = trace(&world, &["show", "last"]).await.stdout;
    assert!(failed.contains("ERROR"), "{failed}");
}

#[tokio::test]
async fn a_file_is_drawn_whole_and_only_its_owner_reads_it() {
    let world = traced().await;
    let file = world.home.path().join("otel/traces.jsonl");
    let mode = std::fs::metadata(&file).expect("it was written").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let drawn = trace(&world, &["show", file.to_str().expect("the path is text")]).await;
    assert_eq!(drawn.stdout.matches("─ turn user").count(), 2, "{}", drawn.stdout);
    assert_eq!((drawn.code, drawn.stderr.as_str()), (Some(0), ""));
}

#[tokio::test]
async fn a_line_that_is_torn_is_left_out_and_told() {
    let world = traced().await;
    let file = world.home.path().join("otel/traces.jsonl");
    let text = std::fs::read_to_string(&file).expect("it was written");
    std::fs::write(&file, format!("{text}{{\"resourceSp")).expect("it is ours");
    let list = trace(&world, &["list"]).await;
    assert!(list.stdout.contains("turn user"));
    assert!(list.stderr.contains("1 lines"), "{}", list.stderr);
}

#[tokio::test]
async fn what_cannot_be_shown_is_a_sentence() {
    let world = World::new().await;
    let list = trace(&world, &["list"]).await;
    assert!(list.code == Some(0) && list.stdout.contains("no traces"), "{list:?}");
    let show = trace(&world, &["show", "4bf9"]).await;
    assert!(show.code == Some(1) && show.stderr.contains("no trace begins with `4bf9`"), "{show:?}");
    let show = trace(&world, &["show", "4bf9", "--from", "nowhere.jsonl"]).await;
    assert!(show.code == Some(1) && show.stderr.contains("cannot read nowhere.jsonl"), "{show:?}");
}

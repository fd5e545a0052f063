//! A request's spans do not wait for the turn that it started.

use test_kit::model::script::HOLD;

use crate::{
    collector::TURN,
    transport::{Transport, over_both},
    world::World,
};

over_both!(request_and_dispatch_arrive_while_their_turn_runs, arrive);
async fn arrive(transport: Transport) {
    let world = World::new().await;
    let (mut server, mut client) = world.connect(transport).await;
    let thread = client.start_thread().await;
    client.start_turn(&thread, HOLD).await;
    world.model.request(&server.log).await;
    let both = |spans: &crate::collector::Spans| spans.has("turn/start") && spans.has("dispatch user_turn");
    let spans = world.collector.wait("the spans of the request", &server.log, both).await;
    // The model has not been released: the turn cannot have ended.
    assert!(!spans.has(TURN), "{}", spans.drawn());
    world.model.release();
    assert_eq!(client.turn_completed().await["status"], "completed");
    let spans = world.collector.wait("the turn", &server.log, |spans| spans.has(TURN)).await;
    let (request, turn) = (spans.one("turn/start"), spans.one(TURN));
    assert!(request.end_unix_nano < turn.end_unix_nano, "{}", spans.drawn());
    server.stop().await;
}

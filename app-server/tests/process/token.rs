//! The token of listeners: who is let in, and where clients find it.

use std::{fs, os::unix::fs::PermissionsExt};

use test_kit::{Launch, Server, model::script::ANSWER};

use crate::{
    http::{ask, upgrade},
    world::World,
};

async fn listening(launch: Launch) -> (Server, String) {
    let server = launch.args(&["--listen", "ws://127.0.0.1:0"]).spawn();
    let address = server.address().await;
    (server, address)
}

#[tokio::test]
async fn only_who_shows_it_is_let_in() {
    let world = World::new().await;
    let (mut server, address) = listening(world.launch()).await;
    let token = server.token().unwrap();
    let longer = format!("authorization: Bearer {token}x");
    let shorter = format!("authorization: Bearer {}", &token[1..]);
    let basic = format!("authorization: Basic {token}");
    let cookie = format!("cookie: token={token}");
    for header in
        ["x: y", &longer, &shorter, &basic, &cookie, "authorization: Bearer ", "authorization: Bearer"]
    {
        let answer = upgrade(&address, &[header, "connection: close"]).await;
        assert_eq!((answer.status(), answer.header("www-authenticate")), ("401", Some("Bearer")), "{header}");
    }
    let query = format!("GET /?token={token}");
    assert_eq!(ask(&address, &query, &crate::http::UPGRADE).await.status(), "401");

    let right = format!("authorization: Bearer {token}");
    assert_eq!(upgrade(&address, &[&right]).await.status(), "101");
    let page = format!("sec-websocket-protocol: codex-app-server, codex-app-server.bearer.{token}");
    let answer = upgrade(&address, &[&page]).await;
    assert_eq!((answer.status(), answer.header("sec-websocket-protocol")), ("101", Some("codex-app-server")));
    server.stop().await;
    let log = server.log.text();
    assert!(!log.contains(&token) && log.contains("without the token of this server was refused"), "{log}");
}

#[tokio::test]
async fn its_file_is_the_users_alone_and_outlives_the_server() {
    let world = World::new().await;
    let (mut server, _) = listening(world.launch()).await;
    let path = world.home.path().join("app-server/token");
    server.log.line(&format!("token: in {}", path.display())).await;
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
    let token = server.token().unwrap();
    server.stop().await;
    let (mut server, _) = listening(world.launch()).await;
    assert_eq!(server.token().unwrap(), token);
    server.stop().await;
}

#[tokio::test]
async fn everybody_is_let_in_where_that_is_wanted_and_said_once() {
    let world = World::new().await;
    let (mut server, address) = listening(world.launch().arg("--ws-allow-unauthenticated")).await;
    assert_eq!(upgrade(&address, &[]).await.status(), "101");
    server.stop().await;
    assert_eq!(server.token(), None);
    let warned = server.log.text().matches("every user and program of this machine").count();
    assert_eq!(warned, 1, "{}", server.log.text());
}

#[tokio::test]
async fn our_own_client_finds_it() {
    let world = World::new().await;
    let (mut server, address) = listening(world.launch()).await;
    let url = format!("ws://{address}");
    let exec = |home: &std::path::Path| {
        Launch::bare(env!("CARGO_BIN_EXE_codex-app-server"), home).args(&["exec", "--remote", &url, ANSWER])
    };
    let done = exec(world.home.path()).run().await;
    assert_eq!(done.code, Some(0), "{done:?}");
    // Another home: by the variable, or not at all.
    let other = tempfile::tempdir().unwrap();
    let refused = exec(other.path()).run().await;
    assert_eq!(refused.code, Some(1), "{refused:?}");
    assert!(refused.stderr.contains("asks for its token"), "{refused:?}");
    let given = exec(other.path()).env("CODEX_APP_SERVER_TOKEN", &server.token().unwrap()).run().await;
    assert_eq!(given.code, Some(0), "{given:?}");
    server.stop().await;
}

#[tokio::test]
async fn a_home_that_cannot_keep_it_is_no_home_for_a_listener() {
    let world = World::new().await;
    fs::write(world.home.path().join("app-server"), "in the way").unwrap();
    let exit = world.launch().args(&["--listen", "ws://127.0.0.1:0"]).run().await;
    assert_eq!(exit.code, Some(1), "{exit:?}");
    assert!(exit.stderr.contains("cannot keep the token of listeners"), "{exit:?}");
}

//! What standard input and output can be: pipes, a socket pair, files, nothing.

use std::{
    fs::{self, File},
    io::{self, Seek, Write},
    os::fd::{AsFd, OwnedFd},
    os::unix::net::UnixStream as StdUnixStream,
};

use rustix::fs::{OFlags, fcntl_getfl};
use serde_json::{Value, json};
use tokio::net::{UnixStream, unix::pipe};

use test_kit::{Client, Server, model::script::ANSWER};

use crate::world::World;

/// A turn over whatever standard input and output are, to an orderly end.
async fn turn(mut client: Client, server: &mut Server) {
    client.initialize().await;
    let thread = client.start_thread().await;
    client.start_turn(&thread, ANSWER).await;
    assert_eq!(client.turn_completed().await["status"], "completed");
    client.end_input().await;
    assert_eq!(server.exit().await.code(), Some(0), "{}", server.log.evidence());
}

/// A flag on a descriptor is shared by everybody who holds it, and outlives the process that set it.
#[track_caller]
fn is_blocking(fd: impl AsFd, which: &str) {
    let flags = fcntl_getfl(fd).expect("the descriptor is open");
    assert!(!flags.contains(OFlags::NONBLOCK), "{which} was left non-blocking");
}

#[tokio::test]
async fn pipes() {
    let world = World::new().await;
    let (stdin, input) = io::pipe().unwrap();
    let (output, stdout) = io::pipe().unwrap();
    let (stdin_too, stdout_too) = (stdin.try_clone().unwrap(), stdout.try_clone().unwrap());
    let mut server = world.launch().stdin(stdin).stdout(stdout).spawn();
    let input = pipe::Sender::from_owned_fd(OwnedFd::from(input)).unwrap();
    let output = pipe::Receiver::from_owned_fd(OwnedFd::from(output)).unwrap();
    turn(Client::lines(output, input, server.log.clone()), &mut server).await;
    is_blocking(stdin_too, "stdin");
    is_blocking(stdout_too, "stdout");
}

/// Node.js gives its children one end of a socket pair each.
#[tokio::test]
async fn a_socket_pair_each() {
    let world = World::new().await;
    let (stdin, input) = StdUnixStream::pair().unwrap();
    let (output, stdout) = StdUnixStream::pair().unwrap();
    let (stdin_too, stdout_too) = (stdin.try_clone().unwrap(), stdout.try_clone().unwrap());
    let mut server = world.launch().stdin(OwnedFd::from(stdin)).stdout(OwnedFd::from(stdout)).spawn();
    for socket in [&input, &output] {
        socket.set_nonblocking(true).unwrap();
    }
    let client = Client::lines(
        UnixStream::from_std(output).unwrap(),
        UnixStream::from_std(input).unwrap(),
        server.log.clone(),
    );
    turn(client, &mut server).await;
    is_blocking(stdin_too, "stdin");
    is_blocking(stdout_too, "stdout");
}

#[tokio::test]
async fn one_socket_for_both() {
    let world = World::new().await;
    let (far, near) = StdUnixStream::pair().unwrap();
    let (stdin, far_too) = (far.try_clone().unwrap(), far.try_clone().unwrap());
    let mut server = world.launch().stdin(OwnedFd::from(stdin)).stdout(OwnedFd::from(far)).spawn();
    near.set_nonblocking(true).unwrap();
    let (output, input) = UnixStream::from_std(near).unwrap().into_split();
    turn(Client::lines(output, input, server.log.clone()), &mut server).await;
    is_blocking(far_too, "the socket");
}

#[tokio::test]
async fn files() {
    let world = World::new().await;
    let (from, to) = (world.home.path().join("requests"), world.home.path().join("answers"));
    let mut requests =
        File::options().create(true).read(true).write(true).truncate(true).open(&from).unwrap();
    let initialize = json!({ "id": 1, "method": "initialize", "params": { "clientInfo": { "name": "t", "version": "1" } } });
    let list = json!({ "id": 2, "method": "thread/loaded/list" });
    // The last line has no end.
    write!(requests, "{initialize}\n\n{list}").unwrap();
    requests.rewind().unwrap();
    let launch = world.launch().stdin(requests).stdout(File::create(&to).unwrap());
    let mut server = launch.spawn();
    assert_eq!(server.exit().await.code(), Some(0), "{}", server.log.evidence());
    let answers = fs::read_to_string(&to).unwrap();
    let ids: Vec<Value> =
        answers.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["id"].clone()).collect();
    assert_eq!(ids, [1, 2], "{answers}\n{}", server.log.evidence());
}

#[tokio::test]
async fn nothing_to_read() {
    let world = World::new().await;
    let mut server = world.launch().stdin(File::open("/dev/null").unwrap()).spawn();
    assert!(server.client_output().await.is_empty());
    assert_eq!(server.exit().await.code(), Some(0), "{}", server.log.evidence());
}

/// A reader that goes away is a client that hangs up, not a reason to crash.
#[tokio::test]
async fn a_reader_that_is_gone() {
    let world = World::new().await;
    let (output, stdout) = io::pipe().unwrap();
    let (stdin, input) = io::pipe().unwrap();
    drop(output);
    let mut server = world.launch().stdin(stdin).stdout(stdout).spawn();
    let initialize = json!({ "id": 1, "method": "initialize", "params": { "clientInfo": { "name": "t", "version": "1" } } });
    (&input).write_all(format!("{initialize}\n").as_bytes()).unwrap();
    assert_eq!(server.exit().await.code(), Some(0), "{}", server.log.evidence());
}

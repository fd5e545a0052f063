//! A home that cannot be written: what is there can be read, and what needs writing says so.

use std::{
    fs::{self, Permissions},
    os::unix::fs::{PermissionsExt, chown},
    path::{Path, PathBuf},
};

use serde_json::json;
use tempfile::TempDir;
use tokio::process::Command;

use crate::server::Server;

/// A user whom permissions bind, unlike root.
const NOBODY: u32 = 65534;

/// The binary for a user whom permissions bind: the own one, or nobody where the tests run as root.
struct Bound {
    binary: PathBuf,
    _folder: TempDir,
    user: Option<u32>,
}

impl Bound {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
        // The build may stand where nobody else can look.
        let binary = folder.path().join("codex-app-server");
        fs::copy(env!("CARGO_BIN_EXE_codex-app-server"), &binary).unwrap();
        let user = rustix::process::geteuid().is_root().then_some(NOBODY);
        Self { binary, _folder: folder, user }
    }

    fn home(&self) -> TempDir {
        let home = tempfile::tempdir().unwrap();
        chown(home.path(), self.user, self.user).unwrap();
        home
    }

    async fn start(&self, home: &Path) -> Server {
        let mut command = Command::new(&self.binary);
        if let Some(user) = self.user {
            command.uid(user).gid(user);
        }
        Server::start_as(command, home).await
    }
}

/// Takes or gives back the right to write, below `path`.
fn set_writable(path: &Path, writable: bool) {
    let folder = path.is_dir();
    let mode = match (folder, writable) {
        (true, true) => 0o700,
        (true, false) => 0o500,
        (false, true) => 0o600,
        (false, false) => 0o400,
    };
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    if folder {
        for entry in fs::read_dir(path).unwrap() {
            set_writable(&entry.unwrap().path(), writable);
        }
    }
}

#[tokio::test]
async fn a_home_that_cannot_be_written_can_be_read() {
    let bound = Bound::new();
    let home = bound.home();
    let mut server = bound.start(home.path()).await;
    let thread = server.start_thread(home.path(), false).await;
    assert_eq!(server.turn(&thread, "say 3").await["status"], "completed");
    server.kill().await;
    set_writable(home.path(), false);

    let mut server = bound.start(home.path()).await;
    let list = server.request("thread/list", json!({})).await.unwrap();
    assert_eq!(list["data"][0]["id"], thread.as_str());
    let read =
        server.request("thread/read", json!({"threadId": thread, "includeTurns": true})).await.unwrap();
    assert_eq!(read["thread"]["turns"][0]["status"], "completed");
    // Resuming takes the file to write: refused, by a text that names the file.
    let refused = server.request("thread/resume", json!({"threadId": thread})).await.unwrap_err();
    assert!(refused.contains("rollout-") && refused.contains("ermission denied"), "{refused}");
    // A new thread's turn has nowhere to go, and says where.
    let other = server.start_thread(home.path(), false).await;
    let turn = server.turn(&other, "say 1").await;
    assert_eq!(turn["status"], "failed", "{turn}");
    let why = turn["error"].to_string();
    assert!(why.contains("sessions") && why.contains("ermission denied"), "{why}");
    // A thread that is not kept needs no disk.
    let memory = server.start_thread(home.path(), true).await;
    assert_eq!(server.turn(&memory, "say 1").await["status"], "completed");
    server.kill().await;

    set_writable(home.path(), true);
    let mut server = bound.start(home.path()).await;
    server.request("thread/resume", json!({"threadId": thread})).await.unwrap();
    assert_eq!(server.turn(&thread, "say 1").await["status"], "completed");
}

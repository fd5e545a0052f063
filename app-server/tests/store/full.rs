//! A disk without room costs the turn that needs it, and nothing that is there.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::server::Server;

/// Runs turns until one fails: how many completed, fewer than `most`, and the one that failed.
async fn fill(server: &mut Server, thread: &str, prompt: &str, most: usize) -> (usize, Value) {
    let mut completed = 0;
    loop {
        let turn = server.turn(thread, prompt).await;
        if turn["status"] == "failed" {
            assert!(completed > 0);
            return (completed, turn);
        }
        completed += 1;
        assert!(completed < most, "there is room without end");
    }
}

#[tokio::test]
async fn a_full_disk_fails_the_turn_and_loses_nothing() {
    let home = tempfile::tempdir().unwrap();
    let mut server = Server::start_with_room(home.path(), 32).await;
    let thread = server.start_thread(home.path(), false).await;
    let (completed, failed) = fill(&mut server, &thread, "say 100", 100).await;
    let why = failed["error"].to_string();
    assert!(why.contains("File too large") || why.contains("rollout"), "{why}");
    // The server serves on: other threads, and this one's past.
    let other = server.start_thread(home.path(), false).await;
    assert_eq!(server.turn(&other, "say 1").await["status"], "completed");
    server.kill().await;

    let mut server = Server::start(home.path()).await;
    let read =
        server.request("thread/read", json!({"threadId": thread, "includeTurns": true})).await.unwrap();
    let turns = read["thread"]["turns"].as_array().unwrap();
    let whole = turns.iter().filter(|turn| turn["status"] == "completed").count();
    assert_eq!(whole, completed);
    server.request("thread/resume", json!({"threadId": thread})).await.unwrap();
    assert_eq!(server.turn(&thread, "say 1").await["status"], "completed");
}

/// How many turns of a thread the server reads as completed.
async fn turns(server: &mut Server, thread: &str) -> usize {
    let read =
        server.request("thread/read", json!({"threadId": thread, "includeTurns": true})).await.unwrap();
    let turns = read["thread"]["turns"].as_array().unwrap();
    turns.iter().filter(|turn| turn["status"] == "completed").count()
}

/// A small file system of its own, gone with this. None where the user may not mount one.
struct SmallDisk(TempDir);

impl SmallDisk {
    fn mount(kilobytes: u32) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let options = format!("size={kilobytes}k,mode=700");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &options, "tmpfs"])
            .arg(folder.path())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success());
        mounted.then(|| Self(folder))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(self.path()).status();
    }
}

#[tokio::test]
async fn a_disk_without_space_is_named_and_goes_on_once_there_is_some() {
    let Some(disk) = SmallDisk::mount(256) else {
        let bound = !rustix::process::geteuid().is_root();
        assert!(bound || std::env::var_os("CI").is_none(), "root can mount a tmpfs");
        eprintln!("skipped: only root can mount a small disk");
        return;
    };
    let ballast = disk.path().join("ballast");
    std::fs::write(&ballast, vec![0; 64 << 10]).unwrap();
    let mut server = Server::start(disk.path()).await;
    let thread = server.start_thread(disk.path(), false).await;
    let (completed, failed) = fill(&mut server, &thread, "say 500", 300).await;
    let why = failed["error"].to_string();
    assert!(why.contains("No space left on device") && why.contains("rollout-"), "{why}");
    // What needs no disk goes on: the past can be read, and a thread that is not kept works.
    assert_eq!(turns(&mut server, &thread).await, completed);
    let memory = server.start_thread(disk.path(), true).await;
    assert_eq!(server.turn(&memory, "say 1").await["status"], "completed");

    std::fs::remove_file(&ballast).unwrap();
    assert_eq!(server.turn(&thread, "say 1").await["status"], "completed");
    server.kill().await;
    let mut server = Server::start(disk.path()).await;
    server.request("thread/resume", json!({"threadId": thread})).await.unwrap();
    assert_eq!(
        turns(&mut server, &thread).await,
        completed + 1,
        "nothing was overwritten, nothing is there twice"
    );
}

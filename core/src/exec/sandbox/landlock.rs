//! The Linux sandbox: Landlock for files, a seccomp filter for the network. Both bind the calling thread and whatever it
//! starts, for good, so a command is started from a thread of its own, and the rest of the server is as free as before.

use std::{collections::BTreeMap, io};

use landlock::{
    ABI, AccessFs, PathBeneath, PathFd, Ruleset, RulesetAttr, RulesetCreatedAttr, RulesetStatus, Scope,
};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
};

use tokio::{process::Command, runtime::Handle, sync::oneshot};

use super::{Capabilities, Confinement, Sandbox, SpawnError, SpawnFuture};
use crate::exec::process_group::ProcessGroup;

/// Devices that a command may write to wherever it may write.
const DEVICES: [&str; 4] = ["/dev/null", "/dev/zero", "/dev/full", "/dev/tty"];

/// The bit that marks a system call of the x32 interface, which would go past rules for its plain number.
#[cfg(target_arch = "x86_64")]
const X32: i64 = 0x4000_0000;

/// Landlock and seccomp.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Landlock;

impl Sandbox for Landlock {
    fn capabilities(&self) -> Capabilities {
        // Tried on a thread that is thrown away.
        let tried = std::thread::spawn(|| confine(&Confinement { writable: Vec::new(), network: false }));
        let unavailable = match tried.join() {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(error.to_string()),
            Err(_) => Some("trying it panicked".to_owned()),
        };
        Capabilities { unavailable, gaps: vec!["changing modes, times and extended attributes of files"] }
    }

    fn spawn(&self, command: Command, confinement: Confinement) -> SpawnFuture<'_> {
        Box::pin(spawn(command, confinement))
    }
}

/// Starts a command from a thread that has confined itself, and ends with that: nothing else is ever run on it.
async fn spawn(command: Command, confinement: Confinement) -> Result<ProcessGroup, SpawnError> {
    let (tx, rx) = oneshot::channel();
    let runtime = Handle::current();
    let start = move || {
        let _entered = runtime.enter();
        let group = confine(&confinement).and_then(|()| Ok(ProcessGroup::spawn(command)?));
        // Where whoever waited has gone, before or after this, the command goes with what is dropped.
        let _ = tx.send(group);
    };
    std::thread::Builder::new().name("sandbox".to_owned()).spawn(start)?;
    rx.await.map_err(|_| io::Error::other("the thread that starts confined commands panicked"))?
}

/// Confines the calling thread, and all that it starts from here on.
fn confine(confinement: &Confinement) -> Result<(), SpawnError> {
    files(confinement)?;
    if !confinement.network {
        let filter = network_filter().map_err(|error| refused(&error))?;
        seccompiler::apply_filter(&filter).map_err(|error| refused(&error))?;
    }
    Ok(())
}

/// Reading stays free everywhere, writing only below the writable roots. Nothing outside can be signalled.
fn files(confinement: &Confinement) -> Result<(), SpawnError> {
    // Truncating came with the third version, and counts as writing.
    let writing = AccessFs::from_write(ABI::V3);
    let mut ruleset = Ruleset::default()
        .handle_access(writing)
        .and_then(|ruleset| ruleset.scope(Scope::Signal))
        .and_then(Ruleset::create)
        .map_err(|error| refused(&error))?;
    let roots = confinement.writable.iter().map(std::path::PathBuf::as_path);
    for path in roots.chain(DEVICES.iter().map(std::path::Path::new)) {
        // A root that is not there cannot be written to either.
        let Ok(folder) = PathFd::new(path) else { continue };
        let access = if path.is_dir() { writing } else { AccessFs::from_file(ABI::V3) & writing };
        ruleset = ruleset.add_rule(PathBeneath::new(folder, access)).map_err(|error| refused(&error))?;
    }
    let status = ruleset.restrict_self().map_err(|error| refused(&error))?;
    if status.ruleset == RulesetStatus::NotEnforced {
        return Err(SpawnError::Unavailable { reason: "its kernel has no Landlock (Linux 5.13)".to_owned() });
    }
    Ok(())
}

/// No socket but a stream to a process that is a child anyway: none of the internet, none with a name.
fn network_filter() -> Result<BpfProgram, seccompiler::BackendError> {
    let dword =
        |argument, operator, value| SeccompCondition::new(argument, SeccompCmpArgLen::Dword, operator, value);
    let domain = |operator| dword(0, operator, libc::AF_UNIX as u64);
    let datagram = dword(1, SeccompCmpOp::MaskedEq(0xf), libc::SOCK_DGRAM as u64)?;
    let socket = vec![
        SeccompRule::new(vec![domain(SeccompCmpOp::Ne)?])?,
        // A datagram needs no connection, so its receiver could not be checked.
        SeccompRule::new(vec![datagram])?,
    ];
    let mut rules = BTreeMap::from([(libc::SYS_socket, socket)]);
    let whole = [
        libc::SYS_connect,
        libc::SYS_bind,
        libc::SYS_listen,
        libc::SYS_accept,
        libc::SYS_accept4,
        // It does all of these by itself, past any filter.
        libc::SYS_io_uring_setup,
    ];
    rules.extend(whole.map(|call| (call, Vec::new())));
    #[cfg(target_arch = "x86_64")]
    rules.extend(rules.clone().into_iter().map(|(call, rules)| (call | X32, rules)));
    let denied = SeccompAction::Errno(libc::EPERM as u32);
    SeccompFilter::new(rules, SeccompAction::Allow, denied, std::env::consts::ARCH.try_into()?)?.try_into()
}

fn refused(error: &dyn std::error::Error) -> SpawnError {
    SpawnError::Refused { reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    use std::{future::poll_fn, os::fd::OwnedFd, process::Stdio, time::Duration};

    use tokio::{io::AsyncReadExt, net::unix::pipe::Receiver};

    use super::*;

    #[tokio::test]
    async fn a_command_that_nobody_waits_for_any_more_is_gone_even_before_it_was_handed_over() {
        let (reader, writer) = io::pipe().unwrap();
        let mut output = Receiver::from_owned_fd(OwnedFd::from(reader)).unwrap();
        let mut command = Command::new("/bin/sh");
        command.args(["-c", "echo begun; sleep 1000"]).stdout(writer).stderr(Stdio::null());
        let confinement = Confinement { writable: Vec::new(), network: false };
        let mut starting = Box::pin(spawn(command, confinement));
        let polled = poll_fn(|cx| std::task::Poll::Ready(starting.as_mut().poll(cx).is_pending()));
        assert!(polled.await, "a thread takes longer than that");
        let mut begun = [0; 6];
        output.read_exact(&mut begun).await.unwrap();
        drop(starting);
        // The pipe ends once nobody holds its other end: neither the shell, nor what it started.
        let ended = tokio::time::timeout(Duration::from_secs(20), output.read(&mut begun)).await;
        assert_eq!(ended.expect("the command goes on").unwrap(), 0);
    }
}

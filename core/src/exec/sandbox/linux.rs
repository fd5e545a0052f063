//! The Linux sandbox: Landlock for files, a seccomp filter for the network. Both bind the calling thread and whatever it
//! starts, for good.

use std::collections::BTreeMap;

use landlock::{
    ABI, AccessFs, PathBeneath, PathFd, Ruleset, RulesetAttr, RulesetCreatedAttr, RulesetStatus, Scope,
};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
};

use super::{Confinement, SandboxError};

/// Devices that a command may write to wherever it may write.
const DEVICES: [&str; 4] = ["/dev/null", "/dev/zero", "/dev/full", "/dev/tty"];

/// The bit that marks a system call of the x32 interface, which would go past rules for its plain number.
#[cfg(target_arch = "x86_64")]
const X32: i64 = 0x4000_0000;

/// Confines the calling thread, and all that it starts from here on.
pub(crate) fn confine(confinement: &Confinement) -> Result<(), SandboxError> {
    files(confinement)?;
    if !confinement.network {
        let filter = network_filter().map_err(|error| refused(&error))?;
        seccompiler::apply_filter(&filter).map_err(|error| refused(&error))?;
    }
    Ok(())
}

/// Reading stays free everywhere, writing only below the writable roots. Nothing outside can be signalled.
fn files(confinement: &Confinement) -> Result<(), SandboxError> {
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
        return Err(SandboxError::Unavailable {
            reason: "its kernel has no Landlock (Linux 5.13)".to_owned(),
        });
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

fn refused(error: &dyn std::error::Error) -> SandboxError {
    SandboxError::Refused { reason: error.to_string() }
}

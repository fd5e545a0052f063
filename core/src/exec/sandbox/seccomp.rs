//! System calls that a confined command may not make: on the network, on other processes, on terminals, on the system.

use std::collections::BTreeMap;

use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
};

use super::SpawnError;

/// The bit that marks a system call of the x32 interface, which would go past rules for its plain number.
#[cfg(target_arch = "x86_64")]
const X32: i64 = 0x4000_0000;

/// Types of sockets that reach nobody without being connected.
const CONNECTED: [i32; 2] = [libc::SOCK_STREAM, libc::SOCK_SEQPACKET];

type Rules = BTreeMap<i64, Vec<SeccompRule>>;

/// Filters the system calls of the calling thread and whatever it starts.
pub(super) fn apply(network: bool) -> Result<(), SpawnError> {
    let filter = filter(network).map_err(|error| refused(&error))?;
    seccompiler::apply_filter(&filter).map_err(|error| refused(&error))
}

fn filter(network: bool) -> Result<BpfProgram, seccompiler::BackendError> {
    let mut rules = always()?;
    rules.extend(if network { online()? } else { offline()? });
    #[cfg(target_arch = "x86_64")]
    rules.extend(rules.clone().into_iter().map(|(call, rules)| (call | X32, rules)));
    let denied = SeccompAction::Errno(libc::EPERM as u32);
    SeccompFilter::new(rules, SeccompAction::Allow, denied, std::env::consts::ARCH.try_into()?)?.try_into()
}

/// What no confined command needs.
fn always() -> Result<Rules, seccompiler::BackendError> {
    let mut rules = Rules::new();
    // Limits and scheduling of others; of oneself they have no number.
    for (call, argument) in [
        (libc::SYS_prlimit64, 0),
        (libc::SYS_sched_setaffinity, 0),
        (libc::SYS_sched_setattr, 0),
        (libc::SYS_sched_setparam, 0),
        (libc::SYS_sched_setscheduler, 0),
        (libc::SYS_setpriority, 1),
        (libc::SYS_ioprio_set, 1),
        (libc::SYS_move_pages, 0),
        (libc::SYS_migrate_pages, 0),
    ] {
        rules.insert(call, vec![rule(&[dword(argument, SeccompCmpOp::Ne, 0)?])?]);
    }
    // Typing into a terminal, which a shell or the user would take for the user's own.
    let mut ioctls = Vec::new();
    for request in [libc::TIOCSTI, libc::TIOCLINUX] {
        ioctls.push(rule(&[dword(1, SeccompCmpOp::Eq, request)?])?);
    }
    rules.insert(libc::SYS_ioctl, ioctls);
    for call in [
        libc::SYS_acct,
        libc::SYS_add_key,
        libc::SYS_adjtimex,
        libc::SYS_bpf,
        libc::SYS_clock_adjtime,
        libc::SYS_clock_settime,
        libc::SYS_delete_module,
        libc::SYS_finit_module,
        libc::SYS_init_module,
        // It does many of these by itself, past any filter.
        libc::SYS_io_uring_setup,
        libc::SYS_kexec_load,
        libc::SYS_keyctl,
        libc::SYS_open_by_handle_at,
        libc::SYS_perf_event_open,
        libc::SYS_pidfd_getfd,
        libc::SYS_quotactl,
        libc::SYS_reboot,
        libc::SYS_request_key,
        libc::SYS_setdomainname,
        libc::SYS_sethostname,
        libc::SYS_settimeofday,
        libc::SYS_swapoff,
        libc::SYS_swapon,
        libc::SYS_syslog,
    ] {
        rules.insert(call, Vec::new());
    }
    Ok(rules)
}

/// Sockets of the internet, and what asks for its addresses. Whoever listens on a unix socket may do for a command what it may
/// not do itself: containers, desktops, agents of keys, this server.
fn online() -> Result<Rules, seccompiler::BackendError> {
    let mut foreign = Vec::new();
    for family in [libc::AF_INET, libc::AF_INET6, libc::AF_NETLINK] {
        foreign.push(dword(0, SeccompCmpOp::Ne, family as u64)?);
    }
    Ok(Rules::from([(libc::SYS_socket, vec![rule(&foreign)?])]))
}

/// No socket but a stream to a process that is a child anyway: none of the internet, none with a name.
fn offline() -> Result<Rules, seccompiler::BackendError> {
    let foreign = || dword(0, SeccompCmpOp::Ne, libc::AF_UNIX as u64);
    // A datagram needs no connection, so its receiver could not be checked. The kernel takes other numbers for one too.
    let mut types = Vec::new();
    for kind in (0..=0xf).filter(|kind| !CONNECTED.contains(kind)) {
        types.push(rule(&[dword(1, SeccompCmpOp::MaskedEq(0xf), kind as u64)?])?);
    }
    let mut sockets = types;
    sockets.push(rule(&[foreign()?])?);
    let mut rules = Rules::from([(libc::SYS_socket, sockets.clone()), (libc::SYS_socketpair, sockets)]);
    let whole = [libc::SYS_connect, libc::SYS_bind, libc::SYS_listen, libc::SYS_accept, libc::SYS_accept4];
    rules.extend(whole.map(|call| (call, Vec::new())));
    Ok(rules)
}

fn dword(
    argument: u8,
    operator: SeccompCmpOp,
    value: u64,
) -> Result<SeccompCondition, seccompiler::BackendError> {
    SeccompCondition::new(argument, SeccompCmpArgLen::Dword, operator, value)
}

fn rule(conditions: &[SeccompCondition]) -> Result<SeccompRule, seccompiler::BackendError> {
    SeccompRule::new(conditions.to_vec())
}

fn refused(error: &dyn std::error::Error) -> SpawnError {
    SpawnError::Refused { reason: error.to_string() }
}

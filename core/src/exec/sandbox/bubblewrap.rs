//! The Linux sandbox with namespaces of its own: bubblewrap for files, processes and devices, a filter for system calls.

use std::{
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
    process::Stdio,
    sync::Arc,
};

use super::{
    Capabilities, Confinement, Launch, Sandbox, SpawnError, SpawnFuture, confined_thread,
    roots::{Root, Roots},
    seccomp,
};

/// Where the program is looked for: never in a folder of the user's.
const PROGRAMS: [&str; 3] = ["/usr/bin/bwrap", "/bin/bwrap", "/usr/local/bin/bwrap"];

/// Bubblewrap and a filter for system calls.
#[derive(Clone, Debug)]
pub(crate) struct Bubblewrap {
    program: PathBuf,
    roots: Arc<Roots>,
}

impl Bubblewrap {
    /// The one that is installed, if there is one.
    pub(super) fn installed() -> Option<Self> {
        let program = PROGRAMS.map(PathBuf::from).into_iter().find(|program| program.is_file())?;
        Some(Self { program, roots: Arc::default() })
    }
}

impl Sandbox for Bubblewrap {
    fn capabilities(&self) -> Capabilities {
        let confinement =
            Confinement { writable: Vec::new(), protected: Vec::new(), hidden: Vec::new(), network: false };
        let mut probe = std::process::Command::new(&self.program);
        probe.args(arguments(&[], &confinement)).args(["--", "/bin/sh", "-c", "exit 0"]);
        probe.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        // Under the filter, as commands are.
        let tried = confined_thread::attempt(move || {
            seccomp::apply(false)?;
            let output = probe.output()?;
            let reason = || String::from_utf8_lossy(&output.stderr).trim().to_owned();
            if output.status.success() { Ok(()) } else { Err(SpawnError::Refused { reason: reason() }) }
        });
        Capabilities { unavailable: tried, gaps: Vec::new() }
    }

    fn spawn(&self, launch: Launch, confinement: Confinement) -> SpawnFuture<'_> {
        Box::pin(async move {
            let mut before = vec![self.program.clone().into_os_string()];
            before.extend(arguments(&self.roots.open(&confinement)?, &confinement));
            before.extend(["--chdir".into(), launch.cwd.clone().into_os_string(), "--".into()]);
            let command = launch.command(before)?;
            confined_thread::spawn(command, move || seccomp::apply(confinement.network)).await
        })
    }
}

/// What bubblewrap is told: all is there to read, the writable folders to write, what is protected in them not; its own
/// processes, devices and semaphores, no capabilities, no terminal.
fn arguments(roots: &[Root], confinement: &Confinement) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = Vec::new();
    let mut add = |words: &[&OsStr]| arguments.extend(words.iter().map(|word| (*word).to_owned()));
    let word = OsStr::new;
    add(&[
        word("--unshare-pid"),
        word("--unshare-ipc"),
        word("--unshare-uts"),
        word("--cap-drop"),
        word("ALL"),
    ]);
    add(&[word("--ro-bind"), word("/"), word("/")]);
    for root in roots {
        add(&[word("--bind"), root.path.as_os_str(), root.path.as_os_str()]);
    }
    let is_kept = |path: &&PathBuf| path.symlink_metadata().is_ok_and(|about| !about.is_symlink());
    for path in confinement.protected.iter().filter(is_kept) {
        add(&[word("--ro-bind"), path.as_os_str(), path.as_os_str()]);
    }
    // Where they really are: what is mounted on a link lands behind it.
    for path in confinement.hidden.iter().filter_map(|path| path.canonicalize().ok()) {
        if path.is_dir() {
            add(&[word("--tmpfs"), path.as_os_str(), word("--remount-ro"), path.as_os_str()]);
        } else {
            add(&[word("--ro-bind"), word("/dev/null"), path.as_os_str()]);
        }
    }
    add(&[word("--dev"), word("/dev"), word("--tmpfs"), word("/dev/shm")]);
    if Path::new("/dev/tty").exists() {
        add(&[word("--dev-bind"), word("/dev/null"), word("/dev/tty")]);
    }
    add(&[word("--remount-ro"), word("/dev"), word("--proc"), word("/proc")]);
    // Settings of the system belong to root, which needs no capability to change them.
    for path in ["/proc/sys", "/proc/sysrq-trigger", "/proc/fs", "/proc/acpi"] {
        if Path::new(path).exists() {
            add(&[word("--ro-bind"), word(path), word(path)]);
        }
    }
    arguments
}

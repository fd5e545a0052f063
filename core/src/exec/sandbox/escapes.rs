//! Attempts to leave the sandboxes: one line each. Every attempt fails, whatever holds it.

#![expect(clippy::unwrap_used, reason = "all of it is a test")]

use std::{fs, path::Path, sync::Arc, time::Duration};

use super::{Bubblewrap, Confinement, Landlock, Sandbox};
use crate::exec::{ExecRequest, Executor};

/// What holds it: both, or the one with namespaces alone.
#[derive(Clone, Copy, PartialEq)]
enum By {
    Both,
    Bubblewrap,
}
use By::{Both, Bubblewrap as Namespaces};

/// The same where the network is allowed.
const ONLINE_ATTEMPTS: &[(By, &str)] = &[
    // Whoever listens on a unix socket may do for a command what the sandbox keeps it from: containers, desktops, this server.
    (
        Both,
        "python3 -c \"import socket;socket.socket(socket.AF_UNIX).connect('$O/socket')\" 2>/dev/null && echo OUT",
    ),
    (
        Both,
        "python3 -c \"import socket;socket.socket(socket.AF_UNIX).connect('\\0codex')\" 2>/dev/null && echo OUT",
    ),
    (
        Both,
        "python3 -c \"import socket;socket.socket(socket.AF_UNIX,socket.SOCK_DGRAM)\" 2>/dev/null && echo OUT",
    ),
    (
        Both,
        "python3 -c \"import socket;socket.socket(socket.AF_PACKET,socket.SOCK_RAW)\" 2>/dev/null && echo OUT",
    ),
    (Both, "python3 -c \"import socket;socket.socket(socket.AF_VSOCK)\" 2>/dev/null && echo OUT"),
    (Both, "cat $O/private/token 2>/dev/null && echo OUT"),
    (Both, "echo x > $O/file && echo OUT"),
    (Both, "kill -0 $S && echo OUT"),
];

/// A script; it has got out if it prints `OUT` or changes what is outside. `$W` is the working directory, `$O` a folder
/// outside, `$S` this process.
const ATTEMPTS: &[(By, &str)] = &[
    // Files outside.
    (Both, "echo x > $O/file && echo OUT"),
    (Both, "echo x >> $O/file && echo OUT"),
    (Both, "touch $O/new && echo OUT"),
    (Both, "rm -f $O/file; [ -e $O/file ] || echo OUT"),
    (Both, "mv $O/file $W/ && echo OUT"),
    (Both, "mv $O/file $O/other && echo OUT"),
    (Both, "cp /etc/hostname $O/copy && echo OUT"),
    (Both, "mkdir $O/dir && echo OUT"),
    (Both, "rmdir $O/empty && echo OUT"),
    (Both, "ln -s / $O/link && echo OUT"),
    (Both, "ln $O/file $O/hard && echo OUT"),
    (Both, "ln $O/file $W/hard && echo OUT"),
    (Both, "mkfifo $O/pipe && echo OUT"),
    (Both, "truncate -s 0 $O/file && echo OUT"),
    (Both, "dd if=/dev/zero of=$O/file bs=1 count=1 2>/dev/null && echo OUT"),
    (Both, "dd if=/dev/null of=$O/file conv=notrunc 2>/dev/null && echo OUT"),
    (Both, "tee $O/file </dev/null && echo OUT"),
    (Both, "sed -i s/k/x/ $O/file && echo OUT"),
    (Both, "install -m 644 /etc/hostname $O/i && echo OUT"),
    (Both, "tar -C $O -xf <(tar -C /etc -c hostname) && echo OUT"),
    (Both, "exec 3<>$O/file && echo OUT"),
    (Both, "echo x 1<>$O/file && echo OUT"),
    (Both, "cd $O && echo x > file && echo OUT"),
    (Both, "cd $W && echo x > ../outside/file && echo OUT"),
    (Both, "ln -s $O $W/l && echo x > $W/l/file && echo OUT"),
    (Both, "ln -s $O/file $W/f && echo x > $W/f && echo OUT"),
    (Both, "echo x > /proc/self/root$O/file && echo OUT"),
    (Both, "echo x > /proc/self/cwd/../outside/file && echo OUT"),
    (Both, "echo x > /proc/$S/root$O/file && echo OUT"),
    (Both, "echo x > /proc/$S/cwd/Cargo.toml && echo OUT"),
    (Both, "echo x > /etc/codex-escape && echo OUT"),
    (Both, "echo x > /usr/codex-escape && echo OUT"),
    (Both, "echo x > ~/.codex-escape && echo OUT"),
    (Both, "echo x > /codex-escape && echo OUT"),
    (Both, "echo x > /var/tmp/codex-escape && echo OUT"),
    (Both, "echo x > /run/codex-escape && echo OUT"),
    (Both, "bash -c 'echo x > $0/file' $O && echo OUT"),
    (Both, "env -i /bin/sh -c \"echo x > $O/file\" && echo OUT"),
    (Both, "setsid -w sh -c \"echo x > $O/file\" && echo OUT"),
    (Both, "(echo x > $O/file) & wait $! && echo OUT"),
    (Both, "nohup sh -c \"echo x > $O/file\" 2>/dev/null && echo OUT"),
    (Both, "find $O -name file -delete; [ -e $O/file ] || echo OUT"),
    (Both, "python3 -c \"open('$O/file','w')\" 2>/dev/null && echo OUT"),
    (Both, "perl -e \"unlink '$O/file' or exit 1\" && echo OUT"),
    (Namespaces, "chmod 777 $O/file && echo OUT"),
    (Namespaces, "chmod u+s $O/file && echo OUT"),
    (Namespaces, "chmod 000 $O && echo OUT"),
    (Namespaces, "touch -d 2001-01-01 $O/file && echo OUT"),
    (Namespaces, "python3 -c \"import os; os.setxattr('$O/file','user.a',b'b')\" 2>/dev/null && echo OUT"),
    (Namespaces, "python3 -c \"import os; os.utime('$O/file',(1,1))\" 2>/dev/null && echo OUT"),
    // What is hidden.
    (Both, "cat $O/private/token 2>/dev/null && echo OUT"),
    (Both, "cat < $O/private/token 2>/dev/null && echo OUT"),
    (Both, "grep -rq secret $O && echo OUT"),
    (Both, "cp $O/private/token $W/t 2>/dev/null && grep -q secret $W/t && echo OUT"),
    (Both, "ln -s $O/private $W/p && cat $W/p/token 2>/dev/null && echo OUT"),
    (Both, "cd $O/private 2>/dev/null; cat token 2>/dev/null && echo OUT"),
    (Both, "cat /proc/self/root$O/private/token 2>/dev/null && echo OUT"),
    (Both, "cat /proc/$S/root$O/private/token 2>/dev/null && echo OUT"),
    (Both, "cat $W/link/token 2>/dev/null && echo OUT"),
    (Both, "grep -q secret $O/login && echo OUT"),
    (Both, "python3 -c \"import os;os.execv('$O/private/program',['x'])\" 2>/dev/null && echo OUT"),
    (
        Both,
        "unshare -rm sh -c \"umount $O/private; grep -q secret $O/private/token && echo OUT\" 2>/dev/null",
    ),
    // What is protected inside.
    (Namespaces, "echo x > $W/.git/hooks/pre-commit && echo OUT"),
    (Namespaces, "echo x >> $W/.git/config && echo OUT"),
    (Namespaces, "mv $W/.git $W/git && echo OUT"),
    (Namespaces, "rm -rf $W/.git; [ -e $W/.git/config ] || echo OUT"),
    (Namespaces, "echo x > $W/home/config.toml && echo OUT"),
    (Namespaces, "mv $W/home $W/h && echo OUT"),
    // More rights.
    (Both, "mount -t tmpfs none $W && echo OUT"),
    (Both, "mount --bind / $W && echo OUT"),
    (Both, "mount -o remount,rw / && echo OUT"),
    (Both, "umount / && echo OUT"),
    (Both, "chroot / /bin/true && echo OUT"),
    (Both, "cat /proc/sys/kernel/core_pattern > /proc/sys/kernel/core_pattern && echo OUT"),
    (Both, "chown 12345 $W/own && echo OUT"),
    (Both, "mknod $W/sda b 8 0 && echo OUT"),
    (Both, "mknod $W/mem c 1 1 && echo OUT"),
    (Both, "date -s \"$(date)\" >/dev/null 2>&1 && echo OUT"),
    (Both, "nice -n -5 true 2>&1 | grep -q cannot || echo OUT"),
    (Both, "cat /proc/sys/vm/swappiness > /proc/sys/vm/swappiness && echo OUT"),
    (Both, "exec 3> /proc/sysrq-trigger && echo OUT"),
    (Both, "echo -1000 > /proc/$S/oom_score_adj && echo OUT"),
    (Both, "echo \"$(cat /proc/sys/kernel/hostname)\" > /proc/sys/kernel/hostname && echo OUT"),
    (Both, "hostname \"$(hostname)\" 2>/dev/null && echo OUT"),
    (Both, "dmesg >/dev/null 2>&1 && echo OUT"),
    (Both, "grep -E 'Cap(Eff|Prm|Inh|Amb)' /proc/self/status | grep -vq 0000000000000000 && echo OUT"),
    (Both, "grep NoNewPrivs /proc/self/status | grep -q 1 || echo OUT"),
    (Both, "grep -q 'Seccomp:.2' /proc/self/status || echo OUT"),
    (Both, "unshare -r mount --bind / $W 2>/dev/null && echo OUT"),
    (Both, "unshare -rm sh -c \"mount -t tmpfs none $O && echo OUT\""),
    (Both, "unshare -rm sh -c \"mount -o remount,rw / && echo x > $O/file && echo OUT\""),
    (Both, "nsenter -t $S -m true 2>/dev/null && echo OUT"),
    (Both, "nsenter -t 1 -a true 2>/dev/null && echo OUT"),
    (Both, "su -c true nobody </dev/null 2>/dev/null && echo OUT"),
    (Both, "sudo -n true 2>/dev/null && echo OUT"),
    // Other processes.
    (Both, "kill -0 $S && echo OUT"),
    (Both, "kill -CONT $S && echo OUT"),
    (Both, "kill -CONT -- -$G && echo OUT"),
    (Both, "prlimit --pid $S --nofile=10 && echo OUT"),
    (Both, "prlimit --pid $S >/dev/null 2>&1 && echo OUT"),
    (Both, "renice -n 19 -p $S && echo OUT"),
    (Both, "taskset -p 1 $S && echo OUT"),
    (Both, "chrt -i -p 0 $S && echo OUT"),
    (Both, "ionice -c3 -p $S && echo OUT"),
    (Both, "gdb -p $S -batch 2>&1 | grep -q attached && echo OUT"),
    (Both, "strace -p $S -o /dev/null 2>&1 | grep -q attached && echo OUT"),
    (Both, "echo x > /proc/$S/mem && echo OUT"),
    (Both, "dd if=/proc/$S/mem bs=1 count=0 2>/dev/null && echo OUT"),
    (Both, "cat /proc/$S/environ >/dev/null 2>&1 && grep -qz CODEX_ESCAPE /proc/$S/environ && echo OUT"),
    (Both, "echo x > /proc/$S/fd/1 && echo OUT"),
    (Both, "echo x > /proc/$S/comm && echo OUT"),
    (Namespaces, "ls /proc/$S/fd >/dev/null && echo OUT"),
    (Namespaces, "[ -d /proc/$S ] && grep -q codex /proc/$S/comm && echo OUT"),
    (Namespaces, "ipcmk -M 100 >/dev/null && ipcs -m -i 0 | grep -q codex && echo OUT"),
    // Terminals and devices.
    (Both, "echo x > /dev/pts/0 && echo OUT"),
    (Both, "echo x > /dev/console && echo OUT"),
    (Both, "echo x > /dev/tty1 && echo OUT"),
    (Both, "echo x > /dev/kmsg && echo OUT"),
    (Both, "head -c1 /dev/mem >/dev/null 2>&1 && echo OUT"),
    (
        Both,
        "for d in /dev/sd? /dev/vd? /dev/nvme?n?; do [ -b $d ] && dd if=/dev/null of=$d conv=notrunc && echo OUT; done",
    ),
    (Both, "python3 -c \"import fcntl,termios;fcntl.ioctl(0,termios.TIOCSTI,b'x')\" 2>/dev/null && echo OUT"),
    (
        Both,
        "script -qc true /dev/null >/dev/null 2>&1; echo x > /dev/tty && [ -c /dev/tty ] && tty -s </dev/tty && echo OUT",
    ),
    // The network.
    (Both, "exec 3<>/dev/tcp/127.0.0.1/$P && echo OUT"),
    (Both, "exec 3<>/dev/udp/127.0.0.1/$P && echo OUT"),
    (Both, "bash -c \"echo x > /dev/tcp/127.0.0.1/$P\" && echo OUT"),
    (Both, "python3 -c \"import socket;socket.socket()\" 2>/dev/null && echo OUT"),
    (Both, "python3 -c \"import socket;socket.socket(socket.AF_INET6)\" 2>/dev/null && echo OUT"),
    (
        Both,
        "python3 -c \"import socket;socket.socket(socket.AF_INET,socket.SOCK_RAW,1)\" 2>/dev/null && echo OUT",
    ),
    (
        Both,
        "python3 -c \"import socket;socket.socket(socket.AF_PACKET,socket.SOCK_RAW)\" 2>/dev/null && echo OUT",
    ),
    (
        Both,
        "python3 -c \"import socket;socket.socket(socket.AF_NETLINK,socket.SOCK_RAW)\" 2>/dev/null && echo OUT",
    ),
    (Both, "python3 -c \"import socket;socket.socket(socket.AF_VSOCK)\" 2>/dev/null && echo OUT"),
    (
        Both,
        "python3 -c \"import socket;socket.socket(socket.AF_UNIX,socket.SOCK_DGRAM)\" 2>/dev/null && echo OUT",
    ),
    (
        Both,
        "python3 -c \"import socket;socket.socket(socket.AF_UNIX,socket.SOCK_RAW)\" 2>/dev/null && echo OUT",
    ),
    (
        Both,
        "python3 -c \"import socket;socket.socketpair(socket.AF_UNIX,socket.SOCK_DGRAM)\" 2>/dev/null && echo OUT",
    ),
    (
        Both,
        "python3 -c \"import socket;socket.socket(socket.AF_UNIX).connect('$O/socket')\" 2>/dev/null && echo OUT",
    ),
    (
        Both,
        "python3 -c \"import socket;socket.socket(socket.AF_UNIX).connect('\\0codex')\" 2>/dev/null && echo OUT",
    ),
    (Both, "python3 -c \"import socket;socket.socket(socket.AF_UNIX).bind('$W/s')\" 2>/dev/null && echo OUT"),
];

/// Runs a script where the working directory can be written, and returns what it prints.
async fn run(sandbox: &Arc<dyn Sandbox>, script: &str, top: &Path, network: bool) -> String {
    let cwd = top.join("work");
    let confinement = Confinement {
        writable: vec![cwd.clone()],
        protected: vec![cwd.join(".git"), cwd.join("home")],
        hidden: vec![top.join("outside/private"), top.join("outside/login")],
        network,
    };
    let words = ["/bin/bash", "-c", script];
    let request = ExecRequest { words: &words, cwd: &cwd, confinement: Some(confinement) };
    let mut output = String::new();
    let executor = Executor::with(Arc::clone(sandbox));
    executor.run(request, Duration::from_secs(20), |text| output.push_str(text)).await.unwrap();
    output
}

/// The sandboxes of this system, by name.
fn sandboxes() -> Vec<(&'static str, Arc<dyn Sandbox>)> {
    let mut sandboxes: Vec<(_, Arc<dyn Sandbox>)> = vec![("landlock", Arc::new(Landlock::default()))];
    if let Some(bubblewrap) = Bubblewrap::installed() {
        sandboxes.push(("bubblewrap", Arc::new(bubblewrap)));
    }
    sandboxes.retain(|(name, sandbox)| {
        let unavailable = sandbox.capabilities().unavailable;
        if let Some(reason) = &unavailable {
            tracing::warn!(name, reason, "not tried here");
        }
        unavailable.is_none()
    });
    sandboxes
}

/// A working directory with a repository and a folder of the server's, and a folder outside of it.
fn world() -> tempfile::TempDir {
    let top = tempfile::tempdir().unwrap();
    for folder in ["work/.git/hooks", "work/home", "outside/empty", "outside/private"] {
        fs::create_dir_all(top.path().join(folder)).unwrap();
    }
    for file in ["work/own", "work/.git/config", "work/home/config.toml", "outside/file"] {
        fs::write(top.path().join(file), "kept").unwrap();
    }
    for file in ["outside/private/token", "outside/login"] {
        fs::write(top.path().join(file), "secret").unwrap();
    }
    std::os::unix::fs::symlink("../outside/private", top.path().join("work/link")).unwrap();
    top
}

/// All that is outside, with what can be told of it.
fn outside(top: &Path) -> String {
    use std::os::unix::fs::MetadataExt;
    let mut found = Vec::new();
    for folder in ["outside", "work/.git", "work/home"] {
        for entry in fs::read_dir(top.join(folder)).unwrap() {
            let entry = entry.unwrap();
            let about = entry.metadata().unwrap();
            let text =
                if about.is_file() { fs::read_to_string(entry.path()).unwrap() } else { String::new() };
            found.push(format!(
                "{folder} {} {:o} {} {text}",
                entry.file_name().display(),
                about.mode(),
                about.mtime()
            ));
        }
    }
    found.sort();
    found.join("\n")
}

#[tokio::test]
async fn no_attempt_gets_out() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let own = std::process::id();
    assert!(ATTEMPTS.len() >= 120, "{}", ATTEMPTS.len());
    let mut out = Vec::new();
    for (name, sandbox) in sandboxes() {
        let top = world();
        let _socket = std::os::unix::net::UnixListener::bind(top.path().join("outside/socket")).unwrap();
        let before = outside(top.path());
        let offline = ATTEMPTS.iter().map(|attempt| (attempt, false));
        for ((by, script), network) in offline.chain(ONLINE_ATTEMPTS.iter().map(|attempt| (attempt, true))) {
            if *by == Namespaces && name != "bubblewrap" {
                continue;
            }
            let path = top.path().display();
            let variables = format!("W={path}/work O={path}/outside S={own} G={own} P={port}; ");
            let printed = run(&sandbox, &(variables + script), top.path(), network).await;
            if printed.contains("OUT\n") || outside(top.path()) != before {
                out.push(format!("{name}, network {network}: {script}\n{printed}"));
            }
        }
    }
    assert!(out.is_empty(), "{}", out.join("\n"));
}

#[tokio::test]
async fn what_is_allowed_works() {
    for (name, sandbox) in sandboxes() {
        for (script, expected) in [
            ("echo x > file && cat file", "x\n"),
            ("mkdir -p a/b && mv file a/b && ls a/b", "file\n"),
            ("rm -r a && ls", "home\nlink\nown\n"),
            ("echo x > /dev/null && echo ok", "ok\n"),
            ("cat /etc/hostname >/dev/null && echo ok", "ok\n"),
            ("cat .git/config", "kept"),
            ("exit_code() { return 3; }; exit_code; echo $?", "3\n"),
            ("sleep 0.01 & wait; echo done", "done\n"),
            ("echo a | (cat; echo b) | sort -r", "b\na\n"),
            ("ulimit -n 64 && ulimit -n", "64\n"),
            ("diff <(echo a) <(echo a) && echo same", "same\n"),
            (
                "python3 -c 'import socket; a,b=socket.socketpair(); a.send(b\"x\"); print(b.recv(1).decode())'",
                "x\n",
            ),
            ("mktemp -p . >/dev/null && echo ok", "ok\n"),
            ("kill -TERM $$", ""),
        ] {
            let top = world();
            for (earlier, made) in [("mv file", "work/file"), ("rm -r a", "work/a")] {
                if script.contains(earlier) {
                    if made.ends_with('a') {
                        fs::create_dir(top.path().join(made)).unwrap();
                    } else {
                        fs::write(top.path().join(made), "").unwrap();
                    }
                }
            }
            assert_eq!(run(&sandbox, script, top.path(), false).await, expected, "{name}: {script}");
        }
    }
}

#[tokio::test]
async fn the_network_is_there_where_it_is_allowed() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let script = format!("exec 3<>/dev/tcp/127.0.0.1/{} && echo open", listener.local_addr().unwrap().port());
    for (name, sandbox) in sandboxes() {
        let top = world();
        assert_eq!(run(&sandbox, &script, top.path(), true).await, "open\n", "{name}");
    }
}

//! Whether a script may destroy what cannot be had back, or run what is hidden from those who read it.

use super::{
    syntax::{Command, Syntax, Word},
    unwrap::{Run, Unwrapped, name, unwrap},
};

/// Programs that destroy whatever they are given.
const DESTROYS: &[&str] = &[
    "blkdiscard",
    "cfdisk",
    "cryptsetup",
    "dropdb",
    "fdisk",
    "halt",
    "killall",
    "lvremove",
    "mke2fs",
    "mkswap",
    "parted",
    "pkill",
    "poweroff",
    "pvremove",
    "reboot",
    "rimraf",
    "rmmod",
    "sfdisk",
    "sgdisk",
    "shred",
    "shutdown",
    "srm",
    "unlink",
    "userdel",
    "vgremove",
    "wipe",
    "wipefs",
    "truncate",
    "crontab",
];

/// Subcommands that destroy: the program and the words that come first, in order.
const DESTROYING: &[(&str, &[&str])] = &[
    ("docker", &["system", "prune"]),
    ("docker", &["volume", "rm"]),
    ("docker", &["rm"]),
    ("kubectl", &["delete"]),
    ("terraform", &["destroy"]),
    ("zfs", &["destroy"]),
    ("zpool", &["destroy"]),
    ("npx", &["rimraf"]),
];

/// Whether a script is dangerous. One that cannot be parsed is.
pub(super) fn is_dangerous(syntax: &Syntax, depth: usize) -> bool {
    !syntax.whole
        || syntax.written.iter().any(|written| !written.appended && is_elsewhere(&written.file))
        || syntax.commands.iter().any(|command| is_dangerous_command(command, depth))
}

fn is_dangerous_command(command: &Command, depth: usize) -> bool {
    match unwrap(command).run {
        Run::Script(script) => depth == 0 || is_dangerous(&super::syntax::parse(&script), depth - 1),
        Run::Program(command) => is_dangerous_program(&command, depth),
    }
}

fn is_dangerous_program(command: &Command, depth: usize) -> bool {
    let Some(program) = name(&command.words) else { return false };
    let words: Vec<&str> = command.words[1..].iter().map(|word| word.text().unwrap_or_default()).collect();
    let short = |letters: &[char]| {
        words.iter().any(|word| word.starts_with('-') && !word.starts_with("--") && word.contains(letters))
    };
    let long =
        |options: &[&str]| words.iter().any(|word| options.iter().any(|option| word.starts_with(option)));
    let listed = DESTROYING.iter().any(|(name, first)| *name == program && words.starts_with(first));
    listed
        || match program {
            "rm" => {
                short(&['f', 'r', 'R']) && (short(&['f']) || elsewhere_or_all(command)) || long(&["--force"])
            }
            "rmdir" => false,
            "dd" => words.iter().any(|word| word.starts_with("of=") && *word != "of=/dev/null"),
            "find" => words.contains(&"-delete") || find_runs(&command.words[1..], depth),
            "fd" | "fdfind" => short(&['x', 'X']) || long(&["--exec"]),
            "rsync" => long(&["--del", "--remove-source"]),
            "git" => git(&words),
            "chmod" | "chown" | "chgrp" => short(&['R']) && elsewhere_or_all(command),
            "kill" => words.contains(&"-1"),
            _ => DESTROYS.contains(&program) || program.starts_with("mkfs"),
        }
}

/// What `find` runs on what it finds.
fn find_runs(words: &[Word], depth: usize) -> bool {
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if matches!(word.text(), Some("-exec" | "-execdir" | "-ok" | "-okdir")) {
            let run: Vec<Word> =
                words.by_ref().take_while(|word| !matches!(word.text(), Some(";" | "+"))).cloned().collect();
            // On whatever is found, also a plain `rm` cannot be told beforehand.
            if matches!(unwrap(&Command { words: run.clone() }), Unwrapped { run: Run::Program(run), .. } if name(&run.words) == Some("rm"))
                || is_dangerous_command(&Command { words: run }, depth)
            {
                return true;
            }
        }
    }
    false
}

/// Forms of `git` that lose work, or run programs that stand in an option.
fn git(words: &[&str]) -> bool {
    let hidden = |word: &&str| {
        matches!(*word, "-c" | "--exec-path" | "--config-env")
            || word.starts_with("--exec-path=")
            || word.starts_with("--config-env=")
    };
    let mut at = 0;
    while let Some(word) = words.get(at).filter(|word| word.starts_with('-')) {
        at += if matches!(*word, "-C" | "-c" | "--git-dir" | "--work-tree" | "--config-env") { 2 } else { 1 };
    }
    let (global, rest) = words.split_at(at.min(words.len()));
    let has = |options: &[&str]| rest.iter().any(|word| options.contains(word));
    global.iter().any(hidden)
        || words
            .iter()
            .any(|word| word.starts_with("--ext-diff") || word.starts_with("--open-files-in-pager"))
        || match rest.first() {
            Some(&"reset") => has(&["--hard", "--merge", "--keep"]),
            Some(&"checkout") => has(&["-f", "--force", "--", "."]),
            Some(&"switch") => has(&["-f", "--force", "--discard-changes"]),
            Some(&"branch") => has(&["-D", "--force"]) || (has(&["-d", "--delete"]) && has(&["-f"])),
            Some(&"push") => {
                has(&["-f", "--force", "--mirror", "--delete", "-d"])
                    || rest.iter().any(|word| {
                        word.starts_with('+') || word.starts_with(':') || word.starts_with("--force")
                    })
            }
            Some(&("clean" | "filter-branch" | "restore" | "gc" | "prune")) => true,
            Some(&"stash") => has(&["drop", "clear"]),
            Some(&"reflog") => has(&["expire", "delete"]),
            Some(&"update-ref") => has(&["-d"]),
            Some(&"grep") => rest.iter().any(|word| word.starts_with("-O")),
            _ => false,
        }
}

/// Whether one of the files is outside of the workspace, all of it, or not known.
fn elsewhere_or_all(command: &Command) -> bool {
    command.words[1..].iter().any(|word| {
        let all = matches!(word.text(), Some("." | "*" | "./*" | "./" | ".*"));
        let option = word.text().is_some_and(|text| text.starts_with('-'));
        !option && (all || is_elsewhere(word))
    })
}

/// Whether a file is outside of the working directory, or may be.
fn is_elsewhere(file: &Word) -> bool {
    match file.text() {
        None => true,
        Some(path) => {
            let devices = ["/dev/null", "/dev/stdout", "/dev/stderr", "/dev/tty"];
            let outside = path.starts_with(['/', '~']) || path.split('/').any(|part| part == "..");
            outside && !devices.contains(&path) && !path.starts_with("/tmp/")
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::exec::parse::Script;

    #[test]
    fn what_destroys_or_hides_is_dangerous() {
        for script in [
            "rm -rf a",
            "rm -f a",
            "ls && rm -fr a",
            "sudo rm --force a",
            "/bin/rm -r -f a",
            "rm -rf ./*",
            "rm -r .",
            "env rm -rf x",
            "timeout 5 nice rm -rf x",
            "\\rm -rf a",
            "r''m -rf a",
            "bash -c 'rm -rf a'",
            "eval 'rm -rf a'",
            "if true; then rm -rf a; fi",
            "f() { rm -rf a; }; f",
            "echo $(rm -rf a)",
            "ls | xargs rm -f",
            "find . -delete",
            "find . -exec rm {} \\;",
            "find . -exec sh -c 'rm -f $1' {} \\;",
            "fd -x rm",
            "echo x > /etc/passwd",
            "echo x > ~/.bashrc",
            "echo x > ../a",
            "echo x > $FILE",
            "dd if=a of=/dev/sda",
            "mkfs.ext4 /dev/sda1",
            "shred -u a",
            "git -c core.pager=x log",
            "git -C a reset --hard",
            "git clean -fdx",
            "git push --force",
            "git push origin :main",
            "chmod -R 777 /",
            "kill -9 -1",
            "echo 'a",
            "rm -rf a (",
            "cat <<EOF",
        ] {
            assert!(Script::parse(script.to_owned()).is_dangerous(), "{script}");
        }
    }

    #[test]
    fn everyday_work_is_not_dangerous() {
        for script in [
            "rm a",
            "rm -r build",
            "echo rm -f",
            "echo 'rm -rf a'",
            "ls -f",
            "git rm --cached a",
            "ls $HOME",
            "echo x > a.txt",
            "cat > a.rs <<EOF\nfn main() {}\nEOF",
            "cargo build 2>&1 | tail -5",
            "cargo test > /dev/null",
            "echo x >> ~/.notes",
            "git commit -m 'rm -rf'",
            "git push",
            "git checkout main",
            "find . -name '*.rs' -exec wc -l {} +",
            "for f in *; do wc -l \"$f\"; done",
            "chmod +x a.sh",
            "python3 -c 'print(1)'",
        ] {
            assert!(!Script::parse(script.to_owned()).is_dangerous(), "{script}");
        }
    }
}

//! Forms of `git` that only look.

/// Subcommands that only look, with all options but those of [`is_writing`].
const ANY: &[&str] = &[
    "blame",
    "check-ignore",
    "cherry",
    "count-objects",
    "describe",
    "diff",
    "diff-files",
    "diff-index",
    "diff-tree",
    "for-each-ref",
    "grep",
    "log",
    "ls-files",
    "ls-tree",
    "merge-base",
    "name-rev",
    "rev-list",
    "rev-parse",
    "shortlog",
    "show",
    "show-ref",
    "status",
    "verify-commit",
    "version",
    "whatchanged",
];

/// Whether a call of `git` only looks.
pub(super) fn is_safe(words: &[&str]) -> bool {
    let mut words = words;
    // Other options here, `-c` above all, can make git run any program.
    loop {
        words = match words {
            ["-C", folder, rest @ ..] if !folder.starts_with('-') => rest,
            ["--no-pager" | "-P", rest @ ..] => rest,
            _ => break,
        };
    }
    let Some((subcommand, arguments)) = words.split_first() else { return false };
    if arguments.iter().any(|word| is_writing(word)) {
        return false;
    }
    let only = |options: &[&str]| {
        arguments.iter().all(|word| {
            options.iter().any(|option| word == option || word.starts_with(&format!("{option}=")))
        })
    };
    let has = |options: &[&str]| arguments.iter().any(|word| options.contains(word));
    match *subcommand {
        "--version" => arguments.is_empty(),
        name if ANY.contains(&name) => true,
        "branch" => {
            let lists = ["--list", "-l", "--contains", "--merged", "--no-merged", "--points-at"];
            let shows = [
                "-a",
                "-r",
                "-v",
                "-vv",
                "--all",
                "--remotes",
                "--verbose",
                "--show-current",
                "--sort",
                "--format",
            ];
            only(&shows)
                || (has(&lists)
                    && arguments
                        .iter()
                        .all(|word| !word.starts_with('-') || lists.contains(word) || shows.contains(word)))
        }
        "tag" => {
            let lists = ["-l", "--list", "-n", "--contains", "--merged", "--points-at"];
            arguments.is_empty()
                || (has(&lists)
                    && arguments.iter().all(|word| !word.starts_with('-') || lists.contains(word)))
        }
        "remote" => only(&["-v", "--verbose"]) || matches!(arguments, ["get-url", _]),
        "reflog" => arguments.first().is_none_or(|word| *word == "show" || word.starts_with('-')),
        "stash" => matches!(arguments.first(), Some(&("list" | "show"))),
        "config" => {
            matches!(
                arguments.first(),
                Some(&("--get" | "--get-all" | "--get-regexp" | "--list" | "-l" | "get" | "list"))
            ) && !has(&["--edit", "-e"])
        }
        "cat-file" => only(&["-p", "-t", "-s", "-e"]) || matches!(arguments, ["-p" | "-t" | "-s" | "-e", _]),
        _ => false,
    }
}

/// Options that write a file or run a program. Git takes the beginning of a long option for the whole one.
fn is_writing(word: &str) -> bool {
    ["--ou", "--op", "--ext", "--exe", "--textc", "--filters", "--upload", "-O"]
        .iter()
        .any(|option| word.starts_with(option))
}

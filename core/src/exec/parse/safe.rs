//! Commands that only look: known by their programs and options, all others are not.

use super::{
    safe_git, safe_scripts,
    syntax::{Command, Syntax, Word},
    unwrap::{Run, Unwrapped, name, unwrap},
};

/// How deep scripts in scripts are read.
pub(super) const MAX_SCRIPTS: usize = 4;

/// Programs that only look, whatever they are given.
const ANY: &[&str] = &[
    "[",
    "arch",
    "basename",
    "break",
    "cal",
    "cat",
    "cd",
    "cksum",
    "cmp",
    "column",
    "comm",
    "continue",
    "cut",
    "df",
    "diff",
    "dirname",
    "dirs",
    "du",
    "echo",
    "egrep",
    "exit",
    "expand",
    "expr",
    "false",
    "fgrep",
    "fmt",
    "fold",
    "free",
    "getconf",
    "grep",
    "groups",
    "head",
    "hexdump",
    "id",
    "join",
    "jq",
    "locale",
    "locate",
    "ls",
    "lscpu",
    "md5sum",
    "nl",
    "nproc",
    "numfmt",
    "od",
    "paste",
    "popd",
    "printenv",
    "ps",
    "pushd",
    "pwd",
    "readlink",
    "realpath",
    "return",
    "rev",
    "seq",
    "sha1sum",
    "sha224sum",
    "sha256sum",
    "sha384sum",
    "sha512sum",
    "b2sum",
    "sum",
    "sleep",
    "stat",
    "strings",
    "tac",
    "tail",
    "test",
    "tr",
    "true",
    "tty",
    "type",
    "uname",
    "unexpand",
    "uptime",
    "wait",
    "wc",
    "which",
    "whoami",
    "yes",
    ":",
    "command",
    "env",
    "time",
];

/// Programs that only look unless one of these begins an option.
const UNLESS: &[(&str, &[&str])] = &[
    ("ag", &["--pager"]),
    ("ack", &["--pager", "--ackrc", "--output"]),
    ("base64", &["-o", "--output"]),
    ("file", &["-C", "--compile"]),
    ("fd", &["-x", "-X", "--exec"]),
    ("fdfind", &["-x", "-X", "--exec"]),
    ("rg", &["--pre", "--hostname-bin", "--search-zip", "-z"]),
    ("sort", &["-o", "-T", "--o", "--t", "--co", "--f"]),
    ("tree", &["-o", "-R", "--output"]),
    ("xmllint", &["-o", "--output", "--shell"]),
    ("yq", &["-i", "-s", "--in", "--split"]),
];

/// Programs of which some forms only look: the words that have to follow, in order.
const FORMS: &[(&str, &[&[&str]])] = &[
    ("apt", &[&["list"]]),
    ("brew", &[&["list"]]),
    (
        "cargo",
        &[&["tree"], &["metadata"], &["pkgid"], &["search"], &["info"], &["locate-project"], &["version"]],
    ),
    ("dpkg", &[&["-l"], &["-L"], &["-s"], &["-S"]]),
    ("gem", &[&["list"]]),
    ("go", &[&["version"], &["doc"]]),
    ("kubectl", &[&["version"]]),
    ("npm", &[&["ls"], &["list"], &["view"], &["outdated"], &["root"], &["prefix"], &["config", "get"]]),
    ("pip", &[&["list"], &["show"], &["freeze"], &["check"]]),
    ("pip3", &[&["list"], &["show"], &["freeze"], &["check"]]),
    ("rpm", &[&["-q"], &["-qa"], &["-qi"], &["-ql"]]),
    ("rustup", &[&["show"], &["toolchain", "list"]]),
    ("terraform", &[&["version"]]),
];

/// Options of those forms that do more than look.
const FORM_OPTIONS: [&str; 4] = ["--config", "-Z", "--root", "-o"];

/// Words that ask a program for nothing but its version.
const VERSION: [&str; 6] = ["--version", "-version", "-V", "-v", "-vV", "version"];

/// Whether a script only looks. What is not known to, does not.
pub(super) fn is_safe(syntax: &Syntax, depth: usize) -> bool {
    let to_nowhere = |file: &Word| matches!(file.text(), Some("/dev/null" | "/dev/stdout" | "/dev/stderr"));
    syntax.whole
        && !syntax.functions
        && syntax.variables.iter().all(|name| is_harmless_variable(name))
        && syntax.written.iter().all(|written| to_nowhere(&written.file))
        && syntax.commands.iter().all(|command| is_safe_command(command, depth))
}

/// Whether a variable is one that no program listens to.
pub(super) fn is_harmless_variable(name: &str) -> bool {
    let own = !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    own || name.len() == 1
        || name.starts_with("LC_")
        || matches!(name, "LANG" | "TZ" | "COLUMNS" | "NO_COLOR" | "RUST_BACKTRACE")
}

fn is_safe_command(command: &Command, depth: usize) -> bool {
    let Unwrapped { run, harmless } = unwrap(command);
    harmless
        && match run {
            Run::Script(script) => depth > 0 && is_safe(&super::syntax::parse(&script), depth - 1),
            Run::Program(command) => is_safe_program(&command, depth),
        }
}

fn is_safe_program(command: &Command, depth: usize) -> bool {
    let Some(program) = program(command) else { return false };
    let arguments = &command.words[1..];
    let texts: Option<Vec<&str>> = arguments.iter().map(plain).collect();
    if ANY.contains(&program) {
        return true;
    }
    if let Some((_, options)) = UNLESS.iter().find(|(name, _)| *name == program) {
        return arguments.iter().all(|word| !is_option(word, options));
    }
    let Some(texts) = texts else { return false };
    if let [only] = texts[..]
        && VERSION.contains(&only)
        && !matches!((program, only), ("python" | "python3" | "sh" | "bash" | "make", "-v"))
        && is_tool(program)
    {
        return true;
    }
    if let Some((_, forms)) = FORMS.iter().find(|(name, _)| *name == program) {
        let fits = forms.iter().any(|form| texts.starts_with(form));
        return fits && !texts.iter().any(|word| FORM_OPTIONS.iter().any(|option| word.starts_with(option)));
    }
    let operands = texts.iter().filter(|word| !word.starts_with('-')).count();
    match program {
        "printf" => texts.first() != Some(&"-v"),
        "set" => texts.iter().all(|word| word.starts_with('-') || *word == "pipefail"),
        "unset" | "read" => texts.iter().all(|word| matches!(*word, "-r") || is_harmless_variable(word)),
        "hostname" => {
            operands == 0 && !texts.iter().any(|word| word.starts_with("-F") || word.starts_with("--f"))
        }
        "date" => {
            texts.iter().all(|word| word.starts_with('+') || matches!(*word, "-u" | "-R" | "--utc" | "-I"))
        }
        // A second file is written.
        "uniq" | "xxd" => operands <= 1 && !texts.iter().any(|word| word.starts_with("-r")),
        "go" => match texts[..] {
            ["env"] => true,
            ["env", name] => !name.starts_with('-'),
            ["list", ref rest @ ..] => rest.iter().all(|word| !word.starts_with('-')),
            _ => false,
        },
        "rustc" => matches!(texts[..], ["--print", what] if !what.contains('=')),
        "find" => is_safe_find(arguments, depth),
        "sed" => safe_scripts::is_safe_sed(&texts),
        "awk" | "gawk" | "mawk" | "nawk" => safe_scripts::is_safe_awk(&texts),
        "git" => safe_git::is_safe(&texts),
        _ => false,
    }
}

/// The program's name, where it is one that the system finds, not a file of the workspace.
fn program(command: &Command) -> Option<&str> {
    let Word::Known(word) = command.words.first()? else { return None };
    match word.rsplit_once('/') {
        None => Some(word),
        Some(("/bin" | "/usr/bin" | "/usr/local/bin", name)) => Some(name),
        Some(_) => None,
    }
}

/// A word that is no option whatever it comes to.
fn plain(word: &Word) -> Option<&str> {
    match word {
        Word::Known(text) => Some(text),
        // A pattern can come to a file whose name is an option.
        Word::Pattern(text) if !text.starts_with(['*', '?', '[', '{', '-', '@', '+', '!']) => Some(text),
        Word::Pattern(_) | Word::Unknown => None,
    }
}

/// Whether a word is, or may be, one of these options.
fn is_option(word: &Word, options: &[&str]) -> bool {
    let Some(text) = plain(word) else { return true };
    options.iter().any(|option| {
        let single = option.strip_prefix('-').filter(|rest| rest.len() == 1);
        text.starts_with(option)
            // Several in one word: `-nx`.
            || single.is_some_and(|letter| text.starts_with('-') && !text.starts_with("--") && text.contains(letter))
    })
}

/// Tools that are asked for their version.
fn is_tool(program: &str) -> bool {
    const TOOLS: &[&str] = &[
        "bash",
        "bun",
        "cargo",
        "clang",
        "cmake",
        "deno",
        "docker",
        "g++",
        "gcc",
        "gh",
        "git",
        "go",
        "helm",
        "java",
        "javac",
        "kubectl",
        "less",
        "make",
        "node",
        "npm",
        "perl",
        "php",
        "pip",
        "pip3",
        "pnpm",
        "pytest",
        "python",
        "python3",
        "rg",
        "ruby",
        "rustc",
        "rustup",
        "sh",
        "terraform",
        "tsc",
        "uv",
        "yarn",
        "zsh",
    ];
    TOOLS.contains(&program)
}

/// `find` that deletes nothing, writes nothing, and runs nothing but what only looks.
fn is_safe_find(arguments: &[Word], depth: usize) -> bool {
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let Some(text) = plain(word) else { return false };
        if matches!(text, "-delete" | "-ok" | "-okdir")
            || text.starts_with("-fprint")
            || text.starts_with("-fls")
        {
            return false;
        }
        if matches!(text, "-exec" | "-execdir") {
            let command: Vec<Word> = words
                .by_ref()
                .take_while(|word| !matches!(word.text(), Some(";" | "+")))
                // A file's name, which may be anything.
                .map(|word| {
                    if word.text().is_some_and(|text| text.contains("{}")) {
                        Word::Unknown
                    } else {
                        word.clone()
                    }
                })
                .collect();
            if text == "-execdir"
                || name(&command).is_none()
                || !is_safe_command(&Command { words: command }, depth)
            {
                return false;
            }
        }
    }
    true
}

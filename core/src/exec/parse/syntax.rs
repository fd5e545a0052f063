//! The commands of a script, by tree-sitter's grammar for bash.

use tree_sitter::{Node, Parser};

/// How deep a script may be nested. What is deeper is not read.
const MAX_DEPTH: usize = 200;

/// The longest script that is read, in bytes.
const MAX_BYTES: usize = 256 << 10;

/// What a script consists of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Syntax {
    /// Whether all of it was understood.
    pub(super) whole: bool,
    /// All commands in it, wherever they stand: in loops, functions, substitutions. In the order in which they are written.
    pub(super) commands: Vec<Command>,
    /// The files that redirections write to.
    pub(super) written: Vec<Written>,
    /// The variables that it sets.
    pub(super) variables: Vec<String>,
    /// Whether it makes functions: any name may then stand for any of them.
    pub(super) functions: bool,
    /// The words of its commands, where it is nothing but plain commands in a row.
    pub(super) plain: Option<Vec<Vec<String>>>,
}

/// A file that a redirection writes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) file: Word,
    /// Whether it is kept and written to at its end.
    pub(super) appended: bool,
}

/// A command with its words, the program first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Command {
    pub(super) words: Vec<Word>,
}

/// A word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// It is what is written.
    Known(String),
    /// It is written so, but the shell makes something else of it: a pattern, a home folder.
    Pattern(String),
    /// It is known when the script runs.
    Unknown,
}

impl Word {
    /// The text, where there is one.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Known(text) | Self::Pattern(text) => Some(text),
            Self::Unknown => None,
        }
    }
}

impl Command {
    /// The name of its program, without the folder.
    pub(super) fn program(&self) -> Option<&str> {
        match self.words.first()? {
            Word::Known(name) => name.rsplit('/').next().filter(|name| !name.is_empty()),
            Word::Pattern(_) | Word::Unknown => None,
        }
    }
}

/// Parses a script.
pub(super) fn parse(text: &str) -> Syntax {
    let mut parser = Parser::new();
    if text.len() > MAX_BYTES || parser.set_language(&tree_sitter_bash::LANGUAGE.into()).is_err() {
        return Syntax::default();
    }
    let Some(tree) = parser.parse(text, None) else { return Syntax::default() };
    let root = tree.root_node();
    let mut syntax = Syntax { whole: !root.has_error(), ..Syntax::default() };
    collect(root, text, 0, &mut syntax);
    // The grammar joins continued lines by itself.
    if syntax.whole && !text.contains("\\\n") {
        let mut commands = Vec::new();
        let plain = plain(root, text, 0, &mut commands) && !commands.is_empty();
        // An assignment in front makes it another command.
        let plain =
            plain && commands.iter().all(|words| words.first().is_some_and(|first| !first.contains('=')));
        syntax.plain = plain.then_some(commands);
    }
    syntax
}

/// Adds the commands at and below a node.
fn collect(node: Node<'_>, text: &str, depth: usize, syntax: &mut Syntax) {
    if depth > MAX_DEPTH {
        syntax.whole = false;
        return;
    }
    match node.kind() {
        "command" => {
            let words = named(node).filter(|part| is_word(part.kind())).map(|part| word(part, text));
            let command = Command { words: words.collect() };
            if !command.words.is_empty() {
                syntax.commands.push(command);
            }
        }
        "function_definition" => syntax.functions = true,
        "variable_assignment" => {
            syntax
                .variables
                .extend(node.child_by_field_name("name").map(|name| source(name, text).to_owned()));
        }
        "for_statement" | "c_style_for_statement" => {
            syntax
                .variables
                .extend(node.child_by_field_name("variable").map(|name| source(name, text).to_owned()));
        }
        // A text whose end never comes is taken as one that ends with the script.
        "heredoc_redirect" => {
            syntax.whole &=
                all(node).any(|part| part.kind() == "heredoc_end" && !part.byte_range().is_empty());
        }
        "file_redirect" => {
            let operator = all(node).find(|part| !part.is_named()).map(|part| part.kind().to_owned());
            let target = node.child_by_field_name("destination");
            if let (Some(operator), Some(target)) = (operator, target) {
                // What goes to a descriptor or into a command writes no file by itself.
                let to_file = !matches!(target.kind(), "process_substitution" | "number");
                let written = matches!(operator.as_str(), ">" | ">|" | "&>" | "<>" | ">>" | "&>>" | ">&");
                if to_file && written {
                    let appended = operator.ends_with(">>");
                    syntax.written.push(Written { file: word(target, text), appended });
                }
            }
        }
        _ => {}
    }
    for child in named(node) {
        collect(child, text, depth + 1, syntax);
    }
}

/// Whether a node is nothing but plain commands in a row, which are added. `depth` bounds what is read.
fn plain(node: Node<'_>, text: &str, depth: usize, commands: &mut Vec<Vec<String>>) -> bool {
    if depth > MAX_DEPTH {
        return false;
    }
    match node.kind() {
        "program" | "list" | "pipeline" => {
            let mut after_command = false;
            all(node).all(|child| {
                let is_command = child.is_named();
                // A lone `&` leaves something behind; `|&` and `;;` are for others to read.
                let joins = matches!(child.kind(), "&&" | "||" | "|" | ";" | "\n");
                let fits = if is_command {
                    plain(child, text, depth + 1, commands)
                } else {
                    // An empty command is none.
                    joins && (after_command || child.kind() == "\n")
                };
                after_command = is_command;
                fits
            })
        }
        "command" => {
            let words: Option<Vec<String>> = all(node)
                .map(|part| match (is_word(part.kind()), word(part, text)) {
                    (true, Word::Known(word)) => Some(word),
                    _ => None,
                })
                .collect();
            words.map(|words| commands.push(words)).is_some()
        }
        _ => false,
    }
}

/// The kinds of nodes that are words of a command.
fn is_word(kind: &str) -> bool {
    !matches!(kind, "variable_assignment" | "file_redirect" | "heredoc_redirect" | "herestring_redirect")
}

/// What a word stands for.
fn word(node: Node<'_>, text: &str) -> Word {
    let source = source(node, text);
    match node.kind() {
        "command_name" => match node.named_child(0) {
            Some(child) => word(child, text),
            None => Word::Unknown,
        },
        "word" | "number" => bare(source),
        "raw_string" => known(source, '\''),
        "string" => {
            let content = known(source, '"');
            let plain = named(node).all(|part| part.kind() == "string_content");
            match content {
                Word::Known(content) if plain && !content.contains(['$', '`', '\\', '!']) => {
                    Word::Known(content)
                }
                _ => Word::Unknown,
            }
        }
        "concatenation" => {
            let mut joined = String::new();
            let mut pattern = false;
            for part in named(node) {
                match word(part, text) {
                    Word::Known(part) => joined.push_str(&part),
                    Word::Pattern(part) => {
                        pattern = true;
                        joined.push_str(&part);
                    }
                    Word::Unknown => return Word::Unknown,
                }
            }
            // Braces stand between the parts.
            let whole = named(node).map(|part| part.byte_range().len()).sum::<usize>() == source.len();
            if pattern || !whole { Word::Pattern(joined) } else { Word::Known(joined) }
        }
        "extglob_pattern" | "brace_expression" => Word::Pattern(source.to_owned()),
        _ => Word::Unknown,
    }
}

fn source<'t>(node: Node<'_>, text: &'t str) -> &'t str {
    text.get(node.byte_range()).unwrap_or_default()
}

/// A word outside of quotes.
fn bare(source: &str) -> Word {
    if !source.is_empty() && source.chars().all(is_plain) {
        return Word::Known(source.to_owned());
    }
    if source.contains(['$', '`', '!', '\n']) {
        return Word::Unknown;
    }
    // `\rm` and `a\ b` are words in another spelling.
    Word::Pattern(source.replace('\\', ""))
}

fn known(source: &str, quote: char) -> Word {
    let inner = source.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    inner.map_or(Word::Unknown, |inner| Word::Known(inner.to_owned()))
}

/// Characters that stand for themselves outside of quotes. `~` and `#` only do so inside a word.
fn is_plain(character: char) -> bool {
    character.is_alphanumeric() || "_-./,:+=@%^".contains(character)
}

fn named(node: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    all(node).filter(Node::is_named)
}

fn all(node: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    (0..node.child_count()).filter_map(move |at| node.child(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_commands_are_their_words() {
        for (script, expected) in [
            ("ls", vec![vec!["ls"]]),
            ("ls -la 'a b' \"c d\"", vec![vec!["ls", "-la", "a b", "c d"]]),
            ("ls | wc -l", vec![vec!["ls"], vec!["wc", "-l"]]),
            ("ls && pwd; date || true", vec![vec!["ls"], vec!["pwd"], vec!["date"], vec!["true"]]),
            ("a'b'\"c\"", vec![vec!["abc"]]),
            ("echo ''", vec![vec!["echo", ""]]),
            ("ls;", vec![vec!["ls"]]),
            ("cat a\ncat b", vec![vec!["cat", "a"], vec!["cat", "b"]]),
        ] {
            assert_eq!(parse(script).plain.unwrap(), expected, "{script}");
        }
    }

    #[test]
    fn anything_else_is_not_plain() {
        for script in [
            "",
            " ",
            "ls > a",
            "ls < a",
            "cat $HOME",
            "echo `id`",
            "echo $(id)",
            "(ls)",
            "ls &",
            "ls & pwd",
            "ls *",
            "echo \"$HOME\"",
            "echo \"\\\"\"",
            "A=1 ls",
            "echo 'a",
            "ls && ",
            "&& ls",
            "a;;b",
            "ls \\\n-l",
            "{ ls; }",
            "echo !!",
            "~/x",
            "ls # all",
            "a |& b",
            "ls || | b",
            "ls |",
            "echo {a,b}",
            "! ls",
            "export A=1",
            "[ -f a ]",
            "cat <<< x",
            "cat <<EOF\nx\nEOF",
            "echo $'a'",
            "echo a\\ b",
            "diff <(ls) b",
            "if true; then ls; fi",
        ] {
            assert_eq!(parse(script).plain, None, "{script}");
        }
    }

    #[test]
    fn commands_are_found_wherever_they_stand() {
        let found = |script: &str| {
            let syntax = parse(script);
            let commands = syntax.commands.iter().map(|command| {
                let words = command.words.iter().map(|word| word.text().unwrap_or("?"));
                words.collect::<Vec<_>>().join(" ")
            });
            (syntax.whole, commands.collect::<Vec<_>>().join("; "))
        };
        for (script, expected) in [
            ("if a; then b c; else d; fi", "a; b c; d"),
            ("f() { rm x; }; f", "rm x; f"),
            ("echo $(rm x) `id`", "echo ? ?; rm x; id"),
            ("A=1 rm -rf $X", "rm -rf ?"),
            ("exec > >(tee log)", "exec; tee log"),
            ("find . -exec rm {} +", "find . -exec rm {} +"),
            ("while read l; do (x \"$l\"); done < f &", "read l; x ?"),
            ("case x in a) rm b;; esac", "rm b"),
            ("export A=$(id)", "id"),
        ] {
            assert_eq!(found(script), (true, expected.to_owned()), "{script}");
        }
        for script in ["echo 'a", "if true; then", "ls )"] {
            assert!(!found(script).0, "{script}");
        }
    }

    #[test]
    fn depth_and_length_are_bounded() {
        let deep = format!("{}ls{}", "(".repeat(2000), ")".repeat(2000));
        assert!(!parse(&deep).whole);
        assert!(!parse(&"ls; ".repeat(100_000)).whole);
    }
}

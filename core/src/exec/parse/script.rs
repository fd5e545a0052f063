//! What a script's words are, where it is so plain that this can be told for sure.

/// The commands of a script, each as its words, where the script is nothing but plain commands joined by `&&`, `||`,
/// `;` or `|`. None where anything else is in it: an expansion, a redirection, a subshell, a word that a shell would
/// read in another way. Whoever must be sure what a command does asks nobody else.
pub(crate) fn commands(script: &str) -> Option<Vec<Vec<String>>> {
    let mut commands = Vec::new();
    let mut words: Vec<String> = Vec::new();
    let mut word: Option<String> = None;
    // After `&&`, `||` and `|` something has to follow.
    let mut open_ended = false;
    let mut rest = script.chars().peekable();
    while let Some(next) = rest.next() {
        match next {
            ' ' | '\t' => words.extend(word.take()),
            '\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match rest.next()? {
                        '\'' => break,
                        other => word.push(other),
                    }
                }
            }
            '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match rest.next()? {
                        '"' => break,
                        '$' | '`' | '\\' | '!' => return None,
                        other => word.push(other),
                    }
                }
            }
            ';' | '|' | '&' | '\n' => {
                // A lone `&` leaves something behind; `|&` and `;;` are for others to read.
                let doubled = rest.peek() == Some(&next);
                match (next, doubled) {
                    ('&' | '|', true) => {
                        rest.next();
                    }
                    ('&', false) | (';', true) => return None,
                    _ => {}
                }
                words.extend(word.take());
                if words.is_empty() {
                    return None;
                }
                commands.push(std::mem::take(&mut words));
                open_ended = matches!(next, '&' | '|');
            }
            other if is_plain(other) => word.get_or_insert_default().push(other),
            _ => return None,
        }
    }
    words.extend(word);
    if !words.is_empty() {
        commands.push(words);
    } else if open_ended {
        return None;
    }
    // An assignment in front makes it another command.
    let plain = |words: &Vec<String>| words.first().is_some_and(|first| !first.contains('='));
    (!commands.is_empty() && commands.iter().all(plain)).then_some(commands)
}

/// Characters that stand for themselves outside of quotes. `~` and `#` only do so inside a word.
fn is_plain(character: char) -> bool {
    character.is_alphanumeric() || "_-./,:+=@%^".contains(character)
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
        ] {
            assert_eq!(commands(script).unwrap(), expected, "{script}");
        }
    }

    #[test]
    fn anything_else_cannot_be_told() {
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
        ] {
            assert_eq!(commands(script), None, "{script}");
        }
    }
}

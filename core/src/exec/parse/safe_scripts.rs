//! Scripts of `sed` and `awk` that only look.

/// Whether a call of `sed` writes to its output alone.
pub(super) fn is_safe_sed(words: &[&str]) -> bool {
    let mut scripts: Vec<&str> = Vec::new();
    let mut operands: Vec<&str> = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match *word {
            "-n" | "-E" | "-r" | "-s" | "-u" | "-z" | "-nE" | "-nr" | "--quiet" | "--silent"
            | "--regexp-extended" => {}
            "-e" | "-ne" | "-Ee" => scripts.extend(words.next()),
            "--" => operands.extend(words.by_ref()),
            option if option.starts_with('-') && option.len() > 1 => return false,
            operand => operands.push(operand),
        }
    }
    if scripts.is_empty() {
        let Some(first) = operands.first() else { return false };
        scripts.push(first);
    }
    scripts.into_iter().all(is_safe_sed_script)
}

/// Addresses, then printing, deleting, quitting, or a substitution that does no more.
fn is_safe_sed_script(script: &str) -> bool {
    let mut rest = script;
    loop {
        rest = rest.trim_start_matches([' ', ';', '\n', '\t']);
        if rest.is_empty() {
            return true;
        }
        let Some(command) = after_addresses(rest) else { return false };
        rest = match command.chars().next() {
            Some('p' | 'd' | 'q' | '=' | 'n' | 'N' | 'D' | 'P' | 'h' | 'H' | 'g' | 'G' | 'x' | 'l') => {
                &command[1..]
            }
            Some('s') => match after_substitution(&command[1..]) {
                Some(rest) => rest,
                None => return false,
            },
            _ => return false,
        };
        if !rest.is_empty() && !rest.starts_with([' ', ';', '\n', '\t']) {
            return false;
        }
    }
}

/// What follows `1,5`, `$`, `/a/,/b/` and the like.
fn after_addresses(script: &str) -> Option<&str> {
    let mut rest = after_address(script)?;
    if let Some(second) = rest.strip_prefix(',') {
        rest = after_address(second)?;
    }
    let rest = rest.trim_start();
    Some(rest.strip_prefix('!').unwrap_or(rest))
}

fn after_address(script: &str) -> Option<&str> {
    if let Some(pattern) = script.strip_prefix('/') {
        return after_delimiter(pattern, '/');
    }
    let rest = script.trim_start_matches(|character: char| character.is_ascii_digit());
    Some(if rest.len() < script.len() { rest } else { script.strip_prefix('$').unwrap_or(script) })
}

/// What follows `/a/b/g`, where the flags only print.
fn after_substitution(text: &str) -> Option<&str> {
    let delimiter =
        text.chars().next().filter(|character| character.is_ascii_punctuation() && *character != '\\')?;
    let replacement = after_delimiter(&text[1..], delimiter)?;
    let flags = after_delimiter(replacement, delimiter)?;
    Some(
        flags.trim_start_matches(|flag: char| flag.is_ascii_digit() || matches!(flag, 'g' | 'p' | 'i' | 'I')),
    )
}

/// What follows the next delimiter that no backslash stands before.
fn after_delimiter(text: &str, delimiter: char) -> Option<&str> {
    let mut escaped = false;
    for (at, character) in text.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            // In brackets it may stand for itself: too hard to tell.
            '[' if text[at..].find(delimiter).is_some_and(|end| !text[at..at + end].contains(']')) => {
                return None;
            }
            other if other == delimiter => return text.get(at + delimiter.len_utf8()..),
            _ => {}
        }
    }
    None
}

/// Whether a call of `awk` runs nothing and writes to its output alone.
pub(super) fn is_safe_awk(words: &[&str]) -> bool {
    let mut words = words.iter();
    let program = loop {
        match words.next() {
            Some(&("-F" | "-v")) => {
                words.next();
            }
            Some(word) if word.starts_with("-F") => {}
            Some(word) if word.starts_with('-') => return false,
            Some(word) => break *word,
            None => return false,
        }
    };
    let pipes = program.replace("||", "").contains('|');
    let runs = ["system", "getline", "close", "@", "fflush"].iter().any(|word| program.contains(word));
    let writes = program.contains("print") && program.contains('>');
    !pipes && !runs && !writes && words.all(|word| !word.starts_with('-'))
}

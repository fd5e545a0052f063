//! Scripts that do nothing but apply a patch, as models write them where they have no tool for it.

use super::Script;

/// A script that applies a patch and does nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PatchScript {
    /// The folder that it goes to first.
    pub(crate) folder: Option<String>,
    /// The patch.
    pub(crate) patch: String,
}

impl Script {
    /// The patch that the script applies, where that is all it does: `apply_patch` with the patch behind `<<` or as its one
    /// argument, perhaps after a `cd`.
    pub(crate) fn patch(&self) -> Option<PatchScript> {
        let text = self.text().trim();
        if let Some([words]) = self.plain_commands()
            && let [program, patch] = words.as_slice()
            && is_program(program)
        {
            return Some(PatchScript { folder: None, patch: patch.clone() });
        }
        let (command, rest) = text.split_once('\n')?;
        let (command, end) = command.split_once("<<")?;
        let end = end.trim();
        let end = ['\'', '"']
            .iter()
            .find_map(|quote| end.strip_prefix(*quote)?.strip_suffix(*quote))
            .unwrap_or(end);
        if end.is_empty() || !end.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            return None;
        }
        let lines: Vec<&str> = rest.split('\n').collect();
        // What comes behind it is another command.
        let (last, lines) = lines.split_last()?;
        if *last != end || lines.contains(&end) {
            return None;
        }
        let patch = lines.iter().flat_map(|line| [line, "\n"]).collect();
        let command = command.trim();
        let Some((folder, command)) = command.split_once("&&") else {
            return is_program(command).then_some(PatchScript { folder: None, patch });
        };
        if !is_program(command.trim()) {
            return None;
        }
        let folder = Script::parse(folder.trim().to_owned());
        match folder.plain_commands()? {
            [words] => match words.as_slice() {
                [cd, folder] if cd == "cd" && folder != "-" => {
                    Some(PatchScript { folder: Some(folder.clone()), patch })
                }
                _ => None,
            },
            _ => None,
        }
    }
}

fn is_program(word: &str) -> bool {
    matches!(word, "apply_patch" | "applypatch")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_scripts_that_do_nothing_else_are_patches() {
        for (script, expected) in [
            ("apply_patch <<'EOF'\n+a\n$b\nEOF\n", Some((None, "+a\n$b\n"))),
            ("applypatch << \"PATCH\"\n+a\nPATCH", Some((None, "+a\n"))),
            ("cd 'a b' && apply_patch <<EOF\n+a\nEOF", Some((Some("a b"), "+a\n"))),
            ("apply_patch '+a\n+b'", Some((None, "+a\n+b"))),
            ("apply_patch <<'EOF'\n+a\nEOF\nrm x", None),
            ("apply_patch <<'EOF'\n+a\nEOF\nrm x\nEOF", None),
            ("apply_patch <<'EOF' && rm x\n+a\nEOF", None),
            ("rm x && apply_patch <<'EOF'\n+a\nEOF", None),
            ("cd $(rm x) && apply_patch <<'EOF'\n+a\nEOF", None),
            ("cd - && apply_patch <<'EOF'\n+a\nEOF", None),
            ("cd a && cd b && apply_patch <<'EOF'\n+a\nEOF", None),
            ("echo a; apply_patch <<'EOF'\n+a\nEOF", None),
            ("apply_patch", None),
            ("apply_patch a b", None),
            ("apply_patch <<'EOF'\n+a", None),
        ] {
            let found = Script::parse(script.to_owned()).patch();
            let found = found.as_ref().map(|found| (found.folder.as_deref(), found.patch.as_str()));
            assert_eq!(found, expected, "{script}");
        }
    }
}

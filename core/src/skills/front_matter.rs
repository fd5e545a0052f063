//! The head of a `SKILL.md`: YAML between two lines of three dashes.

use serde::Deserialize;

/// The longest name, in characters.
const MAX_NAME: usize = 64;

/// What the head of a `SKILL.md` says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FrontMatter {
    pub(super) name: String,
    pub(super) description: String,
    pub(super) short_description: Option<String>,
}

/// Why a `SKILL.md` is no skill.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum FrontMatterError {
    #[error("there is no front matter: begin the file with `---`, `name: …`, `description: …` and `---`")]
    Missing,
    #[error("the front matter is not valid YAML: {0}")]
    Syntax(String),
    #[error("the front matter has no `{0}`")]
    Absent(&'static str),
    #[error("`{name}` has more than {max} characters")]
    TooLong { name: &'static str, max: usize },
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Head {
    name: Option<String>,
    description: Option<String>,
    metadata: Metadata,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
struct Metadata {
    short_description: Option<String>,
}

/// Reads the head of a file. Without a name in it the skill is called as its folder.
pub(super) fn parse(text: &str, folder: &str) -> Result<FrontMatter, FrontMatterError> {
    let head = head(text).ok_or(FrontMatterError::Missing)?;
    let head = match serde_saphyr::from_str(head) {
        Ok(head) => head,
        // Many write `description: one: two`, which is not YAML, and mean what it says.
        Err(error) => by_lines(head).ok_or_else(|| FrontMatterError::Syntax(one_line(&error.to_string())))?,
    };
    let name = head.name.map(|name| one_line(&name)).filter(|name| !name.is_empty());
    let name = name.unwrap_or_else(|| one_line(folder));
    let description = head.description.map(|text| one_line(&text)).filter(|text| !text.is_empty());
    let description = description.ok_or(FrontMatterError::Absent("description"))?;
    within("name", &name, MAX_NAME)?;
    let short_description =
        head.metadata.short_description.map(|text| one_line(&text)).filter(|text| !text.is_empty());
    Ok(FrontMatter { name, description, short_description })
}

/// The head read line by line: `key: the rest of the line`. None where that does not give a description.
fn by_lines(head: &str) -> Option<Head> {
    let value = |key: &str| {
        let text = head.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':'))?.trim();
        let quoted = ['"', '\''].into_iter().find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote));
        let text = quoted.unwrap_or(text);
        // Lists and blocks are not one line of text.
        (!text.is_empty() && !text.starts_with(['[', '{', '|', '>', '&', '*'])).then(|| text.to_owned())
    };
    let description = Some(value("description")?);
    Some(Head { name: value("name"), description, metadata: Metadata::default() })
}

/// The lines between the first two lines of dashes.
fn head(text: &str) -> Option<&str> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (first, rest) = text.split_once('\n')?;
    if first.trim_end() != "---" {
        return None;
    }
    let mut at = 0;
    for line in rest.split_inclusive('\n') {
        if line.trim_end() == "---" {
            return rest.get(..at);
        }
        at += line.len();
    }
    None
}

/// The text with every run of white space made one space: names and descriptions stand in lists.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn within(name: &'static str, text: &str, max: usize) -> Result<(), FrontMatterError> {
    if text.chars().count() > max { Err(FrontMatterError::TooLong { name, max }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<FrontMatter, FrontMatterError> {
        parse(text, "folder")
    }

    #[test]
    fn the_head_is_read() {
        let head = parsed(
            "---\nname: sort-it\ndescription: >\n  Sorts things,\n  all of them.\nmetadata:\n  short-description: \"Sorts\"\nlicense: MIT\n---\n# Body\n---\n",
        );
        let expected = FrontMatter {
            name: "sort-it".to_owned(),
            description: "Sorts things, all of them.".to_owned(),
            short_description: Some("Sorts".to_owned()),
        };
        assert_eq!(head, Ok(expected));
    }

    #[test]
    fn line_ends_and_a_byte_order_mark_do_not_matter() {
        let head = parsed("\u{feff}---\r\ndescription: d\r\n---\r\n").unwrap();
        assert_eq!((head.name.as_str(), head.description.as_str()), ("folder", "d"));
    }

    #[test]
    fn what_is_meant_counts_where_it_is_not_yaml() {
        for (head, name, description) in [
            ("description: one: two", "folder", "one: two"),
            ("name: \"n\"\ndescription: 'a: b'\nallowed-tools: [Read", "n", "a: b"),
            ("name: 5\ndescription: 7", "5", "7"),
        ] {
            let found = parsed(&format!("---\n{head}\n---\n")).unwrap();
            assert_eq!((found.name.as_str(), found.description.as_str()), (name, description), "{head}");
        }
        let long = format!("---\ndescription: {}\n---\n", "d".repeat(3000));
        assert_eq!(parsed(&long).unwrap().description.len(), 3000);
    }

    #[test]
    fn what_is_no_skill_says_why() {
        assert_eq!(parsed("# Only text\n"), Err(FrontMatterError::Missing));
        assert_eq!(parsed("---\nname: n\n"), Err(FrontMatterError::Missing));
        assert_eq!(parsed(""), Err(FrontMatterError::Missing));
        assert_eq!(parsed("---\nname: n\n---\n"), Err(FrontMatterError::Absent("description")));
        assert!(matches!(parsed("---\nname: [\n---\n"), Err(FrontMatterError::Syntax(_))));
        assert!(matches!(parsed("---\ndescription: [a, b]\n---\n"), Err(FrontMatterError::Syntax(_))));
        let long = format!("---\nname: {}\ndescription: d\n---\n", "n".repeat(65));
        assert_eq!(parsed(&long), Err(FrontMatterError::TooLong { name: "name", max: 64 }));
    }
}

//! `agents/openai.yaml` of a skill: how clients show it, and what it needs.

use std::path::{Component, Path, PathBuf};

use serde::Deserialize;

use crate::regular_file::{self, Links};

/// The largest file that is read, in bytes.
const LARGEST: u64 = 64 << 10;

/// How clients show a skill.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SkillInterface {
    /// Its name.
    pub display_name: Option<String>,
    /// When to use it, in few words.
    pub short_description: Option<String>,
    /// A small icon: a file of the skill.
    pub icon_small: Option<PathBuf>,
    /// A large icon: a file of the skill.
    pub icon_large: Option<PathBuf>,
    /// Its colour, as `#rrggbb`.
    pub brand_color: Option<String>,
    /// What to say to use it.
    pub default_prompt: Option<String>,
}

/// A tool that a skill needs.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct SkillTool {
    /// What kind of tool.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its name.
    pub value: String,
    /// What it is for.
    #[serde(default)]
    pub description: Option<String>,
    /// How it is reached.
    #[serde(default)]
    pub transport: Option<String>,
    /// The command that starts it.
    #[serde(default)]
    pub command: Option<String>,
    /// Where it is.
    #[serde(default)]
    pub url: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Content {
    interface: Option<Interface>,
    dependencies: Option<Dependencies>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Interface {
    display_name: Option<String>,
    short_description: Option<String>,
    icon_small: Option<PathBuf>,
    icon_large: Option<PathBuf>,
    brand_color: Option<String>,
    default_prompt: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Dependencies {
    tools: Vec<SkillTool>,
}

/// What the file of a skill's folder says; nothing where there is none. One that cannot be read costs what it says, not
/// the skill.
pub(super) fn read(folder: &Path) -> (Option<SkillInterface>, Vec<SkillTool>) {
    let path = folder.join("agents/openai.yaml");
    let Ok(file) = regular_file::read(&path, Links::Within(folder), LARGEST) else {
        return (None, Vec::new());
    };
    let Ok(content) = serde_saphyr::from_str::<Content>(&String::from_utf8_lossy(&file.bytes)) else {
        tracing::warn!(path = %path.display(), "the file is not valid YAML, it is not used");
        return (None, Vec::new());
    };
    let interface = content.interface.map(|interface| SkillInterface {
        display_name: interface.display_name,
        short_description: interface.short_description,
        icon_small: interface.icon_small.and_then(|icon| own_file(folder, &icon)),
        icon_large: interface.icon_large.and_then(|icon| own_file(folder, &icon)),
        brand_color: interface.brand_color.filter(|color| is_color(color)),
        default_prompt: interface.default_prompt,
    });
    (interface, content.dependencies.unwrap_or_default().tools)
}

/// A file of the skill, if it is there.
fn own_file(folder: &Path, file: &Path) -> Option<PathBuf> {
    let plain: PathBuf = file.components().filter(|part| *part != Component::CurDir).collect();
    let below = plain.components().all(|part| matches!(part, Component::Normal(_)));
    let path = folder.join(plain);
    (below && path.is_file()).then_some(path)
}

fn is_color(text: &str) -> bool {
    text.strip_prefix('#')
        .is_some_and(|digits| digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_the_file_says_is_read_and_files_elsewhere_are_not_named() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("agents")).unwrap();
        fs::write(dir.path().join("a.svg"), "").unwrap();
        let text = "interface:\n  display_name: \"D\"\n  icon_small: ./a.svg\n  icon_large: ../a.svg\n  brand_color: red\n\
                    dependencies:\n  tools:\n    - type: mcp\n      value: v\n      url: https://x\npolicy:\n  other: 1\n";
        fs::write(dir.path().join("agents/openai.yaml"), text).unwrap();
        let (interface, tools) = read(dir.path());
        let interface = interface.unwrap();
        assert_eq!(interface.display_name.as_deref(), Some("D"));
        assert_eq!(interface.icon_small, Some(dir.path().join("a.svg")));
        assert_eq!((interface.icon_large, interface.brand_color), (None, None));
        assert_eq!((tools[0].kind.as_str(), tools[0].url.as_deref()), ("mcp", Some("https://x")));
        fs::write(dir.path().join("agents/openai.yaml"), "interface: [").unwrap();
        assert_eq!(read(dir.path()), (None, Vec::new()));
        assert_eq!(read(&dir.path().join("none")), (None, Vec::new()));
    }
}

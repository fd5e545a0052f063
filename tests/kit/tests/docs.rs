//! What the documentation names exists: files, functions, types, pages; and it keeps to the words of the project.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    collections::BTreeMap,
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every file below a folder that ends in `ending`, build output and what is hidden left out.
fn files(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if !name.starts_with('.') && name != "target" && name != "node_modules" {
                files(&path, ending, found);
            }
        } else if name.ends_with(ending) {
            found.push(path);
        }
    }
}

/// All source text of the workspace.
fn source() -> String {
    let mut found = Vec::new();
    files(&root(), ".rs", &mut found);
    found.iter().map(|path| fs::read_to_string(path).unwrap()).collect()
}

/// The pages that people read.
fn pages() -> BTreeMap<String, String> {
    let mut found = Vec::new();
    files(&root(), ".md", &mut found);
    let name = |path: &Path| path.strip_prefix(root()).unwrap().display().to_string();
    found.iter().map(|path| (name(path), fs::read_to_string(path).unwrap())).collect()
}

/// What stands between backticks, code blocks left out.
fn quoted(page: &str) -> Vec<&str> {
    let prose = page.split("```").step_by(2);
    prose.flat_map(|text| text.split('`').skip(1).step_by(2)).collect()
}

#[test]
fn the_life_of_a_request_goes_through_files_and_functions_that_exist() {
    let page = read("docs/life-of-a-request.md");
    let (mut missing, mut functions) = (String::new(), 0);
    for paragraph in page.split("\n\n") {
        // A function stands in parentheses behind its file.
        let mut file = None;
        for name in quoted(paragraph) {
            if name.contains('/')
                && (name.ends_with('/') || Path::new(name).extension().is_some_and(|kind| kind == "rs"))
            {
                let path = root().join(name);
                if !path.exists() {
                    writeln!(missing, "there is no {name}").unwrap();
                }
                file = fs::read_to_string(path).ok().map(|text| (name, text));
                continue;
            }
            let in_parentheses = [format!("(`{name}`"), format!(", `{name}`)"), format!(", `{name}`,")];
            let is_function = in_parentheses.iter().any(|form| paragraph.contains(form));
            if let Some((path, text)) = file.as_ref().filter(|_| is_function) {
                functions += 1;
                if !["(", "<"].iter().any(|after| text.contains(&format!("fn {name}{after}"))) {
                    writeln!(missing, "there is no function {name} in {path}").unwrap();
                }
            }
        }
    }
    assert!(functions > 15, "{functions} functions were recognized");
    assert!(missing.is_empty(), "{missing}");
}

#[test]
fn each_type_of_the_glossary_exists() {
    let (page, source) = (read("docs/glossary.md"), source());
    let mut terms = 0;
    for row in page.lines().filter(|line| line.starts_with("| ") && !line.contains("| --- |")) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let Some(name) = cells[2].strip_prefix('`').and_then(|cell| cell.strip_suffix('`')) else { continue };
        let exists = ["struct", "enum", "trait"].iter().any(|kind| {
            source.match_indices(&format!("{kind} {name}")).any(|(at, found)| {
                !source[at + found.len()..].starts_with(|next: char| next.is_alphanumeric() || next == '_')
            })
        });
        assert!(exists, "no type {name}, the glossary's {}", cells[1]);
        terms += 1;
    }
    assert!(terms > 20);
}

#[test]
fn links_between_pages_lead_somewhere() {
    let mut broken = String::new();
    for (name, page) in pages() {
        let folder = root().join(&name).parent().unwrap().to_owned();
        for (at, _) in page.match_indices("](") {
            let target = page[at + 2..].split(')').next().unwrap();
            let target = target.split('#').next().unwrap();
            if !target.is_empty() && !target.contains("://") && !folder.join(target).exists() {
                writeln!(broken, "{name}: {target}").unwrap();
            }
        }
    }
    assert!(broken.is_empty(), "{broken}");
}

#[test]
fn decisions_are_numbered_without_gaps() {
    let mut found = Vec::new();
    files(&root().join("docs/adr"), ".md", &mut found);
    found.sort();
    for (at, path) in found.iter().enumerate() {
        let name = path.file_name().unwrap().to_string_lossy();
        assert!(name.starts_with(&format!("{:03}-", at + 1)), "{name} should be number {}", at + 1);
    }
}

/// Words and phrases that the project does not use, and what it says instead.
const WORDS: &[(&str, &str)] = &[
    ("can be had again", "is reproducible"),
    ("It is young", "The project is at an early stage"),
    ("What holds it", "Sandboxing"),
    ("is no configuration key", "is not a valid configuration key"),
    ("is of no use", "is invalid"),
    ("that there is none of", "unknown"),
    ("asks nobody else", "relies solely on"),
    ("patience", "time limit"),
    ("the map of the house", "overview"),
    ("rules of the house", "rules of the project"),
    ("by turns", "alternately"),
];

#[test]
fn pages_use_the_words_of_the_project() {
    let mut found = String::new();
    for (name, page) in pages() {
        let page = page.to_lowercase();
        for (word, better) in WORDS {
            if page.contains(&word.to_lowercase()) {
                writeln!(found, "{name}: \"{word}\"; better: \"{better}\"").unwrap();
            }
        }
    }
    assert!(found.is_empty(), "{found}");
}

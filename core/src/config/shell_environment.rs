//! `shell_environment_policy`: which variables commands get.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

/// Which variables commands get.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ShellEnvironmentPolicy {
    inherit: Inherit,
    ignore_default_excludes: bool,
    exclude: Vec<String>,
    set: BTreeMap<String, String>,
    include_only: Vec<String>,
    /// The variables of providers' keys, which no command gets.
    #[serde(skip)]
    pub(super) withheld: BTreeSet<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Inherit {
    #[default]
    All,
    Core,
    None,
}

/// What a program needs to find its way.
const CORE: [&str; 9] = ["HOME", "LOGNAME", "PATH", "SHELL", "USER", "USERNAME", "TMPDIR", "TEMP", "TMP"];

/// Names of secrets.
const SECRET: [&str; 3] = ["*KEY*", "*SECRET*", "*TOKEN*"];

/// What is the server's own, whatever the policy says: its token, and the credentials of collectors.
const OWN: [&str; 4] = ["CODEX_APP_SERVER_TOKEN", "OTEL_*_HEADERS", "TRACEPARENT", "TRACESTATE"];

impl ShellEnvironmentPolicy {
    /// Whether a variable of the server is passed on.
    pub(crate) fn inherits(&self, name: &str) -> bool {
        let any = |patterns: &[&str]| patterns.iter().any(|pattern| fits(pattern, name));
        let inherited = match self.inherit {
            Inherit::All => true,
            Inherit::Core => CORE.iter().any(|core| core.eq_ignore_ascii_case(name)),
            Inherit::None => false,
        };
        inherited
            && !any(&OWN)
            && !self.withheld.contains(name)
            && (self.ignore_default_excludes || !any(&SECRET))
            && !self.exclude.iter().any(|pattern| fits(pattern, name))
            && self.includes(name)
    }

    /// The variables that the policy sets.
    pub(crate) fn set(&self) -> impl Iterator<Item = (&str, &str)> {
        let set = self.set.iter().filter(|(name, _)| self.includes(name));
        set.map(|(name, value)| (name.as_str(), value.as_str()))
    }

    fn includes(&self, name: &str) -> bool {
        self.include_only.is_empty() || self.include_only.iter().any(|pattern| fits(pattern, name))
    }
}

/// Values may be secrets: none is shown.
impl std::fmt::Debug for ShellEnvironmentPolicy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ShellEnvironmentPolicy").field("inherit", &self.inherit).finish_non_exhaustive()
    }
}

/// Whether a name fits a pattern with `*` and `?`, whatever its case.
fn fits(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (pattern.to_uppercase(), name.to_uppercase());
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut at, mut from) = (0, 0);
    // Where the last star stands, and how far the name was when it was met.
    let mut star = None;
    while from < name.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, from));
                at += 1;
            }
            Some(char) if *char == '?' || *char == name[from] => {
                at += 1;
                from += 1;
            }
            _ => {
                let Some((star_at, met)) = star else { return false };
                star = Some((star_at, met + 1));
                at = star_at + 1;
                from = met + 1;
            }
        }
    }
    pattern[at..].iter().all(|char| *char == '*')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn policy(value: serde_json::Value) -> ShellEnvironmentPolicy {
        serde_json::from_value(value).unwrap()
    }

    fn passed(policy: &ShellEnvironmentPolicy) -> String {
        let names =
            ["HOME", "LANG", "GH_TOKEN", "MY_FLAG", "OTEL_EXPORTER_OTLP_HEADERS", "ANTHROPIC", "TRACEPARENT"];
        names.into_iter().filter(|name| policy.inherits(name)).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_is_passed_on() {
        for (given, expected) in [
            (json!({}), "HOME LANG MY_FLAG ANTHROPIC"),
            (json!({ "inherit": "core" }), "HOME"),
            (json!({ "inherit": "none" }), ""),
            (json!({ "ignore_default_excludes": true }), "HOME LANG GH_TOKEN MY_FLAG ANTHROPIC"),
            (json!({ "exclude": ["my_*", "lan?"] }), "HOME ANTHROPIC"),
            (json!({ "include_only": ["*ME", "GH_*"] }), "HOME"),
        ] {
            assert_eq!(passed(&policy(given.clone())), expected, "{given}");
        }
    }

    #[test]
    fn keys_of_providers_are_withheld_whatever_their_name_and_the_policy() {
        let mut policy = policy(json!({ "ignore_default_excludes": true, "include_only": ["*"] }));
        policy.withheld.insert("ANTHROPIC".to_owned());
        assert!(!policy.inherits("ANTHROPIC") && !policy.inherits("CODEX_APP_SERVER_TOKEN"));
    }

    #[test]
    fn what_is_set_is_there() {
        let policy =
            policy(json!({ "inherit": "none", "set": { "A": "1", "B": "2" }, "include_only": ["B"] }));
        assert_eq!(policy.set().collect::<Vec<_>>(), [("B", "2")]);
        assert!(!format!("{policy:?}").contains('2'));
    }

    #[test]
    fn patterns() {
        for (pattern, name, expected) in [
            ("*", "", true),
            ("A*C", "abbc", true),
            ("A*C*", "AXCX", true),
            ("A?C", "AC", false),
            ("*A*B", "XAXAB", true),
            ("A", "AB", false),
            ("", "A", false),
        ] {
            assert_eq!(fits(pattern, name), expected, "{pattern} {name}");
        }
    }
}

//! Ids and times under the same names in every run, so that transcripts can be compared.

use std::{collections::HashMap, fmt::Write, path::Path};

use serde_json::Value;

/// Gives ids and times the same names in every run.
///
/// The closed list of what is blanked: UUIDs (numbered by first appearance), members whose name ends in `AtMs`, `At` or
/// `durationMs`, `inputTokens` and `totalTokens`, the home folder, a rollout's path, cursors, the user agent's system, trace ids.
pub(crate) struct Names {
    home: String,
    ids: HashMap<String, usize>,
}

impl Names {
    pub(crate) fn new(home: &Path) -> Self {
        Self { home: home.display().to_string(), ids: HashMap::new() }
    }

    pub(crate) fn normal(&mut self, message: &Value) -> String {
        let mut message = message.clone();
        self.blank("", &mut message);
        message.to_string()
    }

    fn blank(&mut self, key: &str, value: &mut Value) {
        match value {
            Value::Number(_) if key.ends_with("AtMs") || key.ends_with("At") || key == "durationMs" => {
                *value = Value::String("TIME".to_owned());
            }
            // The demo model counts the bytes of the request, and so of the home folder's name.
            Value::Number(_) if key == "totalTokens" || key == "inputTokens" => {
                *value = Value::String("COUNT".to_owned());
            }
            Value::String(text) if key == "userAgent" => {
                let (before, rest) = text.split_once('(').expect("the system in parentheses");
                let after = rest.split_once(')').expect("the system in parentheses").1;
                *text = format!("{before}(SYSTEM){after}");
            }
            Value::String(text) if key == "path" && text.contains("/sessions/") => "ROLLOUT".clone_into(text),
            Value::String(text) if key.ends_with("Cursor") => "CURSOR".clone_into(text),
            Value::String(text) if key == "traceId" => "TRACE".clone_into(text),
            Value::String(text) => *text = self.name_ids(&text.replace(&self.home, "HOME")),
            Value::Array(list) => list.iter_mut().for_each(|value| self.blank(key, value)),
            Value::Object(members) => {
                // Some members are named by an id.
                for (key, mut value) in std::mem::take(members) {
                    self.blank(&key, &mut value);
                    members.insert(self.name_ids(&key), value);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// Replaces UUIDs by numbers, wherever they stand in a text.
    fn name_ids(&mut self, text: &str) -> String {
        let mut named = String::new();
        let mut rest = text;
        while !rest.is_empty() {
            let candidate = rest.get(..36).filter(|candidate| {
                candidate.bytes().enumerate().all(|(at, byte)| match at {
                    8 | 13 | 18 | 23 => byte == b'-',
                    _ => byte.is_ascii_hexdigit(),
                })
            });
            if let Some(id) = candidate.filter(|id| !id.starts_with("00000000")) {
                let next = self.ids.len() + 1;
                let number = *self.ids.entry(id.to_owned()).or_insert(next);
                let _ = write!(named, "#{number}");
                rest = &rest[36..];
            } else {
                let first = rest.chars().next().expect("it is not empty");
                named.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
        named
    }
}

//! Transcripts that two runs, two framings and two versions of the server can be compared by.
//!
//! One line a message, `-->` to the server and `<--` to the client. What differs from run to run is redacted, and what
//! says nothing new is left out; the lists of both are closed, and stand at [`Transcript`].

use std::{
    collections::HashMap,
    fmt::{self, Write},
    path::Path,
};

use serde_json::{Map, Value};

/// Objects with more members than this are long: their nulls are left out, and where one has an id that was shown
/// before, only what has changed since.
const LONG: usize = 8;

/// A transcript in the making.
///
/// Redacted: UUIDs (numbered by first appearance: `#1`), members whose name ends in `AtMs`, `At` or is `durationMs`,
/// `inputTokens` and `totalTokens` (the demo model counts the home folder's name), the home folder, a rollout's path,
/// cursors, the user agent's system, trace ids.
///
/// Left out: null members of objects with more than eight members, whose number stands in `"…"`; of such an object that
/// has an `id` and was shown before, whatever has not changed. `"gone"` lists members that were there and are not now.
#[derive(Debug)]
pub struct Transcript {
    home: String,
    ids: HashMap<String, usize>,
    shown: HashMap<String, Map<String, Value>>,
    text: String,
}

impl fmt::Display for Transcript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Transcript {
    /// An empty one, of a server with that home folder.
    pub fn new(home: &Path) -> Self {
        let home = home.display().to_string();
        Self { home, ids: HashMap::new(), shown: HashMap::new(), text: String::new() }
    }

    /// Adds a message to the server, as the test wrote it.
    pub fn sent(&mut self, text: &str) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.text, "--> {text}");
    }

    /// Adds a message to the client.
    pub fn received(&mut self, message: &Value) {
        let line = self.line(message);
        // As above.
        let _ = writeln!(self.text, "<-- {line}");
    }

    /// A message, redacted and shortened.
    pub fn line(&mut self, message: &Value) -> String {
        let mut message = self.redacted(message);
        self.shorten(&mut message);
        message.to_string()
    }

    /// A message, redacted and whole.
    pub fn redacted(&mut self, message: &Value) -> Value {
        let mut message = message.clone();
        self.redact("", &mut message);
        message
    }

    /// Leaves out what says nothing new.
    fn shorten(&mut self, value: &mut Value) {
        match value {
            Value::Array(list) => list.iter_mut().for_each(|value| self.shorten(value)),
            Value::Object(members) => {
                if members.len() > LONG {
                    self.shorten_object(members);
                }
                members.values_mut().for_each(|value| self.shorten(value));
            }
            _ => {}
        }
    }

    fn shorten_object(&mut self, members: &mut Map<String, Value>) {
        let whole = members.clone();
        let id = whole.get("id").and_then(Value::as_str).map(str::to_owned);
        let before = id.as_ref().and_then(|id| self.shown.get(id));
        let count = members.len();
        if let Some(before) = before {
            members.retain(|name, value| name == "id" || before.get(name) != Some(value));
            let gone = before.keys().filter(|name| !whole.contains_key(*name));
            let gone: Vec<Value> = gone.map(|name| name.as_str().into()).collect();
            if members.len() < count {
                members.insert("…".to_owned(), "as before".into());
            }
            if !gone.is_empty() {
                members.insert("gone".to_owned(), gone.into());
            }
        } else {
            members.retain(|_, value| !value.is_null());
            if members.len() < count {
                members.insert("…".to_owned(), format!("{} null", count - members.len()).into());
            }
        }
        if let Some(id) = id {
            self.shown.insert(id, whole);
        }
    }

    fn redact(&mut self, key: &str, value: &mut Value) {
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
            Value::Array(list) => list.iter_mut().for_each(|value| self.redact(key, value)),
            Value::Object(members) => {
                // Some members are named by an id.
                for (key, mut value) in std::mem::take(members) {
                    self.redact(&key, &mut value);
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

/// Fails with the first line in which two transcripts differ, and with all of it where one is shorter.
#[track_caller]
pub fn assert_same(what: &str, one: &str, other: &str) {
    let (mut left, mut right) = (one.lines(), other.lines());
    for number in 1.. {
        match (left.next(), right.next()) {
            (None, None) => return,
            (left, right) => assert_eq!(left, right, "{what}: line {number} of\n{one}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "line 2")]
    fn a_transcript_that_only_begins_like_another_is_not_the_same() {
        assert_same("both framings", "--> a\n<-- b\n", "--> a\n");
    }

    #[test]
    #[should_panic(expected = "line 2")]
    fn nor_is_one_that_goes_on() {
        assert_same("both framings", "--> a\n", "--> a\n<-- b\n");
    }

    #[test]
    fn ids_are_numbered_nulls_are_counted_and_only_changes_are_repeated() {
        let mut transcript = Transcript::new(Path::new("/home/x"));
        let id = "0191d1a0-0000-7000-8000-00000000abcd";
        let mut thread = serde_json::json!({"id": id, "a": 1, "b": null, "c": null, "d": "/home/x/f", "e": [], "f": {},
            "createdAt": 5, "g": true});
        transcript.received(&thread);
        thread["a"] = 2.into();
        thread["b"] = "now".into();
        transcript.received(&thread);
        expect_test::expect![[r##"
            <-- {"id":"#1","a":1,"d":"HOME/f","e":[],"f":{},"createdAt":"TIME","g":true,"…":"2 null"}
            <-- {"id":"#1","a":2,"b":"now","…":"as before"}
        "##]]
        .assert_eq(&transcript.to_string());
    }
}

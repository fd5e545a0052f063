//! What a provider says when something went wrong, whatever shape it says it in.

use std::time::Duration;

use serde_json::Value;

/// A provider's own words, as far as they can be made out.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ProviderError {
    /// A word for programs.
    pub(crate) code: Option<String>,
    /// Words for people.
    pub(crate) message: Option<String>,
}

impl ProviderError {
    /// Reads the body of an answer.
    pub(super) fn of_body(body: &[u8]) -> Self {
        let text = String::from_utf8_lossy(body);
        let text = text.trim();
        match serde_json::from_str::<Value>(text) {
            Ok(value) => Self::of_json(&value),
            Err(_) if text.is_empty() => Self::default(),
            Err(_) if text.starts_with('<') => Self { code: None, message: Some(without_tags(text)) },
            Err(_) => Self { code: None, message: Some(text.to_owned()) },
        }
    }

    /// Reads an error as JSON: itself, or what is below a key that is commonly used for it.
    pub(super) fn of_json(value: &Value) -> Self {
        let mut found = Self { code: code(value), message: message(value) };
        for key in ["error", "errors", "response"] {
            if let Some(inner) = value.get(key).filter(|inner| !inner.is_null()) {
                let inner = Self::of_json(inner);
                found = Self { code: inner.code.or(found.code), message: inner.message.or(found.message) };
            }
        }
        if found.message.is_none() && found.code.is_none() && !is_empty(value) {
            found.message = Some(value.to_string());
        }
        found
    }

    /// How long the words ask to wait: "try again in 1.5s".
    pub(super) fn suggested_delay(&self) -> Option<Duration> {
        let text = self.message.as_deref()?.to_lowercase();
        let rest = text.split_once("try again in ").or_else(|| text.split_once("retry in "))?.1;
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let number: f64 = rest[..digits].parse().ok()?;
        let unit = rest[digits..].trim_start();
        let seconds = if unit.starts_with("ms") || unit.starts_with("milli") {
            number / 1000.0
        } else if unit.starts_with('m') {
            number * 60.0
        } else if unit.starts_with('h') {
            number * 3600.0
        } else {
            number
        };
        Duration::try_from_secs_f64(seconds).ok()
    }
}

fn code(value: &Value) -> Option<String> {
    ["code", "type"].iter().find_map(|key| {
        let word = match value.get(key)? {
            Value::String(word) => word.clone(),
            Value::Number(number) => number.to_string(),
            _ => return None,
        };
        // The name of the event itself is no code.
        let event = *key == "type" && (word == "error" || word.starts_with("response."));
        (!word.is_empty() && !event).then_some(word)
    })
}

fn message(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts
            .iter()
            .filter_map(|part| message(part).or_else(|| inner(part)))
            .collect::<Vec<_>>()
            .join("; "),
        Value::Object(members) => {
            return ["message", "msg", "detail", "error_description", "reason", "title"]
                .iter()
                .find_map(|key| message(members.get(*key)?));
        }
        _ => return None,
    };
    Some(text).filter(|text| !text.trim().is_empty())
}

fn inner(value: &Value) -> Option<String> {
    message(value.get("error")?)
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(parts) => parts.is_empty(),
        Value::Object(members) => members.values().all(is_empty),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// What a page says, without its mark-up.
fn without_tags(page: &str) -> String {
    let lower = page.to_ascii_lowercase();
    let title = lower.find("<title>").map(|at| at + "<title>".len());
    let part = match title.and_then(|from| Some((from, lower[from..].find("</title>")? + from))) {
        Some((from, to)) if !page[from..to].trim().is_empty() => &page[from..to],
        _ => page,
    };
    let (mut text, mut inside) = (String::new(), false);
    for c in part.chars() {
        match c {
            '<' => inside = true,
            '>' => {
                inside = false;
                text.push(' ');
            }
            _ if inside => {}
            c => text.push(c),
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn says(body: &str, code: Option<&str>, message: Option<&str>) {
        let error = ProviderError::of_body(body.as_bytes());
        assert_eq!((error.code.as_deref(), error.message.as_deref()), (code, message), "{body}");
    }

    #[test]
    fn errors_of_any_shape() {
        says(r#"{"error":{"message":"m","code":"c","type":"t"}}"#, Some("c"), Some("m"));
        says(r#"{"error":{"message":"m","code":null,"type":"t"}}"#, Some("t"), Some("m"));
        says(r#"{"error":{"message":"m","code":400}}"#, Some("400"), Some("m"));
        says(r#"{"error":"text"}"#, None, Some("text"));
        says(r#"{"message":"m"}"#, None, Some("m"));
        says(r#"{"detail":"m"}"#, None, Some("m"));
        says(r#"{"detail":[{"loc":["body"],"msg":"a"},{"msg":"b"}]}"#, None, Some("a; b"));
        says(r#"{"errors":[{"message":"a"}]}"#, None, Some("a"));
        says(r#"[{"error":{"message":"a"}}]"#, None, Some("a"));
        says(r#"{"strange":true}"#, None, Some(r#"{"strange":true}"#));
        says("plain words", None, Some("plain words"));
        says(
            "<html><head><title>502 Bad Gateway</title></head><body>x</body></html>",
            None,
            Some("502 Bad Gateway"),
        );
        says("<html><body>Cloudflare <b>blocked</b> it</body></html>", None, Some("Cloudflare blocked it"));
        says("", None, None);
        says("{}", None, None);
        says("null", None, None);
        says(r#"{"error":{}}"#, None, None);
    }

    #[test]
    fn the_wait_that_words_ask_for() {
        for (text, seconds) in [
            ("Rate limit reached. Please try again in 1.5s.", Some(1.5)),
            ("try again in 200ms", Some(0.2)),
            ("Try again in 2 seconds", Some(2.0)),
            ("Please try again in 1m", Some(60.0)),
            ("try again in a moment", None),
            ("no", None),
        ] {
            let error = ProviderError { code: None, message: Some(text.to_owned()) };
            assert_eq!(error.suggested_delay().map(|wait| wait.as_secs_f64()), seconds, "{text}");
        }
    }
}

//! What is said of settings that do not fit: the key and what was expected, never the value, which may be a secret.

/// What a value that does not fit is told, without the value.
pub(super) fn without_value(message: &str) -> String {
    if let Some((_, expected)) = message.rsplit_once(", expected ") {
        return format!("expected {expected}");
    }
    let names_a_key = ["missing field ", "duplicate field ", "unknown field "];
    if names_a_key.iter().any(|start| message.starts_with(start)) {
        return message.to_owned();
    }
    "it does not fit".to_owned()
}

/// Where a file is no TOML, and why, without the line itself.
pub(super) fn syntax_message(text: &str, error: &toml_edit::de::Error) -> String {
    let start = error.span().map_or(0, |span| span.start);
    let line = text.get(..start).unwrap_or(text).matches('\n').count() + 1;
    format!("line {line}: {}", error.message())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_not_repeated() {
        for (message, told) in [
            ("invalid type: string \"canary\", expected u64", "expected u64"),
            ("invalid type: string \"canary, expected x\", expected u64", "expected u64"),
            ("unknown variant `canary`, expected `a` or `b`", "expected `a` or `b`"),
            ("invalid value: integer `7`, expected something else", "expected something else"),
            ("missing field `base_url`", "missing field `base_url`"),
            ("canary is no good", "it does not fit"),
        ] {
            assert_eq!(without_value(message), told);
        }
    }

    #[test]
    fn a_line_is_named_and_not_shown() {
        let text = "a = 1\nkey = canary\n";
        let error = super::super::layers::parse_toml(text).unwrap_err();
        let told = syntax_message(text, &error);
        assert!(told.starts_with("line 2: ") && !told.contains("canary"), "{told}");
    }
}

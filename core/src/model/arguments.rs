//! The arguments of tool calls, as they go back to a provider.

use std::borrow::Cow;

use serde::de::IgnoredAny;
use serde_json::json;

/// The arguments as a JSON object, whatever the model wrote.
pub(super) fn well_formed(arguments: &str) -> Cow<'_, str> {
    if arguments.trim_start().starts_with('{') && serde_json::from_str::<IgnoredAny>(arguments).is_ok() {
        return Cow::Borrowed(arguments);
    }
    if arguments.trim().is_empty() {
        return Cow::Borrowed("{}");
    }
    // So that the model sees what it did.
    Cow::Owned(json!({ "not_an_object": arguments }).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_object_becomes_one() {
        for (arguments, sent) in [
            (r#"{"a": 1}"#, r#"{"a": 1}"#),
            ("", "{}"),
            ("[]", r#"{"not_an_object":"[]"}"#),
            (r#"{"command": "echo"#, r#"{"not_an_object":"{\"command\": \"echo"}"#),
            (r#"{"a": 1} x"#, r#"{"not_an_object":"{\"a\": 1} x"}"#),
        ] {
            assert_eq!(well_formed(arguments), sent, "{arguments}");
        }
    }
}

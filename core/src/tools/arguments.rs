//! Reading what the model sends to a tool.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::ToolResult;
use crate::conversation::ToolInput;

/// The arguments of a call. What does not fit is an answer for the model, that says where and why.
pub(super) fn arguments<T: DeserializeOwned>(input: &ToolInput) -> Result<T, Box<ToolResult>> {
    let text = match input {
        ToolInput::Json(text) => text.trim(),
        ToolInput::Text(_) => {
            return Err(unfit("this tool takes a JSON object, not text"));
        }
    };
    // Some models send nothing where nothing is needed.
    let text = if text.is_empty() { "{}" } else { text };
    let value: Value =
        serde_json::from_str(text).map_err(|error| unfit(&format!("this is not valid JSON ({error})")))?;
    // Structs would be read from arrays too, by position.
    if !value.is_object() {
        return Err(unfit("a JSON object is needed"));
    }
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().to_string();
        // A missing field is named by the error itself.
        let place = if path == "." { String::new() } else { format!("`{path}`: ") };
        unfit(&format!("{place}{}", error.inner()))
    })
}

fn unfit(reason: &str) -> Box<ToolResult> {
    Box::new(ToolResult::failed("invalid_arguments", format!("the arguments do not fit: {reason}")))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    struct Arguments {
        command: String,
        #[serde(default)]
        count: Option<u32>,
    }

    #[test]
    fn what_fits_is_read_and_what_does_not_says_where() {
        let read = |text: &str| {
            arguments::<Arguments>(&ToolInput::Json(text.to_owned())).map_or_else(
                |result| result.text(),
                |Arguments { command, count }| format!("{command} {count:?}"),
            )
        };
        for (text, expected) in [
            (r#"{"command":"ls","count":null}"#, "ls None"),
            ("", "the arguments do not fit: missing field `command`"),
            ("{}", "the arguments do not fit: missing field `command`"),
            ("[]", "the arguments do not fit: a JSON object is needed"),
            (r#"["ls",1]"#, "the arguments do not fit: a JSON object is needed"),
            ("null", "the arguments do not fit: a JSON object is needed"),
            (
                r#"{"command": "echo"#,
                "the arguments do not fit: this is not valid JSON (EOF while parsing a string at line 1 column 17)",
            ),
            (
                r#"{"command":"ls","count":"3"}"#,
                "the arguments do not fit: `count`: invalid type: string \"3\", expected u32",
            ),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
        let text = ToolInput::Text("ls".to_owned());
        assert_eq!(
            arguments::<Arguments>(&text).unwrap_err().error_type.as_deref(),
            Some("invalid_arguments")
        );
    }
}

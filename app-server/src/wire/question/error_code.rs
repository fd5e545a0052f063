//! A client's error in place of an answer.

use serde::Deserialize;
use serde_json::value::RawValue;

/// The code of a client's error. Its message is the client's own and may hold anything.
pub(crate) fn error_code(error: &RawValue) -> i64 {
    #[derive(Deserialize)]
    struct Failure {
        #[serde(default)]
        code: i64,
    }
    serde_json::from_str(error.get()).map_or(0, |failure: Failure| failure.code)
}

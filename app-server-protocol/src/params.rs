//! From the raw `params` of a message to the type of its method.

use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::value::RawValue;

use crate::RpcError;

/// Decodes `params`. Absent params, and null, read as `{}`. What does not fit is `-32602`, naming the field by its path.
///
/// The path is tracked only on a second decoding, after the plain one failed: success pays nothing for it.
pub fn decode_params<P: DeserializeOwned>(params: Option<&RawValue>) -> Result<P, RpcError> {
    let text = params.map_or("{}", RawValue::get);
    let text = if text == "null" { "{}" } else { text };
    // A derived struct would silently read an array as its fields in order.
    if !text.starts_with('{') {
        return Err(RpcError::invalid_params("invalid params: not an object"));
    }
    serde_json::from_str(text).map_err(|plain| explain::<P>(text, &plain))
}

#[cold]
fn explain<P: DeserializeOwned>(text: &str, plain: &serde_json::Error) -> RpcError {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let tracked = serde_path_to_error::deserialize::<_, P>(&mut deserializer).err();
    let (path, error) = match &tracked {
        Some(tracked) => (tracked.path().to_string(), tracked.inner()),
        None => (".".to_owned(), plain),
    };
    // The position is one within `params`, which no client can see.
    let reason = error.to_string();
    let reason = reason.rsplit_once(" at line ").map_or(reason.as_str(), |(reason, _)| reason);
    match path.as_str() {
        "." => RpcError::invalid_params(format!("invalid params: {reason}")),
        path => RpcError::invalid_params(format!("invalid params: {path}: {reason}")),
    }
}

/// Reads a member that may be left out, and that some clients send as null instead.
pub(crate) fn null_is_absent<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

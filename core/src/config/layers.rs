//! Layers of configuration as JSON values: reading TOML, setting dotted keys, merging.

use serde_json::{Map, Value};

use super::ConfigError;

/// One source of settings.
#[derive(Clone)]
pub(super) struct Layer {
    pub(super) source: ConfigSource,
    pub(super) values: Value,
}

/// Where a layer came from. Later variants win over earlier ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigSource {
    /// `config.toml`, by its path.
    User(String),
    /// The command line, or a thread's own overrides.
    SessionFlags,
}

/// Reads a TOML document.
pub(super) fn parse_toml(text: &str) -> Result<Value, toml_edit::de::Error> {
    // Editors on Windows put a byte-order mark in front; TOML has no place for it.
    toml_edit::de::from_str(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// Reads the `key=value` pairs of the command line: a TOML value, or text where it is none.
pub(super) fn parse_overrides(pairs: &[(String, String)]) -> Result<Value, ConfigError> {
    let mut layer = Value::Object(Map::new());
    for (key, text) in pairs {
        set(&mut layer, key, override_value(text))?;
    }
    Ok(layer)
}

/// The value of an override.
pub(super) fn override_value(text: &str) -> Value {
    parse_toml(&format!("value = {text}"))
        .ok()
        .and_then(|mut table| table.get_mut("value").map(Value::take))
        .unwrap_or_else(|| Value::String(text.to_owned()))
}

/// Sets a dotted key.
pub(super) fn set(layer: &mut Value, key: &str, value: Value) -> Result<(), ConfigError> {
    let mut place = layer;
    for part in key.split('.') {
        if part.is_empty() {
            return Err(ConfigError::Key { key: key.to_owned() });
        }
        if !place.is_object() {
            *place = Value::Object(Map::new());
        }
        let Value::Object(map) = place else { return Err(ConfigError::Key { key: key.to_owned() }) };
        place = map.entry(part).or_insert(Value::Null);
    }
    *place = value;
    Ok(())
}

/// Lays `over` on `base`: tables merge key by key, everything else is replaced.
pub(super) fn merge(base: &mut Value, over: &Value) {
    match (base, over) {
        (Value::Object(base), Value::Object(over)) => {
            for (key, value) in over {
                merge(base.entry(key.as_str()).or_insert(Value::Null), value);
            }
        }
        (base, over) => *base = over.clone(),
    }
}

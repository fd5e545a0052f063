//! How a tool is shown to the model, before it has a wire form.

use schemars::{JsonSchema, generate::SchemaSettings};
use serde_json::{Value, value::RawValue};

/// How a tool is shown to the model.
#[derive(Clone, Debug)]
pub(crate) struct ToolSpec {
    /// Its name.
    pub(crate) name: String,
    /// What it is for.
    pub(crate) description: String,
    /// What it takes.
    pub(crate) input: ToolInputSpec,
}

/// What a tool takes.
#[derive(Clone, Debug)]
pub(crate) enum ToolInputSpec {
    /// A JSON object of this schema.
    Json(Box<RawValue>),
    /// Text of any form.
    Text,
    /// Text that follows a grammar.
    Grammar {
        /// The grammar's language: `lark` or `regex`.
        syntax: &'static str,
        /// The grammar.
        definition: String,
    },
}

impl ToolSpec {
    /// A tool that takes these arguments.
    pub(crate) fn json<T: JsonSchema>(name: &str, description: &str) -> Self {
        Self {
            name: name.to_owned(),
            description: description.to_owned(),
            input: ToolInputSpec::Json(schema_of::<T>()),
        }
    }
}

/// The JSON schema of a type, in the plain form that providers take.
fn schema_of<T: JsonSchema>() -> Box<RawValue> {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.inline_subschemas = true;
        settings.meta_schema = None;
    });
    let mut schema = settings.into_generator().into_root_schema_for::<T>().to_value();
    if let Value::Object(fields) = &mut schema {
        // The type's own name and documentation are ours, not the model's.
        fields.remove("title");
        fields.remove("description");
    }
    serde_json::value::to_raw_value(&schema).expect("a schema is JSON")
}

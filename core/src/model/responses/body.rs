//! The body of a request to the Responses API.

use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::{Value, value::RawValue};

use crate::{
    conversation::{ConversationItem, ToolInput, paired},
    model::{Prompt, ToolInputSpec, ToolSpec, arguments::well_formed},
};

pub(super) fn body(prompt: &Prompt<'_>) -> serde_json::Result<Vec<u8>> {
    serde_json::to_vec(&Body {
        model: prompt.model,
        instructions: prompt.instructions,
        input: paired(prompt.items).into_iter().filter(|item| item.is_known()).map(Item).collect(),
        tools: prompt.tools.iter().map(Into::into).collect(),
        tool_choice: "auto",
        parallel_tool_calls: false,
        store: false,
        stream: true,
        prompt_cache_key: prompt.conversation,
        reasoning: Reasoning::of(prompt),
        // Without it the provider cannot go on from its own reasoning, since nothing is stored there.
        include: &["reasoning.encrypted_content"],
        text: prompt.output_schema.map(|schema| Text {
            format: Format { kind: "json_schema", name: "final_answer", strict: true, schema },
        }),
    })
}

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    instructions: &'a str,
    input: Vec<Item<'a>>,
    tools: Vec<Tool<'a>>,
    tool_choice: &'a str,
    parallel_tool_calls: bool,
    store: bool,
    stream: bool,
    prompt_cache_key: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning: Option<Reasoning<'a>>,
    include: &'a [&'a str],
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<Text<'a>>,
}

/// An item on this wire: as it is kept, but for what providers refuse.
struct Item<'a>(&'a ConversationItem);

impl Serialize for Item<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            // Arguments that are no JSON object make some providers refuse the whole conversation, for ever.
            ConversationItem::ToolCall { call_id, name, input: ToolInput::Json(arguments) } => {
                let mut map = serializer.serialize_map(None)?;
                map.serialize_entry("type", "function_call")?;
                map.serialize_entry("call_id", call_id)?;
                map.serialize_entry("name", name)?;
                map.serialize_entry("arguments", &*well_formed(arguments))?;
                map.end()
            }
            item => item.serialize(serializer),
        }
    }
}

#[derive(Serialize)]
struct Reasoning<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    effort: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<&'a str>,
}

impl<'a> Reasoning<'a> {
    fn of(prompt: &Prompt<'a>) -> Option<Self> {
        let summary = Some(prompt.reasoning_summary).filter(|summary| *summary != "none");
        (prompt.effort.is_some() || summary.is_some()).then_some(Self { effort: prompt.effort, summary })
    }
}

#[derive(Serialize)]
struct Text<'a> {
    format: Format<'a>,
}

#[derive(Serialize)]
struct Format<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    name: &'a str,
    strict: bool,
    schema: &'a Value,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Tool<'a> {
    Function { name: &'a str, description: &'a str, strict: bool, parameters: &'a RawValue },
    Custom { name: &'a str, description: &'a str, format: CustomFormat<'a> },
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum CustomFormat<'a> {
    Text,
    Grammar { syntax: &'a str, definition: &'a str },
}

impl<'a> From<&'a ToolSpec> for Tool<'a> {
    fn from(ToolSpec { name, description, input }: &'a ToolSpec) -> Self {
        let format = match input {
            ToolInputSpec::Json(parameters) => {
                return Self::Function { name, description, strict: false, parameters };
            }
            ToolInputSpec::Text => CustomFormat::Text,
            ToolInputSpec::Grammar { syntax, definition } => CustomFormat::Grammar { syntax, definition },
        };
        Self::Custom { name, description, format }
    }
}

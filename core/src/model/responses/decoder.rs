//! Reads the events of the Responses API.
//!
//! Deltas are read from the bytes as they stand, since there are many; what comes once for an item or a response is
//! read with all that providers get wrong about it. An event that cannot be read is left out: what it said comes again
//! with the end of its item.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{
    conversation::ConversationItem,
    model::{
        Finish, ItemRef, ModelError, ModelEvent, StartedItem,
        client::{Decoder, OnEvent, Progress},
        provider_error::ProviderError,
        sse::Frame,
        usage::read_usage,
    },
};

/// Reads one response.
#[derive(Debug, Default)]
pub(super) struct ResponsesDecoder {
    /// The items that are whole.
    done: Vec<(Box<str>, Option<u32>)>,
    over: bool,
    unreadable: u32,
}

impl Decoder for ResponsesDecoder {
    fn decode(&mut self, frame: &Frame<'_>, on_event: &mut OnEvent<'_>) -> Result<(), ModelError> {
        let data: &[u8] = &frame.data;
        match frame.event {
            Some(b"response.output_text.delta" | b"response.refusal.delta") => {
                if let Some(Delta { item, text: delta, .. }) = self.delta(data) {
                    on_event(ModelEvent::TextDelta { item, delta });
                }
                Ok(())
            }
            Some(name) if name.starts_with(b"response.") || name == b"error" => {
                self.event(&String::from_utf8_lossy(name), data, on_event)
            }
            // Some providers leave the name to the data.
            _ if data == b"[DONE]" => Ok(()),
            _ => match serde_json::from_slice::<Typed<'_>>(data) {
                Ok(Typed { kind: Some(kind), .. }) => self.event(&kind, data, on_event),
                Ok(Typed { error: Some(_), .. }) => self.event("error", data, on_event),
                Ok(Typed { kind: None, .. }) => Ok(()),
                Err(_) => {
                    self.unreadable += 1;
                    Ok(())
                }
            },
        }
    }

    fn whole(&mut self, body: Value, on_event: &mut OnEvent<'_>) -> Result<(), ModelError> {
        if body.get("error").is_some_and(|error| !error.is_null()) || body.get("output").is_none() {
            return Err(ModelError::failed(ProviderError::of_json(&body)));
        }
        self.completed(body, on_event)
    }

    fn end(&mut self, _: &mut OnEvent<'_>) -> Result<(), ModelError> {
        Ok(())
    }

    fn progress(&self) -> Progress {
        if self.over { Progress::Over } else { Progress::Running }
    }

    fn unreadable(&self) -> u32 {
        self.unreadable
    }
}

impl ResponsesDecoder {
    fn event(&mut self, name: &str, data: &[u8], on_event: &mut OnEvent<'_>) -> Result<(), ModelError> {
        match name {
            "response.output_text.delta" | "response.refusal.delta" => {
                if let Some(Delta { item, text: delta, .. }) = self.delta(data) {
                    on_event(ModelEvent::TextDelta { item, delta });
                }
            }
            "response.reasoning_summary_text.delta" => {
                if let Some(Delta { item, text: delta, summary: index, .. }) = self.delta(data) {
                    on_event(ModelEvent::SummaryDelta { item, index, delta });
                }
            }
            "response.reasoning_text.delta" | "response.reasoning.delta" => {
                if let Some(Delta { item, text: delta, content: index, .. }) = self.delta(data) {
                    on_event(ModelEvent::ReasoningDelta { item, index, delta });
                }
            }
            "response.reasoning_summary_part.added" => {
                if let Some(Delta { item, summary: index, .. }) = self.delta(data) {
                    on_event(ModelEvent::SummaryPart { item, index });
                }
            }
            "response.function_call_arguments.delta" | "response.custom_tool_call_input.delta" => {
                on_event(ModelEvent::ToolCallDelta);
            }
            "response.created" => {
                if let Some(mut event) = self.object(data) {
                    let response = event.get_mut("response").map(Value::take).unwrap_or_default();
                    on_event(ModelEvent::Created {
                        id: text(&response, "id"),
                        model: text(&response, "model"),
                    });
                }
            }
            "response.output_item.added" => {
                if let Some(event) = self.object(data) {
                    let item = event.get("item").unwrap_or(&Value::Null);
                    let kind = match item.get("type").and_then(Value::as_str) {
                        Some("message") => StartedItem::Message,
                        Some("reasoning") => StartedItem::Reasoning,
                        _ => StartedItem::Other,
                    };
                    let phase = text(item, "phase");
                    on_event(ModelEvent::ItemStarted { item: item_ref(item, &event), kind, phase });
                }
            }
            "response.output_item.done" => {
                if let Some(mut event) = self.object(data)
                    && let Some(Value::Object(item)) = event.get_mut("item").map(Value::take)
                {
                    self.item_done(item, index(event.get("output_index")), on_event);
                }
            }
            "response.completed" | "response.done" | "response.incomplete" | "response.failed" => {
                if let Some(mut event) = self.object(data) {
                    let response = event.get_mut("response").map(Value::take).unwrap_or_default();
                    return match name {
                        "response.incomplete" => Self::incomplete(&response, on_event),
                        "response.failed" => Err(failed(&response)),
                        _ => self.completed(response, on_event),
                    };
                }
            }
            "error" => {
                let error = ProviderError::of_body(data);
                return Err(ModelError::failed(error));
            }
            _ => {}
        }
        Ok(())
    }

    /// The response has ended, as it says itself.
    fn completed(&mut self, mut response: Value, on_event: &mut OnEvent<'_>) -> Result<(), ModelError> {
        match response.get("status").and_then(Value::as_str) {
            Some("failed") => return Err(failed(&response)),
            Some("incomplete") => return Self::incomplete(&response, on_event),
            _ => {}
        }
        self.rest(&mut response, on_event);
        if let Some(usage) = response.get("usage").and_then(read_usage) {
            on_event(ModelEvent::Usage(usage));
        }
        self.over = true;
        on_event(ModelEvent::Completed { id: text(&response, "id"), finish: Finish::Stop });
        Ok(())
    }

    /// The provider stopped before the answer was whole.
    fn incomplete(response: &Value, on_event: &mut OnEvent<'_>) -> Result<(), ModelError> {
        if let Some(usage) = response.get("usage").and_then(read_usage) {
            on_event(ModelEvent::Usage(usage));
        }
        let reason = response.get("incomplete_details").and_then(|details| text(details, "reason"));
        let finish = match reason.as_deref() {
            Some("content_filter") => Finish::ContentFilter,
            _ => Finish::Length,
        };
        on_event(ModelEvent::Completed { id: text(response, "id"), finish });
        Err(ModelError::Incomplete { reason: reason.unwrap_or_else(|| "unknown".to_owned()) })
    }

    /// Items that stand only in the whole response.
    fn rest(&mut self, response: &mut Value, on_event: &mut OnEvent<'_>) {
        let Some(Value::Array(output)) = response.get_mut("output").map(Value::take) else { return };
        // Where the items have neither names nor places, their number tells.
        let unnamed = self.done.iter().filter(|(id, index)| id.is_empty() && index.is_none()).count();
        for (place, item) in output.into_iter().enumerate().skip(unnamed) {
            let Value::Object(item) = item else { continue };
            let id = item.get("id").and_then(Value::as_str).unwrap_or_default();
            let place = place as u32;
            let told = self
                .done
                .iter()
                .any(|(done, index)| (!id.is_empty() && **done == *id) || *index == Some(place));
            if !told {
                self.item_done(item, Some(place), on_event);
            }
        }
    }

    fn item_done(&mut self, item: Map<String, Value>, index: Option<u32>, on_event: &mut OnEvent<'_>) {
        let id = item.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
        self.done.push((id.as_str().into(), index));
        let item_ref = ItemRef { id: id.into(), index };
        on_event(ModelEvent::ItemDone { item: item_ref, done: ConversationItem::read(item) });
    }

    /// Reads a delta, as it should be or as it can be understood.
    fn delta<'a>(&mut self, data: &'a [u8]) -> Option<Delta<'a>> {
        if let Ok(strict) = serde_json::from_slice::<StrictDelta<'a>>(data) {
            return Some(Delta {
                item: ItemRef { id: strict.item_id, index: strict.output_index },
                text: strict.delta,
                summary: strict.summary_index,
                content: strict.content_index,
            });
        }
        let event = self.object(data)?;
        Some(Delta {
            item: ItemRef {
                id: text(&event, "item_id").unwrap_or_default().into(),
                index: index(event.get("output_index")),
            },
            text: text(&event, "delta").unwrap_or_default().into(),
            summary: index(event.get("summary_index")).unwrap_or_default(),
            content: index(event.get("content_index")).unwrap_or_default(),
        })
    }

    fn object(&mut self, data: &[u8]) -> Option<Value> {
        let event = serde_json::from_slice(data).ok().filter(Value::is_object);
        if event.is_none() {
            self.unreadable += 1;
        }
        event
    }
}

fn failed(response: &Value) -> ModelError {
    ModelError::failed(response.get("error").map(ProviderError::of_json).unwrap_or_default())
}

fn item_ref(item: &Value, event: &Value) -> ItemRef<'static> {
    ItemRef { id: text(item, "id").unwrap_or_default().into(), index: index(event.get("output_index")) }
}

fn text(value: &Value, key: &str) -> Option<String> {
    match value.get(key)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn index(value: Option<&Value>) -> Option<u32> {
    let number = value?.as_f64()?;
    (0.0..=f64::from(u32::MAX)).contains(&number).then_some(number as u32)
}

#[derive(Deserialize)]
struct Typed<'a> {
    #[serde(borrow, rename = "type")]
    kind: Option<Cow<'a, str>>,
    error: Option<serde::de::IgnoredAny>,
}

/// A delta of any kind.
struct Delta<'a> {
    item: ItemRef<'a>,
    text: Cow<'a, str>,
    summary: u32,
    content: u32,
}

#[derive(Deserialize)]
struct StrictDelta<'a> {
    #[serde(borrow, default)]
    item_id: Cow<'a, str>,
    #[serde(borrow, default)]
    delta: Cow<'a, str>,
    output_index: Option<u32>,
    #[serde(default)]
    summary_index: u32,
    #[serde(default)]
    content_index: u32,
}

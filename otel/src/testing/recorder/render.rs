//! Spans as a tree of text that is the same in every run.

use std::fmt::Write;

use crate::{RecordedStatus, SpanRecord};

/// Renders the spans, grouped by trace, children under their parents.
pub(super) fn render(spans: &[SpanRecord], attributes: &[&str]) -> String {
    let mut view = View { spans, attributes, ids: Vec::new(), text: String::new() };
    let mut traces: Vec<&str> = Vec::new();
    for span in spans {
        if !traces.contains(&span.trace_id.as_str()) {
            traces.push(&span.trace_id);
        }
    }
    for trace in traces {
        view.trace(trace);
    }
    view.text
}

struct View<'a> {
    spans: &'a [SpanRecord],
    attributes: &'a [&'a str],
    ids: Vec<&'a str>,
    text: String,
}

impl<'a> View<'a> {
    fn trace(&mut self, trace: &'a str) {
        let number = self.number(trace);
        let _ = writeln!(self.text, "trace {number}");
        for span in self.spans.iter().filter(|span| span.trace_id == trace) {
            let parent = span.parent_span_id.as_deref();
            if !self
                .spans
                .iter()
                .any(|other| other.trace_id == trace && Some(other.span_id.as_str()) == parent)
            {
                self.span(span, 1);
            }
        }
    }

    fn span(&mut self, span: &'a SpanRecord, depth: usize) {
        let _ = write!(self.text, "{:width$}{} {}", "", span.name, span.kind.as_str(), width = depth * 2);
        match &span.status {
            RecordedStatus::Unset => {}
            RecordedStatus::Ok => self.text.push_str(" OK"),
            RecordedStatus::Error(description) => {
                let _ = write!(self.text, " ERROR {description:?}");
            }
        }
        if !span.ended {
            self.text.push_str(" open");
        }
        if depth == 1
            && let Some(parent) = &span.parent_span_id
        {
            let parent = self.number(parent);
            let _ = write!(self.text, " under {parent}");
        }
        for link in &span.links {
            let target = self.number(&link.span_id);
            let _ = write!(self.text, " links {target}");
        }
        for (key, value) in &span.attributes {
            if self.attributes.contains(&key.as_str()) {
                let _ = match value.as_str() {
                    Some(text) => write!(self.text, " {key}={text}"),
                    None => write!(self.text, " {key}={value}"),
                };
            }
        }
        // What every turn wrote says nothing of how it went.
        for event in span.events.iter().filter(|event| event.name != "codex.store.written") {
            let _ = write!(self.text, " event:{}", event.name);
        }
        self.text.push('\n');
        for child in self.spans {
            if child.trace_id == span.trace_id && child.parent_span_id.as_ref() == Some(&span.span_id) {
                self.span(child, depth + 1);
            }
        }
    }

    /// The number of an id, by order of appearance.
    fn number(&mut self, id: &'a str) -> String {
        let index = self.ids.iter().position(|known| *known == id).unwrap_or_else(|| {
            self.ids.push(id);
            self.ids.len() - 1
        });
        format!("#{}", index + 1)
    }
}

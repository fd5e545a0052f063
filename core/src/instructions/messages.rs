//! The texts that the model is told.

use super::ProjectDoc;

/// The base instructions, unless the configuration or the client brings others.
pub(crate) const BASE: &str = include_str!("base.md");

/// What the model reads after an interruption, so that it does not take the work for done.
pub(crate) const TURN_ABORTED: &str = "<turn_aborted>\nThe user stopped the previous turn. Work that had begun may be \
                                       half done: look before relying on it.\n</turn_aborted>";

/// The `AGENTS.md` files as one message.
pub(crate) fn agents_message(docs: &[ProjectDoc]) -> Option<String> {
    if docs.is_empty() {
        return None;
    }
    let mut text = "<project_instructions>\n".to_owned();
    for doc in docs {
        text.extend(["From ", &doc.path.display().to_string(), ":\n\n", doc.text.trim_end(), "\n\n"]);
    }
    text.push_str("</project_instructions>");
    Some(text)
}

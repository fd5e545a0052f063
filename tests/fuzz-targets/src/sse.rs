//! Server-sent events: the same ones, however the bytes arrive.

pub(crate) const CORPUS: &[&str] = &[
    "event: response.created\ndata: {\"type\":\"response.created\"}\n\ndata: [DONE]\n\n",
    "event: a\r\ndata: 1\r\ndata: 2\r\n\r\n: ping\n\nid: 4\nretry: 1\ndata:x\n\n",
    "data\n\ndata:\n\nevent\n\n",
];

/// Cuts a stream into events in one piece and in pieces of every small size.
pub fn sse(bytes: &[u8]) {
    let whole = codex_core::fuzzing::sse(bytes, bytes.len());
    for piece in [1, 2, 3, 5, 8] {
        assert_eq!(codex_core::fuzzing::sse(bytes, piece), whole, "in pieces of {piece}");
    }
}

//! Server-sent events, cut out of the bytes as they arrive (HTML standard, section 9.2.6).

use std::borrow::Cow;

/// More than this without the end of an event is no event stream.
const LONGEST_EVENT: usize = 64 * 1024 * 1024;

/// One event: its name, if it has one, and its data.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Frame<'a> {
    pub(crate) event: Option<&'a [u8]>,
    pub(crate) data: Cow<'a, [u8]>,
}

/// The stream is no event stream: an event is longer than any should be.
#[derive(Debug)]
pub(crate) struct TooLong;

/// Cuts a stream of bytes into events. Bytes are copied only where an event spans two chunks.
#[derive(Debug, Default)]
pub(crate) struct Splitter {
    /// The beginning of an event whose end has not arrived.
    rest: Vec<u8>,
    /// How far into `rest` there is no end of an event.
    searched: usize,
}

impl Splitter {
    /// Takes the next bytes and calls `on_event` with each event that they complete, until it answers false.
    pub(crate) fn feed(
        &mut self,
        chunk: &[u8],
        mut on_event: impl FnMut(Frame<'_>) -> bool,
    ) -> Result<(), TooLong> {
        if self.rest.is_empty() {
            let used = split(chunk, 0, &mut on_event);
            self.keep(&chunk[used..]);
        } else {
            self.rest.extend_from_slice(chunk);
            let rest = std::mem::take(&mut self.rest);
            // The end is up to three bytes long, and may have begun before this chunk.
            let used = split(&rest, self.searched.saturating_sub(3), &mut on_event);
            if used == 0 {
                self.rest = rest;
                self.searched = self.rest.len();
            } else {
                self.keep(&rest[used..]);
            }
        }
        if self.rest.len() > LONGEST_EVENT { Err(TooLong) } else { Ok(()) }
    }

    /// The event that the stream ended in the middle of, as far as it has arrived.
    pub(crate) fn rest(&mut self) -> Option<Frame<'_>> {
        frame(&self.rest)
    }

    fn keep(&mut self, rest: &[u8]) {
        self.rest.extend_from_slice(rest);
        self.searched = self.rest.len();
    }
}

/// Cuts whole events off the front of `bytes`, looking for the first end from `from` on. Returns how many bytes it used.
fn split(bytes: &[u8], mut from: usize, on_event: &mut impl FnMut(Frame<'_>) -> bool) -> usize {
    let mut start = 0;
    while let Some((end, next)) = event_end(bytes, from) {
        if let Some(frame) = frame(&bytes[start..end])
            && !on_event(frame)
        {
            return bytes.len();
        }
        (start, from) = (next, next);
    }
    start
}

/// Where the event ends that is not ended before `from`: at a line feed followed by an empty line.
fn event_end(bytes: &[u8], from: usize) -> Option<(usize, usize)> {
    for at in memchr::memchr_iter(b'\n', &bytes[from..]).map(|at| at + from) {
        match bytes.get(at + 1..) {
            Some([b'\n', ..]) => return Some((at, at + 2)),
            Some([b'\r', b'\n', ..]) => return Some((at, at + 3)),
            _ => {}
        }
    }
    None
}

fn frame(bytes: &[u8]) -> Option<Frame<'_>> {
    let (mut event, mut data) = (None, None::<Cow<'_, [u8]>>);
    let mut lines = bytes;
    while !lines.is_empty() {
        let end = memchr::memchr(b'\n', lines).unwrap_or(lines.len());
        let line = &lines[..end];
        lines = lines.get(end + 1..).unwrap_or_default();
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if let Some(value) = field(line, b"data:") {
            match &mut data {
                None => data = Some(Cow::Borrowed(value)),
                Some(data) => {
                    let data = data.to_mut();
                    data.push(b'\n');
                    data.extend_from_slice(value);
                }
            }
        } else if let Some(value) = field(line, b"event:") {
            event = Some(value);
        } else if let Some(value) = field(line, b"error:") {
            // No field of the standard: some servers report errors so.
            (event, data) = (Some(b"error".as_slice()), Some(Cow::Borrowed(value)));
        }
    }
    data.map(|data| Frame { event, data })
}

fn field<'a>(line: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let value = line.strip_prefix(name)?;
    Some(value.strip_prefix(b" ").unwrap_or(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(chunks: &[&str]) -> Vec<(String, String)> {
        let mut splitter = Splitter::default();
        let mut events = Vec::new();
        for chunk in chunks {
            splitter
                .feed(chunk.as_bytes(), |frame| {
                    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
                    events.push((frame.event.map(text).unwrap_or_default(), text(&frame.data)));
                    true
                })
                .unwrap();
        }
        events
    }

    fn event(name: &str, data: &str) -> (String, String) {
        (name.to_owned(), data.to_owned())
    }

    #[test]
    fn events_in_one_chunk() {
        assert_eq!(cut(&["event: a\ndata: 1\n\nevent:b\ndata:2\n\n"]), [event("a", "1"), event("b", "2")]);
    }

    #[test]
    fn every_way_to_cut_a_stream_in_two_gives_the_same_events() {
        for stream in ["event: a\ndata: 1\n\ndata: 2\n\n", "event: a\r\ndata: 1\r\n\r\ndata: 2\r\n\r\n"] {
            for at in 0..=stream.len() {
                let (left, right) = stream.split_at(at);
                assert_eq!(cut(&[left, right]), [event("a", "1"), event("", "2")], "{stream:?} cut at {at}");
            }
        }
    }

    #[test]
    fn a_stream_byte_by_byte() {
        let stream = "event: a\ndata: 1\n\ndata: 2\n\n";
        let bytes: Vec<&str> = (0..stream.len()).map(|at| &stream[at..=at]).collect();
        assert_eq!(cut(&bytes), [event("a", "1"), event("", "2")]);
    }

    #[test]
    fn comments_and_unknown_fields_are_skipped() {
        assert_eq!(cut(&[": ping\n\nid: 4\ndata: x\nretry: 1\n\n"]), [event("", "x")]);
    }

    #[test]
    fn an_error_in_a_field_of_its_own() {
        assert_eq!(cut(&["error: {}\n\n"]), [event("error", "{}")]);
    }

    #[test]
    fn lines_of_data_are_joined() {
        assert_eq!(cut(&["data: a\ndata: b\n\n"]), [event("", "a\nb")]);
    }

    #[test]
    fn an_event_without_its_end_is_not_told() {
        assert_eq!(cut(&["data: a\n\ndata: b\n"]), [event("", "a")]);
    }
}

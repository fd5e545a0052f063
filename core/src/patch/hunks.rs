//! What a file becomes. Line ends, the missing one at the end among them, and lines that are only quoted stay as they are.

use std::{borrow::Cow, collections::VecDeque};

use super::{
    PlanError,
    parse::{Chunk, ChunkLine},
    place::{Exhausted, Finder, Nearness},
};

/// The content of a file after these changes. `path` is for the error.
pub(crate) fn changed(path: &str, content: &[u8], chunks: &[Chunk]) -> Result<Vec<u8>, PlanError> {
    let (lines, ends_with_newline) = split(content);
    let too_hard = |Exhausted| PlanError::TooHard { path: path.to_owned() };
    let mut finder = Finder::default();
    let mut made: Vec<Cow<'_, [u8]>> = Vec::with_capacity(lines.len());
    // How much of the file is done.
    let mut done = 0;
    for chunk in chunks {
        let mut from = done;
        if let Some(anchor) = &chunk.anchor {
            let found = finder.find(&lines, &[anchor.as_str()], done, false).map_err(too_hard)?;
            let not_found = || PlanError::NotFound {
                path: path.to_owned(),
                anchor: String::new(),
                lines: anchor.clone(),
            };
            from = found.ok_or_else(not_found)?.0 + 1;
        }
        let mut quoting = chunk.lines.as_slice();
        let mut quoted: Vec<&str> = quoting.iter().filter_map(ChunkLine::old).collect();
        let place = if quoted.is_empty() {
            // Nothing but new lines: they go to the end, whatever the anchor, which is what models are used to.
            Some((lines.len(), Nearness::TrimmedEnd))
        } else {
            let mut place = finder.find(&lines, &quoted, from, chunk.at_end).map_err(too_hard)?;
            // An empty line at the end may be the line feed at the end of the file.
            if place.is_none()
                && quoted.len() > 1
                && let Some(("", rest)) = quoted.split_last().map(|(last, rest)| (*last, rest))
                && let Some((last, others)) = quoting.split_last()
                && last.old().is_some()
            {
                place = finder.find(&lines, rest, from, chunk.at_end).map_err(too_hard)?;
                quoted.truncate(rest.len());
                quoting = others;
            }
            place
        };
        let Some((at, nearness)) = place else {
            let anchor = chunk.anchor.as_ref().map(|anchor| format!(" behind `{anchor}`"));
            return Err(PlanError::NotFound {
                path: path.to_owned(),
                anchor: anchor.unwrap_or_default(),
                lines: quoted.join("\n"),
            });
        };
        made.extend(lines[done..at].iter().copied().map(Cow::Borrowed));
        done = replace(&lines, at, quoting, nearness, &mut made);
    }
    made.extend(lines[done..].iter().copied().map(Cow::Borrowed));
    let mut content = made.join(&b'\n');
    if ends_with_newline && !made.is_empty() {
        content.push(b'\n');
    }
    Ok(content)
}

/// Adds what the lines from there on become. Returns up to where they go.
fn replace<'a>(
    lines: &[&'a [u8]],
    at: usize,
    quoting: &[ChunkLine],
    nearness: Nearness,
    made: &mut Vec<Cow<'a, [u8]>>,
) -> usize {
    let mut next = at;
    let has_return = |line: &[u8]| line.ends_with(b"\r");
    // Where lines were found as they are quoted, the patch says how new ones end.
    let adapts = nearness != Nearness::Exact
        && !quoting.iter().any(|line| matches!(line, ChunkLine::Add(text) if text.ends_with('\r')));
    let mut removed = VecDeque::new();
    let mut before =
        at.checked_sub(1).or(Some(at)).and_then(|at| lines.get(at)).is_some_and(|line| has_return(line));
    for line in quoting {
        match line {
            ChunkLine::Keep(_) => {
                removed.clear();
                before = has_return(lines[next]);
                made.push(Cow::Borrowed(lines[next]));
                next += 1;
            }
            ChunkLine::Remove(_) => {
                removed.push_back(has_return(lines[next]));
                next += 1;
            }
            ChunkLine::Add(text) => {
                before = removed.pop_front().unwrap_or(before);
                let mut line = text.clone().into_bytes();
                if adapts && before {
                    line.push(b'\r');
                }
                made.push(Cow::Owned(line));
            }
        }
    }
    next
}

/// The lines of a file without their line feeds, and whether the last one has one. A file without lines would get one.
fn split(content: &[u8]) -> (Vec<&[u8]>, bool) {
    if content.is_empty() {
        return (Vec::new(), true);
    }
    match content.strip_suffix(b"\n") {
        Some(content) => (content.split(|byte| *byte == b'\n').collect(), true),
        None => (content.split(|byte| *byte == b'\n').collect(), false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patch::parse::{FilePatch, Patch};

    fn update(content: &[u8], chunks: &str) -> Result<String, String> {
        let text = format!("*** Begin Patch\n*** Update File: f\n{chunks}\n*** End Patch");
        let FilePatch::Update { chunks, .. } = Patch::parse(&text).unwrap().files.remove(0) else {
            unreachable!()
        };
        changed("f", content, &chunks)
            .map(|content| String::from_utf8_lossy(&content).into_owned())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn lines_are_replaced_where_they_stand() {
        for (content, chunks, expected) in [
            ("a\nb\nc\n", " a\n-b\n+B", "a\nB\nc\n"),
            ("a\nb\na\nb\n", "@@ b\n a\n-b", "a\nb\na\n"),
            ("a\nb\n", "-a\n@@\n-b", ""),
            ("", "+a", "a\n"),
            ("a\n", "+b", "a\nb\n"),
            ("fn f\n}\nfn g\n}\n", "@@ fn g\n+  x", "fn f\n}\nfn g\n}\n  x\n"),
            ("x\ny\nx\n", "-x\n+z\n*** End of File", "x\ny\nz\n"),
            // An empty line that is not there.
            ("a\nb\n", " a\n-b\n+c\n ", "a\nc\n"),
            ("a\n\nb\n", " a\n \n-b\n+c", "a\n\nc\n"),
        ] {
            assert_eq!(update(content.as_bytes(), chunks).as_deref(), Ok(expected), "{content:?} {chunks:?}");
        }
    }

    #[test]
    fn what_is_not_said_to_change_stays_byte_by_byte() {
        for (content, chunks, expected) in [
            // The missing line feed at the end.
            ("a\nb", "-b\n+c", "a\nc"),
            ("a\nb", " b\n+c", "a\nb\nc"),
            // Carriage returns, also where lines differ.
            ("a\r\nb\r\nc\r\n", " a\n-b\n+x\n+y\n c", "a\r\nx\r\ny\r\nc\r\n"),
            ("a\r\nb\nc\r\n", " a\n-b\n+x\n-c\n+z", "a\r\nx\nz\r\n"),
            ("a\r\nb\r\n", "+c", "a\r\nb\r\nc\r\n"),
            // Said in the patch, they are meant.
            ("a\r\nb\r\n", "-b\r\n+c\n", "a\r\nc\n"),
            // White space of lines that are only quoted.
            ("\ta \n\tb\n", " a\n-b\n+\tc", "\ta \n\tc\n"),
        ] {
            assert_eq!(update(content.as_bytes(), chunks).as_deref(), Ok(expected), "{content:?} {chunks:?}");
        }
    }

    #[test]
    fn what_is_not_there_is_said_and_bytes_that_are_no_text_stay() {
        assert_eq!(update(b"a\n", "-b").unwrap_err(), "f has no such lines:\nb");
        assert_eq!(update(b"a\n", "@@ a\n-b").unwrap_err(), "f has no such lines behind `a`:\nb");
        assert_eq!(update(b"a\n", "@@ x\n-b").unwrap_err(), "f has no such lines:\nx");
        assert_eq!(update(b"\xff\nb\n\x00\n", "-b\n+c").unwrap(), "\u{fffd}\nc\n\0\n");
    }
}

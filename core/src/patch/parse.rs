//! The text of a patch, read.

use super::ParseError;

const BEGIN: &str = "*** Begin Patch";
const END: &str = "*** End Patch";
const ADD: &str = "*** Add File:";
const DELETE: &str = "*** Delete File:";
const UPDATE: &str = "*** Update File:";
const MOVE: &str = "*** Move to:";
const END_OF_FILE: &str = "*** End of File";

/// A patch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Patch {
    /// What becomes of each file, in the order in which it is written.
    pub(crate) files: Vec<FilePatch>,
}

/// What becomes of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FilePatch {
    /// It is made.
    Add { path: String, content: String },
    /// It goes away.
    Delete { path: String },
    /// It changes, and may move.
    Update { path: String, move_to: Option<String>, chunks: Vec<Chunk> },
}

/// A place in a file, and what changes there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Chunk {
    /// A line somewhere before the place.
    pub(super) anchor: Option<String>,
    pub(super) lines: Vec<ChunkLine>,
    /// Whether the place is the end of the file.
    pub(super) at_end: bool,
}

/// A line of a chunk, without its line feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ChunkLine {
    Keep(String),
    Remove(String),
    Add(String),
}

impl ChunkLine {
    /// The line as the file has it before; none where it is new.
    pub(super) fn old(&self) -> Option<&str> {
        match self {
            Self::Keep(text) | Self::Remove(text) => Some(text),
            Self::Add(_) => None,
        }
    }
}

impl Patch {
    /// Reads a patch.
    pub(crate) fn parse(text: &str) -> Result<Self, ParseError> {
        let mut lines = Lines::of(text)?;
        let mut files = Vec::new();
        while let Some((number, line)) = lines.next() {
            let header = line.trim();
            if let Some(path) = header.strip_prefix(ADD) {
                let path = name(path, number)?;
                files.push(FilePatch::Add { path, content: added(&mut lines) });
            } else if let Some(path) = header.strip_prefix(DELETE) {
                files.push(FilePatch::Delete { path: name(path, number)? });
            } else if let Some(path) = header.strip_prefix(UPDATE) {
                files.push(update(name(path, number)?, number, &mut lines)?);
            } else if !header.is_empty() {
                return Err(wrong(
                    number,
                    "a line that begins with `*** Add File:`, `*** Delete File:` or `*** Update File:` is needed",
                ));
            }
        }
        if files.is_empty() { Err(ParseError::Empty) } else { Ok(Self { files }) }
    }

    /// Whether a text is meant to be a patch.
    pub(crate) fn is_meant(text: &str) -> bool {
        text.trim_start().starts_with(BEGIN)
    }
}

/// The lines between the first and the last, with their numbers.
struct Lines<'a> {
    lines: std::iter::Peekable<std::vec::IntoIter<(usize, &'a str)>>,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Result<Self, ParseError> {
        let mut lines: Vec<_> = text.split('\n').enumerate().map(|(at, line)| (at + 1, line)).collect();
        let is_empty = |line: &(usize, &str)| line.1.trim().is_empty();
        while lines.last().is_some_and(is_empty) {
            lines.pop();
        }
        let first = lines.iter().position(|line| !is_empty(line)).unwrap_or(lines.len());
        let mut inner: &[(usize, &str)] = &lines[first..];
        // As it stands in a script: some models send that in place of the patch itself.
        if let [(_, open), middle @ .., (_, close)] = inner
            && matches!(open.trim(), "<<EOF" | "<<'EOF'" | "<<\"EOF\"")
            && close.trim() == "EOF"
        {
            inner = middle;
        }
        let [(_, begin), middle @ .., (_, end)] = inner else { return Err(ParseError::Frame) };
        if begin.trim() != BEGIN || end.trim() != END {
            return Err(ParseError::Frame);
        }
        // A patch that ends its own lines so says nothing of the files' lines by it.
        let whole = begin.ends_with('\r');
        let lines: Vec<_> = middle
            .iter()
            .map(|(number, line)| {
                (*number, if whole { line.strip_suffix('\r').unwrap_or(line) } else { line })
            })
            .collect();
        Ok(Self { lines: lines.into_iter().peekable() })
    }

    fn next(&mut self) -> Option<(usize, &'a str)> {
        self.lines.next()
    }

    fn next_if(&mut self, fits: impl FnOnce(&str) -> bool) -> Option<(usize, &'a str)> {
        self.lines.next_if(|(_, line)| fits(line))
    }

    /// Whether the next line begins the change of another file, or there is none.
    fn at_file_end(&mut self) -> bool {
        self.lines.peek().is_none_or(|(_, line)| {
            let line = line.trim_end();
            [ADD, DELETE, UPDATE].iter().any(|header| line.starts_with(header))
        })
    }
}

fn name(path: &str, number: usize) -> Result<String, ParseError> {
    match path.trim() {
        "" => Err(wrong(number, "the name of the file is missing")),
        path => Ok(path.to_owned()),
    }
}

fn added(lines: &mut Lines<'_>) -> String {
    let mut content = String::new();
    while let Some((_, line)) = lines.next_if(|line| line.starts_with('+')) {
        content.push_str(&line[1..]);
        content.push('\n');
    }
    content
}

fn update(path: String, number: usize, lines: &mut Lines<'_>) -> Result<FilePatch, ParseError> {
    let is_move = |line: &str| line.trim_start().starts_with(MOVE);
    let move_to = match lines.next_if(is_move) {
        Some((number, line)) => Some(name(line.trim().strip_prefix(MOVE).unwrap_or_default(), number)?),
        None => None,
    };
    let mut chunks = Vec::new();
    while !lines.at_file_end() {
        if lines.next_if(|line| line.trim().is_empty() && !line.starts_with(' ')).is_some() {
            // Between chunks; inside of one it stands for an empty line.
            continue;
        }
        chunks.push(chunk(chunks.is_empty(), lines)?);
    }
    if chunks.is_empty() && move_to.is_none() {
        return Err(wrong(number, "it says of no line of the file what becomes of it"));
    }
    Ok(FilePatch::Update { path, move_to, chunks })
}

/// A chunk. The first one of a file needs no header.
fn chunk(first: bool, lines: &mut Lines<'_>) -> Result<Chunk, ParseError> {
    let mut chunk = Chunk::default();
    let mut last = 0;
    if let Some((number, header)) = lines.next_if(|line| line.starts_with("@@")) {
        let anchor = header[2..].strip_prefix(' ').unwrap_or(&header[2..]).trim_end();
        chunk.anchor = Some(anchor.to_owned()).filter(|anchor| !anchor.is_empty());
        last = number;
    } else if !first {
        let number = lines.next().map_or(0, |(number, _)| number);
        return Err(wrong(number, "a line that begins with `@@` is needed before further lines of the file"));
    }
    loop {
        if lines.at_file_end() {
            break;
        }
        let Some((number, line)) = lines.next_if(|line| !line.starts_with("@@")) else { break };
        last = number;
        if line.trim_end() == END_OF_FILE {
            chunk.at_end = true;
            break;
        }
        let text = || line[1..].to_owned();
        chunk.lines.push(match line.as_bytes().first() {
            None => ChunkLine::Keep(String::new()),
            Some(b' ') => ChunkLine::Keep(text()),
            Some(b'-') => ChunkLine::Remove(text()),
            Some(b'+') => ChunkLine::Add(text()),
            Some(_) if line == "\r" => ChunkLine::Keep(line.to_owned()),
            Some(_) => {
                return Err(wrong(number, "a line of a change begins with a space, with `-` or with `+`"));
            }
        });
    }
    if chunk.lines.is_empty() {
        return Err(wrong(last, "nothing follows that says what changes"));
    }
    Ok(chunk)
}

fn wrong(line: usize, reason: &str) -> ParseError {
    ParseError::Line { line, reason: reason.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(inner: &str) -> Result<Vec<FilePatch>, String> {
        let text = format!("*** Begin Patch\n{inner}\n*** End Patch\n");
        Patch::parse(&text).map(|patch| patch.files).map_err(|error| error.to_string())
    }

    #[test]
    fn each_kind_of_change_is_read() {
        let files = parsed(
            "*** Add File: a b.txt\n+one\n+\n+two\n*** Delete File: gone\n*** Update File: x\n*** Move to: y\n\
             @@ fn main\n keep\n-old\n+new\n\n@@\n+end\n*** End of File",
        );
        let keep = |text: &str| ChunkLine::Keep(text.to_owned());
        assert_eq!(
            files.unwrap(),
            [
                FilePatch::Add { path: "a b.txt".to_owned(), content: "one\n\ntwo\n".to_owned() },
                FilePatch::Delete { path: "gone".to_owned() },
                FilePatch::Update {
                    path: "x".to_owned(),
                    move_to: Some("y".to_owned()),
                    chunks: vec![
                        Chunk {
                            anchor: Some("fn main".to_owned()),
                            lines: vec![
                                keep("keep"),
                                ChunkLine::Remove("old".to_owned()),
                                ChunkLine::Add("new".to_owned()),
                                keep(""),
                            ],
                            at_end: false,
                        },
                        Chunk { anchor: None, lines: vec![ChunkLine::Add("end".to_owned())], at_end: true },
                    ],
                },
            ]
        );
    }

    #[test]
    fn what_is_no_patch_says_where() {
        for (inner, expected) in [
            ("", "the patch is empty"),
            (
                "hello",
                "line 2 of the patch: a line that begins with `*** Add File:`, `*** Delete File:` or `*** Update File:` is needed",
            ),
            ("*** Add File:", "line 2 of the patch: the name of the file is missing"),
            ("*** Update File: a", "line 2 of the patch: it says of no line of the file what becomes of it"),
            ("*** Update File: a\n@@", "line 3 of the patch: nothing follows that says what changes"),
            (
                "*** Update File: a\n+b\nc",
                "line 4 of the patch: a line of a change begins with a space, with `-` or with `+`",
            ),
            (
                "*** Update File: a\n+b\n*** End of File\n+c",
                "line 5 of the patch: a line that begins with `@@` is needed before further lines of the file",
            ),
        ] {
            assert_eq!(parsed(inner).unwrap_err(), expected, "{inner}");
        }
        for text in ["", "*** Begin Patch", "*** Begin Patch\n+a", "x\n*** End Patch", "\0"] {
            assert_eq!(Patch::parse(text).unwrap_err(), ParseError::Frame, "{text}");
        }
    }

    #[test]
    fn a_patch_may_come_as_it_stands_in_a_script_or_with_other_line_ends() {
        let plain = "*** Begin Patch\n*** Add File: a\n+b\n*** End Patch";
        let expected = Patch::parse(plain).unwrap();
        for text in
            [format!("<<'EOF'\n{plain}\nEOF\n"), format!("\n  {plain}  \n\n"), plain.replace('\n', "\r\n")]
        {
            assert_eq!(Patch::parse(&text), Ok(expected.clone()), "{text:?}");
        }
    }
}

//! Where in a file lines stand that a patch quotes: exactly so, or nearly.

/// How many comparisons of lines a patch may cost. Real ones take a few thousand.
const BUDGET: usize = 10_000_000;

/// How near the lines of a file are to what is quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nearness {
    /// The same bytes.
    Exact,
    /// But for white space at the end, a carriage return among it.
    TrimmedEnd,
    /// But for white space at both ends.
    Trimmed,
    /// But for that, and for typographic dashes, quotes and spaces.
    Typographic,
}

/// Nothing can be found any more: it was looked for too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Exhausted;

/// Looks for quoted lines.
#[derive(Debug)]
pub(super) struct Finder {
    left: usize,
}

impl Default for Finder {
    fn default() -> Self {
        Self { left: BUDGET }
    }
}

impl Finder {
    /// The first place at or after `from` where these lines stand, the nearest kind first; at the end of the file alone where
    /// `at_end`.
    pub(super) fn find(
        &mut self,
        lines: &[&[u8]],
        quoted: &[&str],
        from: usize,
        at_end: bool,
    ) -> Result<Option<(usize, Nearness)>, Exhausted> {
        let Some(last) = lines.len().checked_sub(quoted.len()) else { return Ok(None) };
        let from = if at_end { from.max(last) } else { from };
        for nearness in [Nearness::Exact, Nearness::TrimmedEnd, Nearness::Trimmed, Nearness::Typographic] {
            for start in from..=last {
                let mut fits = true;
                for (line, quoted) in lines[start..].iter().zip(quoted) {
                    self.left = self.left.checked_sub(1).ok_or(Exhausted)?;
                    if !nearness.fits(line, quoted) {
                        fits = false;
                        break;
                    }
                }
                if fits {
                    return Ok(Some((start, nearness)));
                }
            }
        }
        Ok(None)
    }
}

impl Nearness {
    fn fits(self, line: &[u8], quoted: &str) -> bool {
        if self == Self::Exact {
            return line == quoted.as_bytes();
        }
        // What is no text is there exactly or not at all.
        let Ok(line) = std::str::from_utf8(line) else { return false };
        match self {
            Self::Exact => line == quoted,
            Self::TrimmedEnd => line.trim_end() == quoted.trim_end(),
            Self::Trimmed => line.trim() == quoted.trim(),
            Self::Typographic => line.trim().chars().map(plain).eq(quoted.trim().chars().map(plain)),
        }
    }
}

/// A character as a keyboard has it.
fn plain(character: char) -> char {
    match character {
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '\u{2018}'..='\u{201b}' => '\'',
        '\u{201c}'..='\u{201f}' => '"',
        '\u{a0}' | '\u{2002}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => ' ',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(lines: &[&str], quoted: &[&str], from: usize, at_end: bool) -> Option<(usize, Nearness)> {
        let lines: Vec<_> = lines.iter().map(|line| line.as_bytes()).collect();
        Finder::default().find(&lines, quoted, from, at_end).unwrap()
    }

    #[test]
    fn the_nearest_kind_wins_wherever_it_stands() {
        use Nearness::{Exact, Trimmed, TrimmedEnd, Typographic};
        let lines = ["  a", "a  ", "a\r", "a", "b", "x – “y”", "a"];
        for (quoted, from, at_end, expected) in [
            (&["a"][..], 0, false, Some((3, Exact))),
            (&["a"], 4, false, Some((6, Exact))),
            (&["a"], 0, true, Some((6, Exact))),
            (&["b"], 0, true, None),
            (&["a\t"], 0, false, Some((1, TrimmedEnd))),
            (&[" a", "a"], 0, false, Some((0, Trimmed))),
            (&["x - \"y\""], 0, false, Some((5, Typographic))),
            (&["c"], 0, false, None),
            (&["a"; 8], 0, false, None),
        ] {
            assert_eq!(find(&lines, quoted, from, at_end), expected, "{quoted:?} from {from}");
        }
    }

    #[test]
    fn looking_ends() {
        let lines = vec![&b""[..]; 20_000];
        let mut quoted = vec![""; 10_000];
        quoted.push("x");
        assert_eq!(Finder::default().find(&lines, &quoted, 0, false), Err(Exhausted));
    }
}

//! The terminal: how wide it is, whether it wants colours, what it must not be sent.

use std::io::{self, IsTerminal};

use codex_otel::tree::{Style, plain};

/// Columns where neither terminal nor variable says how many there are.
const WIDTH: usize = 120;

/// The style to draw with on standard output: the width asked for, else `COLUMNS`, else the terminal's; colours on a
/// terminal, unless `NO_COLOR` is set to anything.
pub(super) fn style(width: Option<usize>) -> Style {
    let columns = || std::env::var("COLUMNS").ok()?.parse().ok().filter(|columns| *columns > 0);
    let size = || rustix::termios::tcgetwinsize(io::stdout()).ok();
    let terminal = || size().map(|size| usize::from(size.ws_col)).filter(|columns| *columns > 0);
    let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    Style {
        width: width.or_else(columns).or_else(terminal).unwrap_or(WIDTH),
        colours: io::stdout().is_terminal() && !no_colour,
    }
}

/// Text without control characters but ends of lines: what comes from a model must not drive the terminal.
pub(super) fn printable(text: &str) -> String {
    text.split('\n').map(plain).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_cannot_drive_the_terminal() {
        assert_eq!(printable("a\u{1b}[2Jb\n"), "a·[2Jb\n");
    }
}

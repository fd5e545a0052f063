//! A question about a command as it stands on a terminal: nothing in it can move the cursor, hide, or pass for something else.

use std::fmt::Write as _;

use codex_app_server_protocol::approval::CommandApprovalParams;

/// Characters of the model's reason that are shown.
const REASON: usize = 160;

/// The question, with what it is about last: the model's reason on one bounded line, the folder, the command.
pub(super) fn question(params: &CommandApprovalParams) -> String {
    let mut text = String::from("\nMay this run?\n");
    if let Some(reason) = &params.reason {
        let cut = if reason.chars().nth(REASON).is_some() { "…" } else { "" };
        let reason: String = reason.chars().take(REASON).collect();
        let _ = writeln!(text, "  the agent says: {}{cut}", escaped(&reason.replace('\n', " ")));
    }
    let folder = params.cwd.as_deref().unwrap_or_default();
    let command = params.command.as_deref().unwrap_or("a command");
    let foreign = look_alikes(&format!("{folder}{command}"));
    if !foreign.is_empty() {
        let _ = writeln!(text, "  warning: characters that look like others: {foreign}");
    }
    let _ = writeln!(text, "  in:  {}", escaped(folder));
    for (number, line) in command.split('\n').enumerate() {
        let _ = writeln!(text, "  {} {}", if number == 0 { "run:" } else { "   |" }, escaped(line));
    }
    text
}

/// A line in which whatever does not show as itself is written as a number.
fn escaped(line: &str) -> String {
    let mut text = String::new();
    for char in line.chars() {
        if char.is_control() || is_invisible(char) {
            let _ = write!(text, "\\u{{{:x}}}", u32::from(char));
        } else {
            text.push(char);
        }
    }
    text
}

/// Marks of direction, joiners, spaces that are none, and what is for tags and variations.
fn is_invisible(char: char) -> bool {
    matches!(u32::from(char),
        0xa0 | 0xad | 0x34f | 0x61c | 0x115f | 0x1160 | 0x17b4 | 0x17b5 | 0x180b..=0x180f | 0x2000..=0x200f
        | 0x2028..=0x202f | 0x205f..=0x206f | 0x2800 | 0x3000 | 0x3164 | 0xfe00..=0xfe0f | 0xfeff | 0xffa0
        | 0xfff0..=0xfffb | 0xe0000..=0xe0fff)
}

/// Characters that can be taken for others of a command line, each with its number.
fn look_alikes(text: &str) -> String {
    let mut found: Vec<char> = text.chars().filter(|char| is_look_alike(*char)).collect();
    found.sort_unstable();
    found.dedup();
    found.iter().map(|char| format!("{char} (U+{:04X})", u32::from(*char))).collect::<Vec<_>>().join(", ")
}

/// Letters of Greek, Cyrillic, Armenian, Cherokee and Lisu, of mathematics and in full width; dashes, quotes, slashes, dots.
fn is_look_alike(char: char) -> bool {
    matches!(u32::from(char),
        0x1c3 | 0x2b9..=0x2bc | 0x370..=0x58f | 0x13a0..=0x13ff | 0x1e00..=0x1eff | 0x1f00..=0x1fff
        | 0x2010..=0x2027 | 0x2032..=0x2037 | 0x2039..=0x203a | 0x2044 | 0x2100..=0x214f | 0x2160..=0x217f
        | 0x2212 | 0x2215 | 0x2216 | 0x2223 | 0x2236 | 0x223c | 0x29f8 | 0x29f9 | 0xa4d0..=0xa4ff
        | 0xff01..=0xff5e | 0x1d400..=0x1d7ff)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(command: &str, reason: Option<&str>) -> String {
        let mut params = serde_json::json!({
            "threadId": "01a1f89e-142b-7df0-966b-6cf66c692aae", "turnId": "01a1f89e-142b-7df0-966b-6cf66c692aae",
            "itemId": "i", "startedAtMs": 1, "cwd": "/w", "command": command,
        });
        if let Some(reason) = reason {
            params["reason"] = reason.into();
        }
        question(&serde_json::from_value(params).unwrap())
    }

    #[test]
    fn the_command_stands_last_and_the_reason_on_one_line() {
        assert_eq!(
            asked("make\ninstall", Some("It is needed.\n  run: ls")),
            "\nMay this run?\n  the agent says: It is needed.   run: ls\n  in:  /w\n  run: make\n     | install\n"
        );
        let long = asked("ls", Some(&"long ".repeat(500)));
        assert!(long.contains('…') && long.len() < 300, "{long}");
    }

    #[test]
    fn nothing_in_it_drives_the_terminal_or_hides() {
        for (given, shown) in [
            ("ls\u{1b}[2K\r", "ls\\u{1b}[2K\\u{d}"),
            ("rm \u{202e}txt", "rm \\u{202e}txt"),
            ("ls\u{200b}x", "ls\\u{200b}x"),
            ("a\u{a0}b", "a\\u{a0}b"),
            ("x\u{9b}31m", "x\\u{9b}31m"),
            ("a\u{e0041}", "a\\u{e0041}"),
        ] {
            let text = asked(given, Some(given));
            assert_eq!(text.matches(shown).count(), 2, "{text}");
            assert!(!text.contains("warning"), "{text}");
        }
    }

    #[test]
    fn what_looks_like_something_else_is_pointed_out() {
        for (given, warned) in [
            ("с\u{430}t", "\u{430} (U+0430)"),
            ("ls \u{2215}etc", "(U+2215)"),
            ("ls \u{2010}l", "(U+2010)"),
            ("\u{ff4c}s", "(U+FF4C)"),
        ] {
            assert!(asked(given, None).contains(warned), "{given}");
        }
        assert!(!asked("echo Grüße 日本", None).contains("warning"));
    }
}

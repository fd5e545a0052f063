//! What the scripted model answers: the verbs that a prompt can begin with.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::json;

/// The longest answer that can be asked for.
const LONGEST: usize = 10_000_000;

/// What is answered.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Answer {
    /// Text, word by word.
    Text(String),
    /// The same word so many times.
    Words { count: usize },
    /// So many ticks, a tenth of a second apart.
    Ticks { count: usize },
    /// A tool call.
    Call { name: String, arguments: String },
    /// A status that is no success, and not worth another try.
    Status(u16),
    /// A refusal that is worth another try, and after it this answer.
    Retry(&'static str),
    /// A stream that begins and never goes on.
    Hold,
    /// A stream that ends too early.
    Cut,
}

/// What of a request matters here.
#[derive(Deserialize)]
pub(super) struct Request<'a> {
    /// Names the conversation.
    #[serde(borrow, default)]
    pub(super) prompt_cache_key: Cow<'a, str>,
    #[serde(borrow, default)]
    input: Vec<Item<'a>>,
}

#[derive(Deserialize)]
struct Item<'a> {
    #[serde(borrow, rename = "type", default)]
    kind: Cow<'a, str>,
    #[serde(borrow, default)]
    role: Cow<'a, str>,
    #[serde(borrow, default)]
    content: Vec<Part<'a>>,
}

#[derive(Deserialize)]
struct Part<'a> {
    #[serde(borrow, default)]
    text: Cow<'a, str>,
}

/// What is answered to a request.
pub(super) fn answer(request: &Request<'_>) -> Answer {
    if request.input.last().is_some_and(|item| item.kind == "function_call_output") {
        return Answer::Text("The tool has answered, so this turn is done.".to_owned());
    }
    let said = request.input.iter().rev().find_map(|item| {
        // Messages that begin with a tag are context, not the user's words.
        let text: String = item.content.iter().map(|part| part.text.as_ref()).collect();
        (item.kind == "message" && item.role == "user" && !text.starts_with('<')).then_some(text)
    });
    verb(said.as_deref().unwrap_or_default().trim())
}

fn verb(said: &str) -> Answer {
    let (verb, rest) = said.split_once(char::is_whitespace).unwrap_or((said, ""));
    let rest = rest.trim();
    match (verb, rest) {
        ("say", count) => count
            .parse()
            .map_or_else(|_| plain(said), |count: usize| Answer::Words { count: count.min(LONGEST) }),
        ("slow", seconds) => match seconds.parse::<f64>() {
            Ok(seconds) if seconds.is_finite() && seconds >= 0.0 => {
                Answer::Ticks { count: ((seconds * 10.0) as usize).min(LONGEST) }
            }
            _ => plain(said),
        },
        ("fail", "") => Answer::Status(500),
        ("fail", status) => status
            .parse()
            .ok()
            .filter(|status| (400..600).contains(status))
            .map_or_else(|| plain(said), Answer::Status),
        ("hold", "") => Answer::Hold,
        ("cut", "") => Answer::Cut,
        ("retry", "") => Answer::Retry("The first attempt failed, and this is the second."),
        ("plan", "") => plan(),
        ("run", command) if !command.is_empty() => run(command),
        ("ask", command) if !command.is_empty() => Answer::Call {
            name: "shell_command".to_owned(),
            arguments: json!({ "command": command, "sandbox_permissions": "require_escalated",
                "justification": "You asked the demo for it." })
            .to_string(),
        },
        ("tool", call) => {
            let (name, arguments) = call.split_once(char::is_whitespace).unwrap_or((call, "{}"));
            Answer::Call { name: name.to_owned(), arguments: arguments.trim().to_owned() }
        }
        _ => in_other_words(said).unwrap_or_else(|| plain(said)),
    }
}

/// What people write around the words that are known: "please make a plan", "could you run `ls -l`?".
fn in_other_words(said: &str) -> Option<Answer> {
    let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    if let Some(at) = said.split_whitespace().find(|word| bare(word) == "run") {
        let rest = &said[at.as_ptr() as usize - said.as_ptr() as usize + at.len()..];
        let command = match rest.split('`').collect::<Vec<_>>()[..] {
            [_, command, _, ..] => command,
            _ => rest
                .trim()
                .trim_end_matches(['.', '?', '!'])
                .trim_end_matches(" please")
                .trim_end_matches(','),
        };
        if !command.trim().is_empty() {
            return Some(run(command.trim()));
        }
    }
    said.split_whitespace().any(|word| bare(word) == "plan").then(plan)
}

fn plan() -> Answer {
    Answer::Call {
        name: "update_plan".to_owned(),
        arguments: r#"{"explanation":"A plan for the demo.","plan":[{"step":"Look around","status":"completed"},{"step":"Show a tool call","status":"in_progress"},{"step":"Answer","status":"pending"}]}"#.to_owned(),
    }
}

fn run(command: &str) -> Answer {
    Answer::Call { name: "shell_command".to_owned(), arguments: json!({ "command": command }).to_string() }
}

fn plain(said: &str) -> Answer {
    let words = match said.split_whitespace().count() {
        1 => "1 word".to_owned(),
        count => format!("{count} words"),
    };
    Answer::Text(format!(
        "Hello from the demo model, a script inside this server. Your message has {words}. Try `plan` to see a tool \
         call, `slow 5` for a turn to interrupt, `retry` for a request that works the second time, or `fail` for one \
         that goes wrong."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs() {
        for (said, answer) in [
            ("say 3", Answer::Words { count: 3 }),
            ("slow 0.5", Answer::Ticks { count: 5 }),
            ("fail", Answer::Status(500)),
            ("fail 429", Answer::Status(429)),
            ("hold", Answer::Hold),
            ("cut", Answer::Cut),
            ("tool t {\"a\": 1}", Answer::Call { name: "t".into(), arguments: "{\"a\": 1}".into() }),
            (
                "run ls -l",
                Answer::Call { name: "shell_command".into(), arguments: r#"{"command":"ls -l"}"#.into() },
            ),
            ("run", plain("run")),
            ("retry", Answer::Retry("The first attempt failed, and this is the second.")),
            ("Please make a plan!", plan()),
            ("plan a trip", plan()),
            ("Could you run `ls -l`, please?", run("ls -l")),
            ("now run ls -l please.", run("ls -l")),
            ("planning", plain("planning")),
            ("fail 200", plain("fail 200")),
            ("slow -1", plain("slow -1")),
            ("say what", plain("say what")),
        ] {
            assert_eq!(verb(said), answer, "{said}");
        }
    }

    #[test]
    fn one_word_is_one_word() {
        let Answer::Text(text) = plain("hello") else { panic!("words are answered with words") };
        assert!(text.contains("Your message has 1 word."), "{text}");
    }

    #[test]
    fn context_is_not_what_the_user_said() {
        let body = r#"{"input":[{"type":"message","role":"user","content":[{"type":"input_text","text":"say 2"}]},
            {"type":"message","role":"user","content":[{"type":"input_text","text":"<environment_context>"}]}]}"#;
        assert_eq!(answer(&serde_json::from_str(body).unwrap()), Answer::Words { count: 2 });
    }

    #[test]
    fn a_tool_result_is_answered_with_text() {
        let body = r#"{"input":[{"type":"function_call_output","call_id":"c","output":"o"}]}"#;
        assert!(matches!(answer(&serde_json::from_str(body).unwrap()), Answer::Text(_)));
    }
}

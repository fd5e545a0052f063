//! Token counts, in the shapes that providers have for them.

use codex_protocol::TokenUsage;
use serde_json::Value;

/// The usage of the Responses API or of Chat Completions; none where nothing is counted.
pub(super) fn read_usage(usage: &Value) -> Option<TokenUsage> {
    let any = |names: &[&str]| names.iter().find_map(|name| count(usage.get(name)?));
    let detail = |names: &[&str], detail: &str| {
        names.iter().find_map(|name| count(usage.get(name)?.get(detail)?)).unwrap_or_default()
    };
    let input = any(&["input_tokens", "prompt_tokens"]);
    let output = any(&["output_tokens", "completion_tokens"]);
    let total = any(&["total_tokens"]);
    if input.is_none() && output.is_none() && total.is_none() {
        return None;
    }
    let of_input = &["input_tokens_details", "prompt_tokens_details"];
    let of_output = &["output_tokens_details", "completion_tokens_details"];
    let (input, output) = (input.unwrap_or_default(), output.unwrap_or_default());
    Some(TokenUsage {
        total_tokens: total.unwrap_or(input.saturating_add(output)),
        input_tokens: input,
        cached_input_tokens: detail(of_input, "cached_tokens"),
        cache_write_input_tokens: detail(of_input, "cache_write_tokens"),
        output_tokens: output,
        reasoning_output_tokens: detail(of_output, "reasoning_tokens"),
    })
}

/// A count; some providers write it with a fraction, some as text.
fn count(value: &Value) -> Option<i64> {
    let number = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    // Beyond it counts are no longer exact, and no thread has as many tokens.
    (number.is_finite() && (0.0..9e15).contains(&number)).then_some(number as i64)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn both_apis_and_what_is_made_of_them() {
        let usage = TokenUsage {
            total_tokens: 15,
            input_tokens: 10,
            cached_input_tokens: 4,
            cache_write_input_tokens: 2,
            output_tokens: 5,
            reasoning_output_tokens: 3,
        };
        for value in [
            json!({ "input_tokens": 10, "input_tokens_details": { "cached_tokens": 4, "cache_write_tokens": 2 },
                "output_tokens": 5, "output_tokens_details": { "reasoning_tokens": 3 }, "total_tokens": 15 }),
            json!({ "prompt_tokens": 10.0, "prompt_tokens_details": { "cached_tokens": "4", "cache_write_tokens": 2 },
                "completion_tokens": "5", "completion_tokens_details": { "reasoning_tokens": 3.0 } }),
        ] {
            assert_eq!(read_usage(&value), Some(usage), "{value}");
        }
    }

    #[test]
    fn what_is_no_count_is_none() {
        for value in [json!(null), json!("many"), json!({}), json!({ "input_tokens": null })] {
            assert_eq!(read_usage(&value), None, "{value}");
        }
        let partial = json!({ "input_tokens": null, "output_tokens": 6, "input_tokens_details": null, "total_tokens": -1 });
        assert_eq!(read_usage(&partial).map(|usage| (usage.input_tokens, usage.total_tokens)), Some((0, 6)));
    }
}

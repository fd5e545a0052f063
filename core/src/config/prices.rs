//! What models cost, where the configuration says so.

use codex_protocol::TokenUsage;
use serde::Deserialize;

/// `[model_prices."NAME"]`: US dollars for a million tokens.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelPrice {
    /// For tokens sent.
    pub input: f64,
    /// For tokens sent that the provider had cached; as for others where it is left out.
    pub cached_input: Option<f64>,
    /// For tokens received, reasoning included.
    pub output: f64,
}

impl ModelPrice {
    /// What this usage costs, in US dollars.
    pub fn of(&self, usage: &TokenUsage) -> f64 {
        let cached = usage.cached_input_tokens.clamp(0, usage.input_tokens.max(0));
        let input = usage.input_tokens.max(0) - cached;
        let dollars = input as f64 * self.input
            + cached as f64 * self.cached_input.unwrap_or(self.input)
            + usage.output_tokens.max(0) as f64 * self.output;
        // Prices are per million; a millionth of a cent is noise of the arithmetic.
        (dollars * 100.0).round() / 100.0 / 1e6
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usage(input: i64, cached: i64, output: i64) -> TokenUsage {
        TokenUsage {
            input_tokens: input,
            cached_input_tokens: cached,
            output_tokens: output,
            ..TokenUsage::default()
        }
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "costs are rounded")]
    fn cached_tokens_have_a_price_of_their_own() {
        let price = ModelPrice { input: 2.0, cached_input: Some(0.5), output: 8.0 };
        assert_eq!(price.of(&usage(1_000_000, 0, 0)), 2.0);
        assert_eq!(price.of(&usage(1_000_000, 400_000, 100_000)), 1.2 + 0.2 + 0.8);
        assert_eq!(ModelPrice { cached_input: None, ..price }.of(&usage(1_000_000, 400_000, 0)), 2.0);
        assert_eq!(price.of(&usage(-5, 10, 0)), 0.0, "providers count as they like");
    }
}

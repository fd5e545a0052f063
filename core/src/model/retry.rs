//! When a model request is tried again, and after how long.

use std::time::Duration;

use super::{ModelError, error::RetryBudget};
use crate::config::ProviderConfig;

/// The first wait; each later one is twice as long.
const INITIAL_BACKOFF: Duration = Duration::from_millis(200);
/// The longest wait of our own choice.
const MAX_BACKOFF: Duration = Duration::from_secs(30);
/// The longest wait that a provider gets when it asks for one.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(300);

/// How often the requests of one step have been tried again.
#[derive(Debug, Default)]
pub(crate) struct Retries {
    request: u32,
    stream: u32,
}

/// The next repetition.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Retry {
    /// Which one it is, from 1.
    pub(crate) number: u32,
    /// How many there may be.
    pub(crate) of: u32,
    /// How long to wait before it.
    pub(crate) delay: Duration,
}

impl Retries {
    /// How often it has been tried again so far.
    pub(crate) fn count(&self) -> u32 {
        self.request + self.stream
    }

    /// The repetition that this failure leads to, if the provider's budget allows one.
    pub(crate) fn next(&mut self, error: &ModelError, provider: &ProviderConfig) -> Option<Retry> {
        let (used, of) = match error.retry_budget() {
            RetryBudget::Request => (&mut self.request, provider.request_retries()),
            RetryBudget::Stream => (&mut self.stream, provider.stream_retries()),
            RetryBudget::None => return None,
        };
        if *used >= of {
            return None;
        }
        *used += 1;
        let number = *used;
        let delay =
            error.retry_after().map_or_else(|| backoff(number), |requested| requested.min(MAX_RETRY_AFTER));
        Some(Retry { number, of, delay })
    }
}

/// Twice as long each time, less up to a tenth, so that many clients do not return at once.
fn backoff(number: u32) -> Duration {
    let whole = INITIAL_BACKOFF.saturating_mul(2_u32.saturating_pow(number - 1)).min(MAX_BACKOFF);
    whole.mul_f64(1.0 - fastrand::f64() / 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{RetryAdvice, provider_error::ProviderError};

    #[test]
    fn a_budget_ends() {
        let provider = ProviderConfig { request_max_retries: Some(2), ..ProviderConfig::default() };
        let error = ModelError::refused(500, ProviderError::default(), RetryAdvice::default());
        let mut retries = Retries::default();
        assert_eq!(retries.next(&error, &provider).map(|retry| (retry.number, retry.of)), Some((1, 2)));
        assert_eq!(retries.next(&error, &provider).map(|retry| (retry.number, retry.of)), Some((2, 2)));
        assert_eq!(retries.next(&error, &provider), None);
    }

    #[test]
    fn waits_grow_and_stay_near_their_step() {
        for (number, whole) in [(1, 200), (2, 400), (3, 800), (20, 30_000)] {
            let wait = backoff(number).as_millis();
            assert!(wait > whole * 89 / 100 && wait <= whole, "{number}: {wait}");
        }
    }

    #[test]
    fn the_delay_a_provider_asks_for_is_obeyed() {
        let asked = Some(Duration::from_secs(7));
        let error = ModelError::refused(
            429,
            ProviderError::default(),
            RetryAdvice { after: asked, ..RetryAdvice::default() },
        );
        let retry = Retries::default().next(&error, &ProviderConfig::default());
        assert_eq!(retry.map(|retry| retry.delay), asked);
    }

    #[test]
    fn refusals_are_final() {
        for status in [400, 401, 403, 404, 422] {
            let error = ModelError::refused(status, ProviderError::default(), RetryAdvice::default());
            assert_eq!(Retries::default().next(&error, &ProviderConfig::default()), None);
        }
    }
}

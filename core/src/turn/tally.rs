//! What a turn counts while it runs.

use std::time::Duration;

use codex_protocol::{ThreadItem, TokenUsage};

/// What a turn counts while it runs.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) usage: TokenUsage,
    pub(super) model_calls: u32,
    pub(super) tool_calls: u32,
    pub(super) first_token: Option<Duration>,
    /// What the model calls cost, where their prices are known.
    pub(super) cost: Option<f64>,
    /// The last whole message of the agent.
    pub(super) answer: Option<ThreadItem>,
}

impl Tally {
    /// Adds what a model call cost.
    pub(super) fn add_cost(&mut self, cost: Option<f64>) {
        if let Some(cost) = cost {
            self.cost = Some(self.cost.unwrap_or_default() + cost);
        }
    }
}

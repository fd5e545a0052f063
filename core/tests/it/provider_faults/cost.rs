//! What model calls cost, where prices are configured.

use codex_otel::attr;

use super::harness::{WIRES, against};

const PRICES: &[&str] = &[
    "model_prices.demo-model.input=2.0",
    "model_prices.demo-model.cached_input=0.5",
    "model_prices.demo-model.output=8.0",
];

#[test]
fn a_call_and_its_turn_say_what_they_cost() {
    for wire in WIRES {
        against(wire, PRICES, vec![wire.message("a")], |mut world, _| async move {
            world.turn("x").await;
            for name in ["chat demo-model", "turn user"] {
                let span = world.recorder.only(name);
                let cost = span.attributes.iter().find(|(key, _)| key == attr::CODEX_COST_USD);
                // 100 tokens at 2 dollars a million, 20 cached ones at half a dollar, 30 at 8.
                assert_eq!(
                    cost.map(|(_, value)| format!("{value:?}")).as_deref(),
                    Some("Number(0.00045)"),
                    "{wire:?} {name}"
                );
            }
        });
    }
}

#[test]
fn without_a_price_nothing_is_said() {
    for wire in WIRES {
        against(wire, &[], vec![wire.message("a")], |mut world, _| async move {
            world.turn("x").await;
            let span = world.recorder.only("chat demo-model");
            assert!(!span.attributes.iter().any(|(key, _)| key == attr::CODEX_COST_USD), "{wire:?}");
        });
    }
}

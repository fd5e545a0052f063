//! Holds `docs/tracing.md` to the code: every attribute name stands there.

use codex_otel::attr;

const PAGE: &str = include_str!("../../docs/tracing.md");

#[test]
fn every_attribute_is_described() {
    let missing: Vec<_> = attr::ALL
        .iter()
        // Taken by the layer, never on the wire.
        .filter(|name| !name.starts_with("otel."))
        .filter(|name| {
            let families = name.match_indices('.').map(|(at, _)| format!("`{}.*`", &name[..at]));
            !PAGE.contains(&format!("`{name}`")) && !families.into_iter().any(|family| PAGE.contains(&family))
        })
        .collect();
    assert!(missing.is_empty(), "not in docs/tracing.md: {missing:?}");
}

//! Members of `tracestate` that the operator adds to what is sent on (`otel.tracestate`).

use std::collections::BTreeMap;
use std::sync::OnceLock;

use opentelemetry::Context;

use super::tracestate::{State, is_key, is_value, parse};

/// Members, each with its fields.
pub(crate) type Members = BTreeMap<String, BTreeMap<String, String>>;

/// Set once, when tracing is installed.
static CONFIGURED: OnceLock<Members> = OnceLock::new();

pub(crate) fn configure(members: Members) {
    if !members.is_empty() {
        let _ = CONFIGURED.set(members);
    }
}

/// Whether a member can be sent.
pub(crate) fn is_member(name: &str, fields: &BTreeMap<String, String>) -> bool {
    let fits = |text: &str| !text.is_empty() && !text.contains([';', ':']) && is_value(text);
    is_key(name) && !fields.is_empty() && fields.iter().all(|(key, value)| fits(key) && fits(value))
}

/// A context that begins a piece of work here, with the configured members in its state.
pub(crate) fn with_configured(cx: Context) -> Context {
    let Some(members) = CONFIGURED.get() else { return cx };
    let state = cx.get::<State>().map(|state| state.0.as_str());
    match merged(state, members) {
        Some(state) => cx.with_value(state),
        None => cx,
    }
}

/// A state with members added in front: fields of a member that is there already are joined with its value. `None` where
/// the result would be too long for a carrier.
fn merged(state: Option<&str>, members: &Members) -> Option<State> {
    let mut rest: Vec<(&str, &str)> =
        state.unwrap_or_default().split(',').filter_map(|member| member.split_once('=')).collect();
    let mut front = Vec::new();
    for (name, fields) in members {
        let there = rest.iter().position(|(key, _)| key == name).map(|at| rest.remove(at).1);
        let mut parts: Vec<String> = there
            .into_iter()
            .flat_map(|value| value.split(';'))
            .filter(|part| part.split_once(':').is_none_or(|(key, _)| !fields.contains_key(key)))
            .map(str::to_owned)
            .collect();
        parts.extend(fields.iter().map(|(key, value)| format!("{key}:{value}")));
        front.push(format!("{name}={}", parts.join(";")));
    }
    front.extend(rest.iter().map(|(key, value)| format!("{key}={value}")));
    parse(&front.join(",")).ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[track_caller]
    fn check(state: Option<&str>, expected: Option<&str>) {
        let members = Members::from([("lab".to_owned(), fields(&[("k", "v"), ("k2", "v2")]))]);
        assert_eq!(merged(state, &members), expected.map(|state| State(state.to_owned())));
    }

    #[test]
    fn members_come_first_and_join_what_is_there() {
        check(None, Some("lab=k:v;k2:v2"));
        check(Some("abc=1"), Some("lab=k:v;k2:v2,abc=1"));
        check(Some("abc=1,lab=z"), Some("lab=z;k:v;k2:v2,abc=1"));
        check(Some("lab=k:old;x:y"), Some("lab=x:y;k:v;k2:v2"));
        // What goes through twice is the same.
        check(Some("lab=k:v;k2:v2,abc=1"), Some("lab=k:v;k2:v2,abc=1"));
        check(Some(&format!("lab={}", "z".repeat(250))), None);
    }

    #[test]
    fn what_no_carrier_can_hold_is_no_member() {
        assert!(is_member("lab", &fields(&[("k", "v")])));
        for (name, key, value) in [
            ("A B", "k", "v"),
            ("lab", "k;", "v"),
            ("lab", "k", "a,b"),
            ("lab", "k", "a=b"),
            ("lab", "", "v"),
        ] {
            assert!(!is_member(name, &fields(&[(key, value)])), "{name} {key} {value}");
        }
        assert!(!is_member("lab", &fields(&[])));
    }
}

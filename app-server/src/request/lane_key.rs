//! What calls are ordered by: the lane column of the method table, with the thing that a call names.

use codex_app_server_protocol::Lane;
use codex_protocol::ThreadId;

use super::peek::Peeked;

/// What a lane is for: a kind of thing, and which one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum LaneKey {
    /// By the id itself, not by its spelling.
    Thread(ThreadId),
    Process(Box<str>),
    Search(Box<str>),
    Watch(Box<str>),
    Config,
    Account,
}

impl LaneKey {
    /// The key of a call of such a method with such params; none where it waits for no other.
    pub(super) fn of(lane: Lane, peeked: &Peeked) -> Option<Self> {
        match lane {
            Lane::Concurrent => None,
            Lane::Thread => peeked.thread.map(Self::Thread),
            Lane::Process => peeked.process_id.clone().map(Self::Process),
            Lane::Search => peeked.session_id.clone().map(Self::Search),
            Lane::Watch => peeked.watch_id.clone().map(Self::Watch),
            Lane::Config => Some(Self::Config),
            Lane::Account => Some(Self::Account),
        }
    }
}

#[cfg(test)]
mod tests {
    use codex_app_server_protocol::MethodId;
    use serde_json::value::RawValue;

    use super::*;
    use crate::request::Target;

    fn key(method: MethodId, params: &str) -> Option<LaneKey> {
        let params = RawValue::from_string(params.to_owned()).unwrap();
        LaneKey::of(method.lane(), &Peeked::of(&Target::Request(method), &params))
    }

    #[test]
    fn two_spellings_of_one_thread_are_one_lane() {
        let spellings = [
            "0190a000-0000-7000-8000-00000000abcd",
            "0190A000-0000-7000-8000-00000000ABCD",
            "0190a00000007000800000000000abcd",
            "{0190a000-0000-7000-8000-00000000abcd}",
            "urn:uuid:0190a000-0000-7000-8000-00000000abcd",
        ];
        let keys = spellings.map(|id| key(MethodId::TurnStart, &format!(r#"{{"threadId":"{id}"}}"#)));
        assert!(keys.iter().all(|key| key.is_some() && *key == keys[0]), "{keys:?}");
    }

    #[test]
    fn a_call_that_names_no_thread_waits_for_no_other() {
        assert_eq!(key(MethodId::TurnStart, r#"{"threadId":"no id"}"#), None);
        assert_eq!(key(MethodId::TurnStart, r#"{"threadId":7}"#), None);
        assert_eq!(key(MethodId::ConfigRead, "{}"), Some(LaneKey::Config));
    }
}

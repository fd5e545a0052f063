//! Properties that hold for every row.

use std::collections::HashSet;

use codex_app_server_protocol::{
    Lane, Method, MethodId, NotificationId, ServerNotificationId, ServerRequestId, methods,
};

macro_rules! check_set {
    ($set:ident) => {
        let names: HashSet<_> = $set::ALL.iter().map(|id| id.name()).collect();
        assert_eq!(names.len(), $set::ALL.len());
        for id in $set::ALL {
            assert_eq!($set::from_name(id.name()), Some(*id));
            assert_eq!($set::from_name(&format!("{id} ")), None);
            assert!(id.doc().trim().ends_with('.'), "{id} needs a sentence");
        }
        assert_eq!($set::from_name(""), None);
    };
}

#[test]
fn names_and_rows_are_one_to_one_and_every_row_has_a_sentence() {
    check_set!(MethodId);
    check_set!(NotificationId);
    check_set!(ServerRequestId);
    check_set!(ServerNotificationId);
}

#[test]
fn the_core_methods_are_all_there() {
    for name in [
        "initialize",
        "thread/start",
        "thread/resume",
        "thread/fork",
        "thread/unsubscribe",
        "thread/list",
        "thread/loaded/list",
        "thread/read",
        "thread/compact/start",
        "turn/start",
        "turn/steer",
        "turn/interrupt",
        "review/start",
        "model/list",
        "config/read",
        "skills/list",
        "app/list",
        "account/read",
        "thread/realtime/start",
        "thread/realtime/appendAudio",
        "thread/realtime/appendText",
        "thread/realtime/stop",
    ] {
        assert!(MethodId::from_name(name).is_some(), "{name}");
    }
}

#[test]
fn what_changes_a_thread_is_ordered_by_it() {
    for id in MethodId::ALL {
        if id.name().starts_with("turn/") || id.name().starts_with("thread/realtime/") {
            assert_eq!(id.lane(), Lane::Thread, "{id}");
        }
    }
    assert_eq!(methods::Initialize::ID.lane(), Lane::Concurrent);
    assert_eq!(methods::ConfigRead::ID.lane(), Lane::Config);
    assert_eq!(methods::AccountRead::ID.lane(), Lane::Account);
}

#[test]
fn the_tables_can_be_fed_to_other_macros() {
    macro_rules! count {
        ($($(#[$doc:meta])* $marker:ident = $name:literal ($params:ty) -> $response:ty, $lane:ident $(, names $named:ident)?;)*) => {
            [$($name),*].len()
        };
    }
    assert_eq!(codex_app_server_protocol::request_table!(count), MethodId::ALL.len());
}

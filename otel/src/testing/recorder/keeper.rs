//! Keeps callsites open to recorders that come later.
//!
//! A callsite that is reached for the first time asks the subscribers of that moment, and remembers. When a recorder
//! appears on another thread just between the asking and the remembering, the callsite stays closed to it
//! (`tracing-core` takes no lock over both). One subscriber that is there from the start and says "ask each time" makes
//! the moment harmless.

use std::sync::OnceLock;

use tracing::{
    Dispatch, Event, Metadata, Subscriber,
    level_filters::LevelFilter,
    span::{Attributes, Id, Record},
    subscriber::Interest,
};

/// Makes every callsite ask each time, from now on. Call it before the first span of a test.
pub fn keep_callsites_open() {
    static KEEPER: OnceLock<Dispatch> = OnceLock::new();
    KEEPER.get_or_init(|| Dispatch::new(Keeper));
}

/// Wants nothing, and never says so for good.
struct Keeper;

impl Subscriber for Keeper {
    fn register_callsite(&self, _: &'static Metadata<'static>) -> Interest {
        Interest::sometimes()
    }

    fn enabled(&self, _: &Metadata<'_>) -> bool {
        false
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::TRACE)
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

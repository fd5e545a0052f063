//! What of a connection is in flight: how many calls, and under which ids.

use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use codex_app_server_protocol::RequestId;

/// A count of calls in flight.
#[derive(Clone, Debug, Default)]
pub(crate) struct InFlight(Arc<AtomicUsize>);

impl InFlight {
    /// How many there are now.
    pub(crate) fn count(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    /// One more, unless there are `bound` already.
    pub(crate) fn enter(&self, bound: usize) -> Option<Place> {
        if self.0.fetch_add(1, Ordering::Relaxed) >= bound {
            self.0.fetch_sub(1, Ordering::Relaxed);
            return None;
        }
        Some(Place(self.clone()))
    }
}

/// One call's part of a count.
#[derive(Debug)]
pub(crate) struct Place(InFlight);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The request ids of a connection that are in flight.
#[derive(Debug, Default)]
pub(super) struct Claims(Arc<Mutex<HashSet<RequestId>>>);

impl Claims {
    /// Claims an id until the claim is dropped; none if it is in flight already.
    pub(super) fn claim(&self, id: &RequestId) -> Option<Claim> {
        lock(&self.0).insert(id.clone()).then(|| Claim { all: Arc::clone(&self.0), id: id.clone() })
    }
}

/// A request id in flight. Dropping it frees the id.
#[derive(Debug)]
pub(crate) struct Claim {
    all: Arc<Mutex<HashSet<RequestId>>>,
    id: RequestId,
}

impl Claim {
    /// The id.
    pub(crate) fn id(&self) -> &RequestId {
        &self.id
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        lock(&self.all).remove(&self.id);
    }
}

fn lock(ids: &Mutex<HashSet<RequestId>>) -> MutexGuard<'_, HashSet<RequestId>> {
    ids.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_count_refuses_and_a_freed_place_admits_again() {
        let in_flight = InFlight::default();
        let first = in_flight.enter(2).unwrap();
        let _second = in_flight.enter(2).unwrap();
        assert!(in_flight.enter(2).is_none());
        assert_eq!(in_flight.count(), 2, "a refusal leaves no trace");
        drop(first);
        assert!(in_flight.enter(2).is_some());
    }

    #[test]
    fn an_id_is_claimed_once_and_free_again_when_the_claim_is_gone() {
        let claims = Claims::default();
        let first = claims.claim(&RequestId::Integer(7)).unwrap();
        assert!(claims.claim(&RequestId::Integer(7)).is_none());
        drop(first);
        assert!(claims.claim(&RequestId::Integer(7)).is_some());
    }
}

//! How many connections there may be, and how many handshakes.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Handshakes of one kind of transport at once: each may take its time, and nobody has shown a token yet.
const HANDSHAKES: usize = 128;

/// Bounds on connections. Those that are waited for on TCP, where every user of the machine may knock, take no place from
/// those on a unix socket, nor from connections that are open.
#[derive(Clone, Debug)]
pub(crate) struct ConnectionLimits {
    tcp: Arc<Semaphore>,
    unix: Arc<Semaphore>,
    open: Arc<Semaphore>,
}

/// A place among the connections, given back when dropped.
#[derive(Debug)]
pub(crate) struct ConnectionPlace {
    _permit: OwnedSemaphorePermit,
}

impl ConnectionLimits {
    /// At most `open` open connections, and half of the process's descriptors left to what turns need.
    pub(crate) fn new(open: usize) -> Self {
        let descriptors = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
        let descriptors = descriptors.map_or(usize::MAX, |most| usize::try_from(most).unwrap_or(usize::MAX));
        Self::within(open, descriptors)
    }

    fn within(open: usize, descriptors: usize) -> Self {
        let places = |most: usize| Arc::new(Semaphore::new(most.clamp(1, Semaphore::MAX_PERMITS)));
        let handshakes = (descriptors / 16).min(HANDSHAKES);
        Self { tcp: places(handshakes), unix: places(handshakes), open: places(open.min(descriptors / 3)) }
    }

    /// A place for a handshake; none where there are too many.
    pub(crate) fn handshake(&self, unix: bool) -> Option<ConnectionPlace> {
        place(if unix { &self.unix } else { &self.tcp })
    }

    /// A place for an open connection; none where there are too many.
    pub(crate) fn connection(&self) -> Option<ConnectionPlace> {
        place(&self.open)
    }
}

fn place(places: &Arc<Semaphore>) -> Option<ConnectionPlace> {
    Some(ConnectionPlace { _permit: Arc::clone(places).try_acquire_owned().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_given_back() {
        let limits = ConnectionLimits::within(1, 1024);
        let first = limits.connection().unwrap();
        assert!(limits.connection().is_none());
        drop(first);
        assert!(limits.connection().is_some());
    }

    #[test]
    fn strangers_on_tcp_take_no_place_of_unix_sockets() {
        let limits = ConnectionLimits::within(1, 1024);
        let knocking: Vec<_> = (0..HANDSHAKES).map_while(|_| limits.handshake(false)).collect();
        assert!(!knocking.is_empty());
        assert!(limits.handshake(false).is_none());
        assert!(limits.handshake(true).is_some() && limits.connection().is_some());
    }

    #[test]
    fn half_of_the_descriptors_are_left_to_turns() {
        for descriptors in [64, 1024, 1 << 20] {
            let limits = ConnectionLimits::within(usize::MAX, descriptors);
            let most = [&limits.tcp, &limits.unix, &limits.open].map(|places| places.available_permits());
            assert!(most.iter().sum::<usize>() <= descriptors / 2, "{descriptors}: {most:?}");
        }
        assert!(ConnectionLimits::within(0, 0).connection().is_some());
    }
}

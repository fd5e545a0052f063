//! Runs calls with the same lane key in the order they arrived, and all others at once.
//!
//! Sits inside admission, so that a waiting call counts as in flight, and right outside the router. The ticket is
//! taken in `call`, not at the first poll: that is what makes the order the order of arrival.

use std::{
    collections::{HashMap, VecDeque},
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
};

use pin_project_lite::pin_project;
use tower::{Layer, Service};

use crate::request::{Call, LaneKey};

/// The lanes of the whole server.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lanes(Arc<Mutex<HashMap<LaneKey, VecDeque<Waiting>>>>);

#[derive(Debug)]
struct Waiting {
    ticket: u64,
    waker: Option<Waker>,
}

/// A place in a lane. Dropping it lets the next one go.
#[derive(Debug)]
pub(crate) struct Ticket {
    lanes: Lanes,
    key: LaneKey,
    number: u64,
}

impl Lanes {
    fn lock(&self) -> MutexGuard<'_, HashMap<LaneKey, VecDeque<Waiting>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether nobody runs or waits.
    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    /// Takes the next place in the lane of `key`.
    pub(crate) fn ticket(&self, key: LaneKey) -> Ticket {
        let mut lanes = self.lock();
        let lane = lanes.entry(key.clone()).or_default();
        let number = lane.back().map_or(0, |last| last.ticket.wrapping_add(1));
        lane.push_back(Waiting { ticket: number, waker: None });
        Ticket { lanes: self.clone(), key, number }
    }
}

impl Ticket {
    /// Ready once this place is the first of its lane.
    pub(super) fn poll_turn(&self, cx: &Context<'_>) -> Poll<()> {
        let mut lanes = self.lanes.lock();
        let Some(lane) = lanes.get_mut(&self.key) else { return Poll::Ready(()) };
        if lane.front().is_none_or(|first| first.ticket == self.number) {
            return Poll::Ready(());
        }
        if let Some(own) = lane.iter_mut().find(|waiting| waiting.ticket == self.number) {
            own.waker = Some(cx.waker().clone());
        }
        Poll::Pending
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut lanes = self.lanes.lock();
        let Some(lane) = lanes.get_mut(&self.key) else { return };
        lane.retain(|waiting| waiting.ticket != self.number);
        let next = lane.front_mut().and_then(|first| first.waker.take());
        if lane.is_empty() {
            lanes.remove(&self.key);
        }
        drop(lanes);
        if let Some(next) = next {
            next.wake();
        }
    }
}

/// The layer.
#[derive(Clone, Debug, Default)]
pub(crate) struct LaneLayer {
    lanes: Lanes,
}

impl LaneLayer {
    pub(crate) fn new(lanes: Lanes) -> Self {
        Self { lanes }
    }
}

impl<S> Layer<S> for LaneLayer {
    type Service = Lane<S>;

    fn layer(&self, inner: S) -> Lane<S> {
        Lane { inner, lanes: self.lanes.clone() }
    }
}

/// The service.
#[derive(Clone, Debug)]
pub(crate) struct Lane<S> {
    inner: S,
    lanes: Lanes,
}

impl<S> Service<Call> for Lane<S>
where
    S: Service<Call> + Clone,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = LaneFuture<S>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, call: Call) -> LaneFuture<S> {
        match call.lane_key() {
            None => LaneFuture { state: State::Running { future: self.inner.call(call) }, ticket: None },
            Some(key) => LaneFuture {
                ticket: Some(self.lanes.ticket(key)),
                state: State::Waiting { start: Some((self.inner.clone(), call)) },
            },
        }
    }
}

pin_project! {
    /// Waits for its place, then runs. The ticket goes when the call has its reply, or is dropped.
    pub(crate) struct LaneFuture<S: Service<Call>> {
        #[pin]
        state: State<S>,
        ticket: Option<Ticket>,
    }
}

pin_project! {
    #[project = StateProj]
    enum State<S: Service<Call>> {
        Waiting { start: Option<(S, Call)> },
        Running { #[pin] future: S::Future },
    }
}

impl<S> Future for LaneFuture<S>
where
    S: Service<Call>,
{
    type Output = Result<S::Response, S::Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        loop {
            match this.state.as_mut().project() {
                StateProj::Waiting { start } => {
                    if let Some(ticket) = this.ticket.as_ref()
                        && ticket.poll_turn(cx).is_pending()
                    {
                        return Poll::Pending;
                    }
                    let (mut inner, call) = start.take().expect("taken once, when its turn comes");
                    let future = inner.call(call);
                    this.state.set(State::Running { future });
                }
                StateProj::Running { future } => {
                    let reply = std::task::ready!(future.poll(cx));
                    this.ticket.take();
                    return Poll::Ready(reply);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_first(ticket: &Ticket) -> bool {
        ticket.poll_turn(&Context::from_waker(Waker::noop())).is_ready()
    }

    #[test]
    fn one_lane_goes_in_order_of_arrival() {
        let lanes = Lanes::default();
        let key = || LaneKey::Process("p".into());
        let (first, second, third) = (lanes.ticket(key()), lanes.ticket(key()), lanes.ticket(key()));
        assert!(is_first(&first) && !is_first(&second) && !is_first(&third));
        drop(second);
        assert!(!is_first(&third), "a cancelled call does not let others pass the first");
        drop(first);
        assert!(is_first(&third));
    }

    #[test]
    fn lanes_do_not_wait_for_each_other_and_leave_nothing_behind() {
        let lanes = Lanes::default();
        let (config, account) = (lanes.ticket(LaneKey::Config), lanes.ticket(LaneKey::Account));
        assert!(is_first(&config) && is_first(&account));
        drop((config, account));
        assert!(lanes.is_empty());
    }
}

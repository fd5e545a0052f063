//! What a turn does: one implementation for each kind of turn.

use codex_protocol::TurnKind;
use futures_util::future::BoxFuture;

use super::{guard::TurnGuard, outcome::Outcome};

/// What a turn does. The guard, which is lent to it, ends the turn whatever comes of this.
pub(crate) trait TurnTask: Send {
    /// What kind of work it is: it names the turn's span.
    fn kind(&self) -> TurnKind;

    /// Does it, to its end.
    fn run(self: Box<Self>, turn: &mut TurnGuard) -> BoxFuture<'_, Outcome>;
}

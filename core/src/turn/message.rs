//! What a running turn and its thread tell each other.

use codex_protocol::UserInput;
use tokio::sync::oneshot;

use super::{guard::TurnGuard, outcome::Outcome};
use crate::{approval::QuestionMessage, conversation::ConversationItem};

/// What a turn tells the thread that it belongs to. The thread serves these whatever else it waits for.
pub(crate) enum TurnMessage {
    /// About a question to the user.
    Question(QuestionMessage),
    /// It takes what waits for it.
    TakeInput {
        /// Whether it ends where there is nothing.
        ending: bool,
        reply: oneshot::Sender<Taken>,
    },
    /// Its work is done. What remains is to write and tell the end, which needs the thread's state.
    Ended(Box<EndedTurn>),
}

/// A turn whose work is done.
pub(crate) struct EndedTurn {
    pub(crate) guard: TurnGuard,
    pub(crate) outcome: Outcome,
}

/// What waited for a turn.
#[derive(Debug)]
pub(crate) enum Taken {
    /// This, in order; it can be nothing.
    Input(Vec<TurnInput>),
    /// Nothing, and from here on nothing is taken any more.
    Closed,
    /// Somebody has ended the turn.
    Interrupted,
}

/// What can be given to a running turn.
#[derive(Debug)]
pub(crate) enum TurnInput {
    /// The user says more.
    Steer(Steer),
    /// A client adds items to what the model sees; they are written already.
    Items(Vec<ConversationItem>),
}

/// Input of the user for a turn.
#[derive(Debug)]
pub(crate) struct Steer {
    pub(crate) input: Vec<UserInput>,
    /// The client's own id for the message.
    pub(crate) client_id: Option<String>,
}

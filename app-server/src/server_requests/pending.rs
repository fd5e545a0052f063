//! What clients are asked. A question of the core becomes one request to every client that follows its thread, under one
//! span; the first valid answer counts, and the others are told that no answer is needed any more.
//!
//! The core numbers its questions for the whole process, so a question's number is its request id on every connection.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};

use codex_app_server_protocol::{ErrorCode, RequestId, ServerRequestId};
use codex_core::Agent;
use codex_otel::{Kind, OwnedSpan, Parent, Status, attr};
use codex_protocol::{Answer, Op, Question, QuestionId, QuestionRequest, ThreadId, W3cTraceContext};
use serde_json::value::RawValue;

use super::asked::asked;
use crate::{
    connection::{Connection, ConnectionId},
    request::span as request_span,
    wire::question::{QuestionContext, error_code},
};

/// The requests that wait for an answer.
pub(crate) struct ServerRequests {
    agent: Weak<Agent>,
    /// Locked under the lock of a thread's journal too: nothing of core is called while it is held.
    open: Mutex<HashMap<QuestionId, Open>>,
}

struct Open {
    thread: ThreadId,
    request: QuestionRequest,
    span: OwnedSpan,
    /// The connections that it was sent to: nobody else can answer.
    connections: HashSet<ConnectionId>,
    /// Those of them that gave no answer: why.
    invalid: HashMap<ConnectionId, NoAnswer>,
}

/// Why a client gave no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NoAnswer {
    /// It knows no such question, or has nobody to put it to.
    CannotAsk,
    /// What it sent is no answer.
    Invalid,
}

impl ServerRequests {
    pub(crate) fn new(agent: &Arc<Agent>) -> Self {
        Self { agent: Arc::downgrade(agent), open: Mutex::default() }
    }

    /// Opens the request of a question, before any connection hears of it.
    pub(crate) fn open(&self, thread: ThreadId, question: &Question, parent: Option<&W3cTraceContext>) {
        let method = asked(&question.request).method();
        let span = span_of(method, question.id, parent);
        span.set(attr::THREAD_ID, thread.to_string());
        span.set(attr::TURN_ID, question.turn_id.to_string());
        span.span().in_scope(|| {
            tracing::info!(method = method.name(), request_id = question.id.0, "clients are asked");
        });
        let (connections, invalid) = (HashSet::new(), HashMap::new());
        let open = Open { thread, request: question.request.clone(), span, connections, invalid };
        self.lock().insert(question.id, open);
    }

    /// Asks a connection that follows the thread.
    pub(crate) fn ask(&self, connection: &Connection, thread_id: ThreadId, question: &Question) {
        if !connection.peer().is_introduced() {
            return;
        }
        let trace = self.note_asked(question.id, connection.id());
        let Question { id, turn_id, started_at_ms, request } = question;
        let context = QuestionContext { thread_id, turn_id: *turn_id, started_at_ms: *started_at_ms };
        asked(request).send(connection, &RequestId::Integer(id.0), context, trace.as_ref());
    }

    /// Notes that a connection is asked. Gives the context that goes with the request.
    fn note_asked(&self, question: QuestionId, connection: ConnectionId) -> Option<W3cTraceContext> {
        let mut open = self.lock();
        let request = open.get_mut(&question)?;
        request.connections.insert(connection);
        request.span.carrier()
    }

    /// Takes a client's answer: a result, or an error where the client could not tell.
    pub(crate) fn answer(
        &self,
        connection: &Connection,
        id: Option<&RequestId>,
        answer: Result<&RawValue, &RawValue>,
    ) {
        let question = match id {
            Some(RequestId::Integer(number)) => QuestionId(*number),
            _ => return ignored(connection),
        };
        let mut all = self.lock();
        let Some(request) =
            all.get_mut(&question).filter(|request| request.connections.contains(&connection.id()))
        else {
            return ignored(connection);
        };
        match request.read(answer) {
            Ok((answer, outcome)) => {
                let thread = request.thread;
                if let Some(request) = all.remove(&question) {
                    request.answered(connection, outcome);
                }
                drop(all);
                submit(&self.agent, thread, question, Some(answer));
            }
            Err(why) => {
                request.span.span().in_scope(|| {
                    tracing::warn!(connection = %connection.id(), request_id = question.0, "invalid response: {why}");
                });
                let why = if cannot_ask(answer) { NoAnswer::CannotAsk } else { NoAnswer::Invalid };
                request.invalid.insert(connection.id(), why);
                let given_up = give_up(&mut all, question);
                drop(all);
                self.submit_none(given_up);
            }
        }
    }

    /// Forgets a connection that is gone. The question waits for the others, or for whoever joins the thread.
    pub(crate) fn forget(&self, connection: ConnectionId) {
        let mut all = self.lock();
        let questions: Vec<_> = all.keys().copied().collect();
        let mut given_up = Vec::new();
        for question in questions {
            if let Some(request) = all.get_mut(&question)
                && request.connections.remove(&connection)
            {
                request.invalid.remove(&connection);
                given_up.extend(give_up(&mut all, question));
            }
        }
        drop(all);
        self.submit_none(given_up);
    }

    /// Tells threads that nobody can answer their questions.
    fn submit_none(&self, questions: impl IntoIterator<Item = (ThreadId, QuestionId)>) {
        for (thread, question) in questions {
            submit(&self.agent, thread, question, None);
        }
    }

    /// Ends the request of a question that needs no answer any more.
    pub(crate) fn resolve(&self, question: QuestionId) {
        let request = self.lock().remove(&question);
        if let Some(request) = request {
            request.span.set(attr::CODEX_APPROVAL_DECISION, "withdrawn");
            request.span.end(Status::Unset);
        }
    }

    /// How many wait.
    pub(crate) fn count(&self) -> usize {
        self.lock().len()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<QuestionId, Open>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    fn read(&self, answer: Result<&RawValue, &RawValue>) -> Result<(Answer, &'static str), String> {
        let result =
            answer.map_err(|error| format!("the client answered with error {}", error_code(error)))?;
        asked(&self.request).read(result)
    }

    fn answered(self, connection: &Connection, outcome: &'static str) {
        let Self { span, .. } = self;
        span.set(attr::CODEX_APPROVAL_DECISION, outcome);
        span.set(attr::RPC_TRANSPORT, connection.peer().transport.name());
        span.set(attr::APP_SERVER_CONNECTION_ID, connection.id().number());
        if let Some(client) = connection.peer().client() {
            request_span::describe_client(&span, client);
        }
        span.span().in_scope(
            || tracing::info!(decision = outcome, connection = %connection.id(), "a client has answered"),
        );
        span.end(Status::Unset);
    }
}

/// Whether a client says that it cannot put such a question: a client without somebody to ask is no failure.
fn cannot_ask(answer: Result<&RawValue, &RawValue>) -> bool {
    answer.is_err_and(|error| error_code(error) == ErrorCode::METHOD_NOT_FOUND.0)
}

/// Ends a question once all who were asked have given an invalid response: nobody is left to wait for. Gives back whose
/// question it was, which is to be told.
fn give_up(all: &mut HashMap<QuestionId, Open>, question: QuestionId) -> Option<(ThreadId, QuestionId)> {
    let is_over = |request: &Open| {
        !request.connections.is_empty()
            && request.connections.iter().all(|id| request.invalid.contains_key(id))
    };
    if !all.get(&question).is_some_and(is_over) {
        return None;
    }
    let Open { thread, span, invalid, .. } = all.remove(&question)?;
    if invalid.values().all(|why| *why == NoAnswer::CannotAsk) {
        span.set(attr::CODEX_APPROVAL_DECISION, "not_answered");
        span.end(Status::Unset);
        return Some((thread, question));
    }
    span.set(attr::CODEX_APPROVAL_DECISION, "unusable");
    span.set(attr::ERROR_TYPE, "unusable_answer");
    span.end(Status::Error("no client gave an answer that could be used".into()));
    Some((thread, question))
}

/// Gives a thread the answer to its question. One that is gone needs none.
fn submit(agent: &Weak<Agent>, thread: ThreadId, question: QuestionId, answer: Option<Answer>) {
    if let Some(thread) = agent.upgrade().and_then(|agent| agent.thread(thread))
        && let Err(error) = thread.submit(Op::Answer { question, answer })
    {
        tracing::debug!(%error, question = question.0, "the thread takes no answer");
    }
}

fn ignored(connection: &Connection) {
    tracing::debug!(connection = %connection.id(), "an answer that nothing waits for was ignored");
}

fn span_of(method: ServerRequestId, question: QuestionId, parent: Option<&W3cTraceContext>) -> OwnedSpan {
    let span = codex_otel::span!("server_request", name = method.name(), kind = Kind::Client);
    let span = OwnedSpan::start(span, Parent::Carrier(parent));
    request_span::describe_system(&span);
    span.set(attr::RPC_METHOD, method.name());
    request_span::describe_id(&span, &question.0.to_string());
    span
}

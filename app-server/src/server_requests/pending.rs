//! What clients are asked. A question of the core becomes one request to every client that follows its thread, under one
//! span; the first valid answer counts, and the others are told that no answer is needed any more.
//!
//! The core numbers its questions for the whole process, so a question's number is its request id on every connection.

use std::{
    collections::{HashMap, HashSet},
    sync::{Mutex, MutexGuard, PoisonError, Weak},
};

use codex_app_server_protocol::{RequestId, ServerRequest, ServerRequestId};
use codex_core::CodexThread;
use codex_otel::{Kind, OwnedSpan, Parent, Status, attr};
use codex_protocol::{CommandApproval, CommandDecision, QuestionId, ThreadId, W3cTraceContext};
use serde_json::value::RawValue;

use crate::{
    connection::{Connection, ConnectionId},
    request::span as request_span,
    wire::question::{self, CommandRequest},
};

/// The requests that wait for an answer.
#[derive(Debug, Default)]
pub(crate) struct ServerRequests {
    open: Mutex<HashMap<QuestionId, Open>>,
}

#[derive(Debug)]
struct Open {
    thread: Weak<CodexThread>,
    span: OwnedSpan,
    /// The connections that it was sent to: nobody else can answer.
    asked: HashSet<ConnectionId>,
    /// Those of them whose answer was of no use.
    useless: HashSet<ConnectionId>,
}

impl ServerRequests {
    /// Opens the request of a question, before any connection hears of it.
    pub(crate) fn open(
        &self,
        thread: Weak<CodexThread>,
        approval: &CommandApproval,
        parent: Option<&W3cTraceContext>,
    ) {
        let span = span_of(CommandRequest::ID, approval.id, parent);
        if let Some(thread) = thread.upgrade() {
            span.set(attr::THREAD_ID, thread.id().to_string());
        }
        span.set(attr::TURN_ID, approval.turn_id.to_string());
        span.span().in_scope(|| {
            tracing::info!(
                method = CommandRequest::ID.name(),
                request_id = approval.id.0,
                "clients are asked"
            );
        });
        let open = Open { thread, span, asked: HashSet::new(), useless: HashSet::new() };
        self.lock().insert(approval.id, open);
    }

    /// Asks a connection that follows the thread.
    pub(crate) fn ask(&self, connection: &Connection, thread_id: ThreadId, approval: &CommandApproval) {
        if !connection.peer().is_introduced() {
            return;
        }
        let trace = self.note_asked(approval.id, connection.id());
        let params = question::command_params(thread_id, approval);
        let id = RequestId::Integer(approval.id.0);
        connection.request_of::<CommandRequest>(thread_id, &id, &params, trace.as_ref());
    }

    /// Notes that a connection is asked. Gives the context that goes with the request.
    fn note_asked(&self, question: QuestionId, connection: ConnectionId) -> Option<W3cTraceContext> {
        let mut open = self.lock();
        let request = open.get_mut(&question)?;
        request.asked.insert(connection);
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
        let Some(request) = all.get_mut(&question).filter(|request| request.asked.contains(&connection.id()))
        else {
            return ignored(connection);
        };
        match read(answer) {
            Ok(decision) => {
                let name = decision.name();
                let thread = request.thread.upgrade();
                // False where it was taken back at this moment: then that is told.
                if thread.is_some_and(|thread| thread.answer(question, Some(decision)))
                    && let Some(request) = all.remove(&question)
                {
                    request.answered(connection, name);
                }
            }
            Err(why) => {
                request.span.span().in_scope(|| {
                    tracing::warn!(connection = %connection.id(), request_id = question.0, "an answer is of no use: {why}");
                });
                request.useless.insert(connection.id());
                give_up(&mut all, question);
            }
        }
    }

    /// Forgets a connection that is gone. The question waits for the others, or for whoever joins the thread.
    pub(crate) fn forget(&self, connection: ConnectionId) {
        let mut all = self.lock();
        let questions: Vec<_> = all.keys().copied().collect();
        for question in questions {
            if let Some(request) = all.get_mut(&question)
                && request.asked.remove(&connection)
            {
                request.useless.remove(&connection);
                give_up(&mut all, question);
            }
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
    fn answered(self, connection: &Connection, decision: &'static str) {
        let Self { span, .. } = self;
        span.set(attr::CODEX_APPROVAL_DECISION, decision);
        span.set(attr::RPC_TRANSPORT, connection.peer().transport.name());
        span.set(attr::APP_SERVER_CONNECTION_ID, connection.id().number());
        if let Some(client) = connection.peer().client() {
            request_span::describe_client(&span, client);
        }
        span.span()
            .in_scope(|| tracing::info!(decision, connection = %connection.id(), "a client has answered"));
        span.end(Status::Unset);
    }
}

/// Ends a question once all who were asked have given an answer of no use: nobody is left to wait for.
fn give_up(all: &mut HashMap<QuestionId, Open>, question: QuestionId) {
    let useless = |request: &Open| !request.asked.is_empty() && request.useless == request.asked;
    if all.get(&question).is_some_and(useless)
        && let Some(Open { thread, span, .. }) = all.remove(&question)
    {
        if let Some(thread) = thread.upgrade() {
            thread.answer(question, None);
        }
        span.set(attr::CODEX_APPROVAL_DECISION, "unusable");
        span.set(attr::ERROR_TYPE, "unusable_answer");
        span.end(Status::Error("no client gave an answer that could be used".into()));
    }
}

fn read(answer: Result<&RawValue, &RawValue>) -> Result<CommandDecision, String> {
    match answer {
        Ok(result) => question::command_decision(result).map_err(|error| format!("it does not fit: {error}")),
        Err(error) => Err(format!("the client answered with error {}", question::error_code(error))),
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

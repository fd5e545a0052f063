//! One attempt of a model call. Attempts have spans of their own where one failed and was repeated.

use std::{
    borrow::Cow,
    time::{Instant, SystemTime},
};

use bytes::Bytes;
use codex_otel::{Kind, OwnedSpan, Parent, PastSpan, Status, Value, attr, span};

use super::{ModelError, ModelEvent, ModelRequest, response_summary::ResponseSummary, stream};

/// One attempt.
pub(super) struct Attempt<'a> {
    request: ModelRequest<'a>,
    /// From 1.
    number: u32,
    call: &'a OwnedSpan,
    /// From the second attempt on.
    span: Option<OwnedSpan>,
    start: SystemTime,
}

/// A first attempt that failed: its span is made when it is repeated.
pub(super) struct FailedAttempt {
    start: SystemTime,
    end: SystemTime,
    status: Option<u16>,
    kind: Cow<'static, str>,
    description: String,
}

impl<'a> Attempt<'a> {
    /// Opens the span of an attempt, counted from 1, under that of its call.
    pub(super) fn start(request: ModelRequest<'a>, number: u32, call: &'a OwnedSpan) -> Self {
        let span = (number > 1).then(|| {
            let name = format!("attempt {number}");
            let span = call.span().in_scope(|| {
                let span = span!("model_attempt", name = name.as_str(), kind = Kind::Client);
                OwnedSpan::start(span, Parent::Current)
            });
            span.set(attr::HTTP_REQUEST_RESEND_COUNT, number - 1);
            request.endpoint.describe(|key, value| span.set(key, value));
            span
        });
        Self { request, number, call, span, start: SystemTime::now() }
    }

    /// Sends the request and reads the response.
    pub(super) async fn run(
        &self,
        body: Bytes,
        summary: &mut ResponseSummary,
        mut on_event: impl FnMut(ModelEvent<'_>) -> bool + Send,
    ) -> Result<(), ModelError> {
        let ModelRequest { clients, endpoint, model, .. } = self.request;
        let span = self.span.as_ref().unwrap_or(self.call);
        span.span().in_scope(|| tracing::info!(model, provider = %endpoint.name, "model called"));
        let headers = endpoint.headers(span.carrier().as_ref());
        let client = clients.of(endpoint).await?;
        let sent = Instant::now();
        let opened = stream::open(client, endpoint, headers, body, self.request.events).await;
        if let Some(events) = self.request.events {
            let status = opened.as_ref().map_or_else(ModelError::status, |stream| Some(stream.status()));
            events.api_request(sent.elapsed(), self.number, endpoint.client.resource(), status);
        }
        let mut stream = opened?;
        summary.status = Some(stream.status());
        let mut wanted = true;
        loop {
            let more = stream
                .read(&mut |event| {
                    summary.record(&event);
                    wanted = wanted && on_event(event);
                })
                .await?;
            if !more || !wanted {
                break;
            }
        }
        stream.finish();
        Ok(())
    }

    /// Ends the span, where there is one.
    pub(super) fn end(self, error: Option<&ModelError>, status: Option<u16>) -> Option<FailedAttempt> {
        let status = error.and_then(ModelError::status).or(status);
        let Some(span) = self.span else {
            return error.map(|error| FailedAttempt {
                start: self.start,
                end: SystemTime::now(),
                status,
                kind: error.kind(),
                description: error.to_string(),
            });
        };
        if let Some(status) = status {
            span.set(attr::HTTP_RESPONSE_STATUS_CODE, status);
        }
        match error {
            Some(error) => {
                span.set(attr::ERROR_TYPE, error.kind());
                span.end(Status::Error(Cow::Owned(error.to_string())));
            }
            None => span.end(Status::Unset),
        }
        None
    }
}

impl FailedAttempt {
    /// The span of the attempt, made afterwards.
    pub(super) fn span(self, request: ModelRequest<'_>) -> PastSpan {
        let mut attributes = vec![(attr::ERROR_TYPE, Value::from(self.kind))];
        attributes.extend(self.status.map(|status| (attr::HTTP_RESPONSE_STATUS_CODE, Value::from(status))));
        request.endpoint.describe(|key, value| attributes.push((key, value)));
        PastSpan {
            name: "attempt 1".into(),
            kind: Kind::Client,
            start: self.start,
            end: self.end,
            status: Status::Error(self.description.into()),
            attributes,
        }
    }
}

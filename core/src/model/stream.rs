//! A response as it arrives: opened, read chunk by chunk, decoded.

use std::{
    pin::Pin,
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use futures_util::FutureExt;
use http::{HeaderMap, header::RETRY_AFTER};
use reqwest::{Client, Response};
use tokio::time::{Instant, Sleep, sleep};

use super::{
    Endpoint, ModelError, RetryAdvice,
    client::{Decoder, OnEvent, Progress},
    http::reason,
    provider_error::ProviderError,
    sse::{Frame, Splitter},
};
use crate::log_events::{ThreadEvents, Waits};

/// How much is read of a body that is no stream.
const LONGEST_BODY: usize = 16 * 1024 * 1024;
/// How much of an error's body is read.
const LONGEST_ERROR: usize = 64 * 1024;
/// How long is waited for the rest of an answer that is whole already: figures, and the end of the body.
const AFTER_THE_ANSWER: Duration = Duration::from_secs(2);

/// A response as it arrives.
pub(super) struct Stream<'a> {
    /// Where log events go, with the waits between them.
    events: Option<(&'a ThreadEvents, Waits)>,
    response: Response,
    body: Body,
    decoder: Box<dyn Decoder>,
    idle: Duration,
    silence: Pin<Box<Sleep>>,
}

/// What the body has turned out to be.
enum Body {
    /// Nothing has arrived yet.
    Unknown,
    Events(Splitter),
    /// It begins as no event does: JSON, a page, plain words.
    Other(Vec<u8>),
}

/// Sends a request and waits for the head of its response.
pub(super) async fn open<'a>(
    client: &Client,
    endpoint: &Endpoint,
    headers: HeaderMap,
    body: Bytes,
    events: Option<&'a ThreadEvents>,
) -> Result<Stream<'a>, ModelError> {
    let idle = endpoint.config.idle_timeout();
    let request = client.post(endpoint.url(endpoint.client.resource())).headers(headers).body(body).send();
    let response = tokio::time::timeout(idle, request)
        .await
        .map_err(|_| ModelError::Idle { after: idle })?
        .map_err(|error| ModelError::Connect { reason: reason(error) })?;
    if !response.status().is_success() {
        return Err(refused(response).await);
    }
    let silence = Box::pin(sleep(idle));
    let (body, decoder) = (Body::Unknown, endpoint.client.decoder());
    let events = events.map(|events| (events, Waits::start()));
    Ok(Stream { events, response, body, decoder, idle, silence })
}

impl Stream<'_> {
    /// The status of the response.
    pub(super) fn status(&self) -> u16 {
        self.response.status().as_u16()
    }

    /// Reads on and tells `on_event` every event that is whole. False when nothing more matters: the response decides
    /// that, not its body, which may break off or stay open behind it.
    pub(super) async fn read(&mut self, on_event: &mut OnEvent<'_>) -> Result<bool, ModelError> {
        let answered = self.decoder.progress() == Progress::Answered;
        let idle = if answered { self.idle.min(AFTER_THE_ANSWER) } else { self.idle };
        let silence = &mut self.silence;
        let silent = async move {
            // Set only when there is nothing to read: a busy stream never touches the timer.
            silence.as_mut().reset(Instant::now() + idle);
            silence.await;
        };
        let chunk = tokio::select! {
            biased;
            chunk = self.response.chunk() => chunk,
            () = silent => {
                return if answered { self.end(None, on_event) } else { Err(ModelError::Idle { after: idle }) };
            }
        };
        match chunk {
            Ok(Some(chunk)) => {
                self.take(&chunk, on_event)?;
                Ok(self.decoder.progress() != Progress::Over)
            }
            Ok(None) => self.end(None, on_event),
            Err(error) => self.end(Some(reason(error)), on_event),
        }
    }

    /// Lets the rest of the body arrive, so that the connection can be used again.
    pub(super) fn finish(self) {
        let mut response = self.response;
        // Mostly the end has come with the last event.
        if matches!(response.chunk().now_or_never(), Some(Ok(None) | Err(_))) {
            return;
        }
        codex_otel::spawn_detached(async move {
            let rest = async { while let Ok(Some(_)) = response.chunk().await {} };
            // One that stays open is closed with its connection.
            let _: Result<(), tokio::time::error::Elapsed> =
                tokio::time::timeout(AFTER_THE_ANSWER, rest).await;
        });
    }

    fn take(&mut self, mut chunk: &[u8], on_event: &mut OnEvent<'_>) -> Result<(), ModelError> {
        if let Body::Unknown = self.body {
            chunk = chunk.strip_prefix(b"\xef\xbb\xbf").unwrap_or(chunk).trim_ascii_start();
            if chunk.is_empty() {
                return Ok(());
            }
            let is_events = [b"data".as_slice(), b"event", b"id", b"retry", b"error:", b":"]
                .iter()
                .any(|field| chunk.starts_with(field) || field.starts_with(chunk));
            self.body = if is_events { Body::Events(Splitter::default()) } else { Body::Other(Vec::new()) };
        }
        match &mut self.body {
            Body::Unknown => Ok(()),
            Body::Events(splitter) => {
                let (mut result, decoder, events) = (Ok(()), &mut self.decoder, &mut self.events);
                splitter
                    .feed(chunk, |frame| {
                        log(events, &frame);
                        result = decoder.decode(&frame, on_event);
                        result.is_ok() && decoder.progress() != Progress::Over
                    })
                    .map_err(|_| ModelError::Protocol {
                        reason: "an event is longer than 64 MiB".to_owned(),
                    })?;
                result
            }
            Body::Other(body) => {
                body.extend_from_slice(chunk);
                if body.len() > LONGEST_BODY {
                    return Err(ModelError::Protocol { reason: "it is no event stream".to_owned() });
                }
                Ok(())
            }
        }
    }

    /// The body has ended: what came before its end is taken whole.
    fn end(&mut self, broken: Option<String>, on_event: &mut OnEvent<'_>) -> Result<bool, ModelError> {
        match std::mem::replace(&mut self.body, Body::Unknown) {
            Body::Unknown => {}
            Body::Events(mut splitter) => {
                if let Some(frame) = splitter.rest() {
                    self.decoder.decode(&frame, on_event)?;
                }
            }
            Body::Other(body) => match serde_json::from_slice(&body) {
                Ok(value) => self.decoder.whole(value, on_event)?,
                Err(_) if broken.is_none() => return Err(ModelError::failed(ProviderError::of_body(&body))),
                Err(_) => {}
            },
        }
        self.decoder.end(on_event)?;
        if self.decoder.progress() == Progress::Over {
            return Ok(false);
        }
        let unreadable = self.decoder.unreadable();
        let reason = match broken {
            Some(reason) => reason,
            None if unreadable > 0 => format!("{unreadable} of its events could not be read"),
            None => "the connection was closed".to_owned(),
        };
        Err(ModelError::Cut { reason: reason.into() })
    }
}

/// Sends the log event of an event of the stream.
fn log(events: &mut Option<(&ThreadEvents, Waits)>, frame: &Frame<'_>) {
    if let Some((events, waits)) = events {
        let kind = String::from_utf8_lossy(frame.event.unwrap_or(b"message"));
        events.sse_event(&kind, waits.next());
    }
}

/// What a refusal says.
async fn refused(mut response: Response) -> ModelError {
    let status = response.status().as_u16();
    let after = retry_after(response.headers());
    let should_retry = match response.headers().get("x-should-retry").map(http::HeaderValue::as_bytes) {
        Some(b"true") => Some(true),
        Some(b"false") => Some(false),
        _ => None,
    };
    let mut body = Vec::new();
    // A body that breaks off tells less, and the status is known anyway.
    while let Ok(Ok(Some(chunk))) = tokio::time::timeout(Duration::from_secs(5), response.chunk()).await {
        body.extend_from_slice(&chunk);
        if body.len() > LONGEST_ERROR {
            break;
        }
    }
    ModelError::refused(status, ProviderError::of_body(&body), RetryAdvice { should_retry, after })
}

/// Seconds, or a date (RFC 9110, section 10.2.3).
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let milliseconds =
        headers.get("retry-after-ms").and_then(|value| value.to_str().ok()?.trim().parse().ok());
    if let Some(milliseconds) = milliseconds {
        let seconds: f64 = milliseconds;
        return Duration::try_from_secs_f64(seconds / 1000.0).ok();
    }
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let at = httpdate::parse_http_date(value).ok()?;
    Some(at.duration_since(SystemTime::now()).unwrap_or_default())
}

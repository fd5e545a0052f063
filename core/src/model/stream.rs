//! A response as it arrives: opened, read chunk by chunk, decoded.

use std::{
    pin::Pin,
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use http::{HeaderMap, header::RETRY_AFTER};
use reqwest::{Client, Response};
use serde::Deserialize;
use tokio::time::{Instant, Sleep, sleep};

use super::{Endpoint, ModelError, ModelEvent, chat, http::reason, responses, sse::Splitter};
use crate::config::WireApi;

/// How much of an error's body is read.
const LONGEST_ERROR: usize = 64 * 1024;

/// A response as it arrives.
pub(super) struct Stream {
    response: Response,
    splitter: Splitter,
    decoder: Decoder,
    idle: Duration,
    silence: Pin<Box<Sleep>>,
}

/// What reads the events of one API.
enum Decoder {
    Responses,
    Chat(chat::Decoder),
}

/// Sends a request and waits for the head of its response.
pub(super) async fn open(
    client: &Client,
    endpoint: &Endpoint,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Stream, ModelError> {
    let idle = endpoint.config.idle_timeout();
    let request = client.post(endpoint.url(endpoint.resource())).headers(headers).body(body).send();
    let response = tokio::time::timeout(idle, request)
        .await
        .map_err(|_| ModelError::Idle { after: idle })?
        .map_err(|error| ModelError::Connect { reason: reason(error) })?;
    if !response.status().is_success() {
        return Err(refused(endpoint, response).await);
    }
    let decoder = match endpoint.config.wire_api {
        WireApi::Responses => Decoder::Responses,
        WireApi::Chat => Decoder::Chat(chat::Decoder::default()),
    };
    Ok(Stream { response, splitter: Splitter::default(), decoder, idle, silence: Box::pin(sleep(idle)) })
}

impl Stream {
    /// The status of the response.
    pub(super) fn status(&self) -> u16 {
        self.response.status().as_u16()
    }

    /// Reads on and tells `found` every event that is whole. False at the end of the stream.
    pub(super) async fn read(
        &mut self,
        found: &mut (impl FnMut(ModelEvent<'_>) -> Result<(), ModelError> + Send),
    ) -> Result<bool, ModelError> {
        let (idle, silence) = (self.idle, &mut self.silence);
        let silent = async move {
            // Set only when there is nothing to read: a busy stream never touches the timer.
            silence.as_mut().reset(Instant::now() + idle);
            silence.await;
        };
        let chunk = tokio::select! {
            biased;
            chunk = self.response.chunk() => chunk,
            () = silent => return Err(ModelError::Idle { after: idle }),
        };
        let chunk = chunk.map_err(|error| ModelError::Cut { reason: reason(error).into() })?;
        let Some(chunk) = chunk else { return Ok(false) };
        let mut result = Ok(());
        let decoder = &mut self.decoder;
        self.splitter
            .feed(&chunk, |frame| {
                result = match decoder {
                    Decoder::Responses => {
                        responses::decode(&frame).and_then(|event| event.map_or(Ok(()), &mut *found))
                    }
                    Decoder::Chat(chat) => chat.decode(&frame, found),
                };
                result.is_ok()
            })
            .map_err(|_| ModelError::Protocol { reason: "an event is longer than 64 MiB".to_owned() })?;
        result.map(|()| true)
    }
}

/// What a refusal says.
async fn refused(endpoint: &Endpoint, mut response: Response) -> ModelError {
    let status = response.status().as_u16();
    let retry_after = retry_after(response.headers());
    let mut body = Vec::new();
    // A body that breaks off tells less, and the status is known anyway.
    while let Ok(Ok(Some(chunk))) = tokio::time::timeout(Duration::from_secs(5), response.chunk()).await {
        body.extend_from_slice(&chunk);
        if body.len() > LONGEST_ERROR {
            break;
        }
    }
    let error = serde_json::from_slice::<ErrorBody>(&body).ok().map(|body| body.error);
    if error.as_ref().is_some_and(|error| error.code.as_deref() == Some("context_length_exceeded")) {
        return ModelError::ContextWindow;
    }
    let message = error.and_then(|error| error.message).map(|message| endpoint.shown(&message));
    ModelError::Status { status, message, retry_after }
}

/// Seconds, or a date (RFC 9110, section 10.2.3).
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let at = httpdate::parse_http_date(value).ok()?;
    Some(at.duration_since(SystemTime::now()).unwrap_or_default())
}

#[derive(Deserialize)]
struct ErrorBody {
    error: ErrorDetail,
}

#[derive(Deserialize)]
struct ErrorDetail {
    message: Option<String>,
    code: Option<String>,
}

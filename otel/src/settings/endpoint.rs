//! OTLP destinations: endpoints, headers and certificates (OTLP exporter specification).

use std::collections::BTreeMap;
use std::path::Path;

use super::variables::Variables;
use crate::export::{Destination, Protocol};
use crate::{HttpProtocol, OtlpGrpc, OtlpHttp, Tls};

/// What the file says about one OTLP exporter.
#[derive(Default)]
struct Wanted {
    protocol: Option<Protocol>,
    endpoint: Option<String>,
    headers: BTreeMap<String, String>,
    tls: Tls,
}

/// The destination of `--otlp URL`: HTTP to a base URL; variables give encoding, headers and certificates.
pub(super) fn from_flag(base: &str, variables: &mut Variables<'_>) -> Result<Destination, String> {
    let protocol = match variables.otlp("PROTOCOL").as_deref() {
        Some("http/json") => Protocol::Json,
        _ => Protocol::Protobuf,
    };
    finish(protocol, with_path(base), Wanted::default(), variables)
}

/// The destination that the variables alone describe.
pub(super) fn from_variables(variables: &mut Variables<'_>) -> Result<Destination, String> {
    build(Wanted::default(), variables)
}

/// The destination of `otlp-http` in the file.
pub(super) fn from_http(file: &OtlpHttp, variables: &mut Variables<'_>) -> Result<Destination, String> {
    let protocol = match file.protocol {
        HttpProtocol::Binary => Protocol::Protobuf,
        HttpProtocol::Json => Protocol::Json,
    };
    let wanted = Wanted {
        protocol: Some(protocol),
        endpoint: file.endpoint.clone(),
        headers: file.headers.clone(),
        tls: file.tls.clone().unwrap_or_default(),
    };
    build(wanted, variables)
}

/// The destination of `otlp-grpc` in the file.
pub(super) fn from_grpc(file: &OtlpGrpc, variables: &mut Variables<'_>) -> Result<Destination, String> {
    let wanted = Wanted {
        protocol: Some(Protocol::Grpc),
        endpoint: file.endpoint.clone(),
        headers: file.headers.clone(),
        tls: file.tls.clone().unwrap_or_default(),
    };
    build(wanted, variables)
}

fn build(wanted: Wanted, variables: &mut Variables<'_>) -> Result<Destination, String> {
    let protocol = match variables.otlp("PROTOCOL").as_deref() {
        None => wanted.protocol.unwrap_or(Protocol::Protobuf),
        Some("grpc") => Protocol::Grpc,
        Some("http/protobuf") => Protocol::Protobuf,
        Some("http/json") => Protocol::Json,
        Some(_) => {
            return Err("OTEL_EXPORTER_OTLP_PROTOCOL is not grpc, http/protobuf or http/json".to_owned());
        }
    };
    let signal = variables.get("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");
    let base = variables.get("OTEL_EXPORTER_OTLP_ENDPOINT");
    // The base endpoint gets the path of the signal, an endpoint of the signal alone is used as it is.
    let url = match (signal, base, &wanted.endpoint, protocol) {
        (Some(signal), ..) => signal,
        (None, Some(base), _, Protocol::Grpc) => base,
        (None, Some(base), ..) => with_path(&base),
        (None, None, Some(file), _) => file.clone(),
        (None, None, None, Protocol::Grpc) => "http://localhost:4317".to_owned(),
        (None, None, None, _) => "http://localhost:4318/v1/traces".to_owned(),
    };
    finish(protocol, url, wanted, variables)
}

fn with_path(base: &str) -> String {
    format!("{}/v1/traces", base.trim_end_matches('/'))
}

fn finish(
    protocol: Protocol,
    url: String,
    wanted: Wanted,
    variables: &mut Variables<'_>,
) -> Result<Destination, String> {
    let parsed =
        reqwest::Url::parse(&url).map_err(|error| format!("the OTLP endpoint is no URL: {error}"))?;
    if !matches!(parsed.scheme(), "http" | "https") || parsed.host_str().is_none() {
        return Err("the OTLP endpoint must begin with http:// or https:// and name a host".to_owned());
    }
    let mut headers = wanted.headers;
    headers.extend(variables.pairs("OTEL_EXPORTER_OTLP_HEADERS"));
    headers.extend(variables.pairs("OTEL_EXPORTER_OTLP_TRACES_HEADERS"));
    let file = |suffix: &str, path: Option<&Path>| -> Result<Option<Vec<u8>>, String> {
        let path = variables.otlp(suffix).map(Into::into).or_else(|| path.map(Path::to_owned));
        let Some(path) = path else { return Ok(None) };
        match std::fs::read(&path) {
            Ok(pem) => Ok(Some(pem)),
            Err(error) => Err(format!("{} cannot be read: {error}", path.display())),
        }
    };
    let ca = file("CERTIFICATE", wanted.tls.ca_certificate.as_deref())?;
    let certificate = file("CLIENT_CERTIFICATE", wanted.tls.client_certificate.as_deref())?;
    let key = file("CLIENT_KEY", wanted.tls.client_private_key.as_deref())?;
    let identity = match (certificate, key) {
        (Some(certificate), Some(key)) => Some([certificate, b"\n".to_vec(), key].concat()),
        (None, None) => None,
        _ => return Err("a client certificate needs its private key, and a key its certificate".to_owned()),
    };
    Ok(Destination { protocol, url, headers: headers.into_iter().collect(), ca, identity })
}

//! OTLP destinations: endpoints, headers and certificates (OTLP exporter specification).

use std::collections::BTreeMap;
use std::path::Path;

use http::{HeaderName, HeaderValue};

use super::variables::Variables;
use super::{Secret, Signal};
use crate::export::{Destination, Identity, Protocol};
use crate::{HttpProtocol, OtlpGrpc, OtlpHttp, Tls, files};

/// What flag and file say about one OTLP exporter.
#[derive(Default)]
pub(super) struct Wanted {
    /// The base URL of the flag, above everything else.
    flag: Option<String>,
    protocol: Option<Protocol>,
    endpoint: Option<Secret>,
    headers: BTreeMap<String, Secret>,
    tls: Tls,
    gzip: bool,
}

impl Wanted {
    /// The same, at the base URL of the flag if there is one.
    pub(super) fn at(self, flag: Option<&String>) -> Self {
        Self { flag: flag.cloned(), ..self }
    }
}

impl From<&OtlpHttp> for Wanted {
    fn from(file: &OtlpHttp) -> Self {
        let protocol = match file.protocol {
            HttpProtocol::Binary => Protocol::Protobuf,
            HttpProtocol::Json => Protocol::Json,
        };
        Self {
            flag: None,
            protocol: Some(protocol),
            endpoint: file.endpoint.clone(),
            headers: file.headers.clone(),
            tls: file.tls.clone().unwrap_or_default(),
            gzip: file.compression.is_gzip(),
        }
    }
}

impl From<&OtlpGrpc> for Wanted {
    fn from(file: &OtlpGrpc) -> Self {
        Self {
            flag: None,
            protocol: Some(Protocol::Grpc),
            endpoint: file.endpoint.clone(),
            headers: file.headers.clone(),
            tls: file.tls.clone().unwrap_or_default(),
            gzip: file.compression.is_gzip(),
        }
    }
}

/// The destination that flag, variables and file come to, in this order.
pub(super) fn destination(
    signal: Signal,
    wanted: Wanted,
    variables: &mut Variables<'_>,
) -> Result<Destination, String> {
    let protocol = match variables.otlp(signal, "PROTOCOL").as_deref() {
        // The flag is made for HTTP, whatever the file has for another place.
        None if wanted.flag.is_some() => Protocol::Protobuf,
        None => wanted.protocol.unwrap_or(Protocol::Protobuf),
        Some("grpc") => Protocol::Grpc,
        Some("http/protobuf") => Protocol::Protobuf,
        Some("http/json") => Protocol::Json,
        Some(_) => {
            return Err("OTEL_EXPORTER_OTLP_PROTOCOL is not grpc, http/protobuf or http/json".to_owned());
        }
    };
    let own = variables.get(&format!("OTEL_EXPORTER_OTLP_{}_ENDPOINT", signal.variable()));
    let base = variables.get("OTEL_EXPORTER_OTLP_ENDPOINT");
    let with_path = |base: &str| format!("{}/v1/{}", base.trim_end_matches('/'), signal.path());
    // The base endpoint gets the path of the signal, an endpoint of the signal alone is used as it is.
    let url = match (&wanted.flag, own, base, &wanted.endpoint, protocol) {
        (Some(flag), .., Protocol::Grpc) => flag.clone(),
        (Some(flag), ..) => with_path(flag),
        (None, Some(own), ..) => own,
        (None, None, Some(base), _, Protocol::Grpc) => base,
        (None, None, Some(base), ..) => with_path(&base),
        (None, None, None, Some(file), _) => file.expose().to_owned(),
        (None, None, None, None, Protocol::Grpc) => "http://localhost:4317".to_owned(),
        (None, None, None, None, _) => with_path("http://localhost:4318"),
    };
    let url = match protocol {
        Protocol::Grpc if !url.contains("://") => {
            let insecure = variables.otlp(signal, "INSECURE").is_some_and(|text| text == "true");
            format!("{}://{url}", if insecure { "http" } else { "https" })
        }
        _ => url,
    };
    let parsed =
        reqwest::Url::parse(&url).map_err(|error| format!("the OTLP endpoint is no URL: {error}"))?;
    if !matches!(parsed.scheme(), "http" | "https") || parsed.host_str().is_none() {
        return Err("the OTLP endpoint must begin with http:// or https:// and name a host".to_owned());
    }
    let gzip = match variables.otlp(signal, "COMPRESSION").as_deref() {
        None => wanted.gzip,
        Some("gzip") => true,
        Some("none") => false,
        Some(_) => return Err("OTEL_EXPORTER_OTLP_COMPRESSION is neither gzip nor none".to_owned()),
    };
    let mut headers = wanted.headers;
    for name in ["OTEL_EXPORTER_OTLP_HEADERS", &format!("OTEL_EXPORTER_OTLP_{}_HEADERS", signal.variable())] {
        headers.extend(variables.pairs(name).into_iter().map(|(name, value)| (name, Secret::from(value))));
    }
    let headers = headers.into_iter().filter(|(name, value)| is_header(name, value, variables)).collect();
    let (ca, identity) = certificates(signal, &wanted.tls, variables)?;
    Ok(Destination { protocol, url: url.into(), headers, ca, identity, gzip })
}

/// Whether a header can be sent. One that cannot is a warning, which never shows the value, and costs itself alone.
fn is_header(name: &str, value: &Secret, variables: &mut Variables<'_>) -> bool {
    let warning = match (HeaderName::try_from(name), HeaderValue::try_from(value.expose())) {
        (Ok(_), Ok(_)) => return true,
        (Err(_), _) => format!("{name:?} is not a valid name of an OTLP header; leaving it out"),
        (Ok(name), Err(_)) => format!("the value of the OTLP header {name} is not valid; leaving it out"),
    };
    variables.warn_once(warning);
    false
}

/// PEM of the authority, and our certificate with its key.
type Certificates = (Option<Vec<u8>>, Option<Identity>);

fn certificates(signal: Signal, tls: &Tls, variables: &Variables<'_>) -> Result<Certificates, String> {
    let file = |suffix: &str, path: Option<&Path>| -> Result<Option<Vec<u8>>, String> {
        let below_home = |path: &Path| match files::home(variables.env) {
            Some(home) => home.join(path),
            None => path.to_owned(),
        };
        let path = variables.otlp(signal, suffix).map(Into::into).or_else(|| path.map(below_home));
        let Some(path) = path else { return Ok(None) };
        match std::fs::read(&path) {
            Ok(pem) => Ok(Some(pem)),
            Err(error) => Err(format!("{} cannot be read: {error}", path.display())),
        }
    };
    let ca = file("CERTIFICATE", tls.ca_certificate.as_deref())?;
    let certificate = file("CLIENT_CERTIFICATE", tls.client_certificate.as_deref())?;
    let key = file("CLIENT_KEY", tls.client_private_key.as_deref())?;
    let identity = match (certificate, key) {
        (Some(certificate), Some(key)) => {
            let key = String::from_utf8(key).map_err(|_| "the client key is not PEM".to_owned())?;
            Some(Identity { certificate, key: key.into() })
        }
        (None, None) => None,
        _ => return Err("a client certificate needs its private key, and a key its certificate".to_owned()),
    };
    Ok((ca, identity))
}

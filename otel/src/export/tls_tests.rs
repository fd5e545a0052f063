//! Tests of exporting over TLS: a custom authority, a client certificate, and the wrong authority.

#![expect(clippy::unwrap_used, reason = "the helpers of these tests are test code too")]

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response};
use http_body_util::{BodyExt, Full};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::RootCertStore;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::{Destination, Identity, Protocol, Target};
use crate::settings::{Pipeline, State};
use crate::subscriber::{Built, build};
use crate::{Counters, Kind, OwnedSpan, Parent, Settings, Status, span};

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Authority {
    let mut params = CertificateParams::new([]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A certificate for 127.0.0.1, and its key.
fn leaf(authority: &Authority) -> (rcgen::Certificate, KeyPair) {
    let key = KeyPair::generate().unwrap();
    (CertificateParams::new(["127.0.0.1".to_owned()]).unwrap().signed_by(&key, authority).unwrap(), key)
}

/// A collector with TLS that demands a client certificate of the same authority. Returns its base URL.
async fn collector(authority: &Authority) -> String {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut roots = RootCertStore::empty();
    roots.add(authority.der().clone()).unwrap();
    let verifier =
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider)).build().unwrap();
    let (certificate, key) = leaf(authority);
    let mut config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(verifier)
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der())),
        )
        .unwrap();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    crate::spawn_detached(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(stream) = acceptor.accept(stream).await else { continue };
            let http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
            let service = service_fn(move |request: http::Request<hyper::body::Incoming>| async move {
                request.into_body().collect().await.unwrap();
                let mut trailers = HeaderMap::new();
                trailers.insert("grpc-status", HeaderValue::from_static("0"));
                let message = if http2 { &[0; 5][..] } else { &[] };
                let body =
                    Full::new(Bytes::from_static(message)).with_trailers(async move { Some(Ok(trailers)) });
                Ok::<_, Infallible>(Response::new(body))
            });
            crate::spawn_detached(async move {
                let io = TokioIo::new(stream);
                if http2 {
                    let _ = hyper::server::conn::http2::Builder::new(TokioExecutor::new())
                        .serve_connection(io, service)
                        .await;
                } else {
                    let _ = hyper::server::conn::http1::Builder::new().serve_connection(io, service).await;
                }
            });
        }
    });
    url
}

/// Exports one span and returns the counters.
async fn export(protocol: Protocol, base: &str, trusted: &Authority, client: Option<&Authority>) -> Counters {
    let identity = client.map(|authority| {
        let (certificate, key) = leaf(authority);
        Identity { certificate: certificate.pem().into_bytes(), key: key.serialize_pem().into() }
    });
    let url = if protocol == Protocol::Grpc { base.to_owned() } else { format!("{base}/v1/traces") };
    let ca = Some(trusted.pem().into_bytes());
    let target = Target::Otlp(Destination {
        protocol,
        url: url.into(),
        headers: Vec::new(),
        ca,
        identity,
        gzip: false,
    });
    let settings = Settings {
        state: State::Export,
        traces: Pipeline { targets: vec![target], ..Pipeline::default() },
        ..Settings::default()
    };
    let Built { telemetry, dispatch, .. } = build(settings, Vec::new(), std::io::sink);
    tracing::dispatcher::with_default(&dispatch, || {
        OwnedSpan::start(span!("r", name = "r", kind = Kind::Server), Parent::Root).end(Status::Unset);
    });
    telemetry.shutdown(Duration::from_secs(20)).await.counters
}

#[tokio::test]
async fn certificates_are_checked_both_ways_on_every_protocol() {
    let (ours, other) = (authority(), authority());
    let url = collector(&ours).await;
    for protocol in [Protocol::Protobuf, Protocol::Json, Protocol::Grpc] {
        let good = export(protocol, &url, &ours, Some(&ours)).await;
        assert_eq!((good.exported, good.failed), (1, 0), "{protocol:?}: {:?}", good.last_error);
        let wrong_authority = export(protocol, &url, &other, Some(&ours)).await;
        assert_eq!((wrong_authority.exported, wrong_authority.failed), (0, 1));
        assert!(wrong_authority.last_error.unwrap().contains("certificate"));
        let no_certificate = export(protocol, &url, &ours, None).await;
        assert_eq!((no_certificate.exported, no_certificate.failed), (0, 1));
    }
}

//! For tests: an in-memory recorder of spans, and a receiver of OTLP on loopback.

#[cfg(feature = "test")]
pub mod recorder;
#[cfg(feature = "sink")]
pub mod sink;

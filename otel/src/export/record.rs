//! What an export thread sends: one kind of record for each signal.

use serde_json::Value as Json;

use crate::settings::Resource;

/// A record of one signal, and how a batch of it is written.
pub(crate) trait Record: Send + Sized + 'static {
    /// What warnings call the records.
    const NAME: &'static str;
    /// Path of the gRPC method.
    const GRPC_PATH: &'static str;
    /// Member of `partialSuccess` that counts the refused ones, in JSON.
    const REJECTED: &'static str;

    /// Writes an export request as protobuf.
    fn protobuf(resource: &Resource, batch: &[Self]) -> Vec<u8>;

    /// Writes an export request as JSON.
    fn json(resource: &Resource, batch: &[Self]) -> Json;

    /// Writes one record as JSON, for people.
    fn line(&self) -> Json;
}

//! The protobuf wire format, and the messages that all signals share; numbers in calls are field numbers.

use opentelemetry::{Array, KeyValue, Value};

use crate::settings::Resource;

/// Writes an export request: in all signals it is field 1 with the resource, then field 2 with scope and records.
pub(super) fn request(resource: &Resource, capacity: usize, records: impl FnOnce(&mut Writer)) -> Vec<u8> {
    let mut scoped = Writer(Vec::with_capacity(capacity + 64));
    scoped.message(1, |scope| {
        scope.text(1, super::SCOPE);
        scope.text(2, env!("CARGO_PKG_VERSION"));
    });
    records(&mut scoped);
    let mut head = Writer(Vec::with_capacity(1024));
    head.message(1, |out| {
        for (key, value) in &resource.0 {
            attribute(out, 1, key, &value.clone().into());
        }
    });
    // The two outermost messages are wrapped from the front, so that the records are copied once only.
    let mut scope_head = Writer(Vec::with_capacity(8));
    scope_head.tag(2, LENGTH);
    scope_head.varint(scoped.0.len() as u64);
    let mut body = Writer(Vec::with_capacity(head.0.len() + scoped.0.len() + 16));
    body.tag(1, LENGTH);
    body.varint((head.0.len() + scope_head.0.len() + scoped.0.len()) as u64);
    body.0.extend_from_slice(&head.0);
    body.0.extend_from_slice(&scope_head.0);
    body.0.extend_from_slice(&scoped.0);
    body.0
}

pub(super) fn key_value(out: &mut Writer, field: u32, pair: &KeyValue) {
    attribute(out, field, pair.key.as_str(), &pair.value);
}

pub(super) fn attribute(out: &mut Writer, field: u32, key: &str, value: &Value) {
    out.message(field, |out| {
        out.text(1, key);
        out.message(2, |out| any_value(out, value));
    });
}

/// `AnyValue`: a member of a `oneof` is written even when it is the default.
pub(super) fn any_value(out: &mut Writer, value: &Value) {
    match value {
        Value::Bool(truth) => out.always(2, u64::from(*truth)),
        Value::I64(number) => out.always(3, number.cast_unsigned()),
        Value::F64(number) => out.fixed64(4, number.to_bits()),
        Value::Array(array) => out.message(5, |out| {
            let mut item = |value: Value| out.message(1, |out| any_value(out, &value));
            match array {
                Array::Bool(list) => list.iter().for_each(|truth| item(Value::Bool(*truth))),
                Array::I64(list) => list.iter().for_each(|number| item(Value::I64(*number))),
                Array::F64(list) => list.iter().for_each(|number| item(Value::F64(*number))),
                Array::String(list) => list.iter().for_each(|text| item(Value::String(text.clone()))),
                _ => {}
            }
        }),
        other => out.text(1, &other.as_str()),
    }
}

const VARINT: u32 = 0;
const FIXED64: u32 = 1;
const LENGTH: u32 = 2;
const FIXED32: u32 = 5;

/// The protobuf wire format.
pub(super) struct Writer(Vec<u8>);

impl Writer {
    pub(super) fn tag(&mut self, field: u32, wire: u32) {
        self.varint(u64::from(field << 3 | wire));
    }

    pub(super) fn varint(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    /// A number; left out when it is zero, the default.
    pub(super) fn number(&mut self, field: u32, number: u64) {
        if number != 0 {
            self.always(field, number);
        }
    }

    pub(super) fn always(&mut self, field: u32, number: u64) {
        self.tag(field, VARINT);
        self.varint(number);
    }

    pub(super) fn fixed64(&mut self, field: u32, number: u64) {
        self.tag(field, FIXED64);
        self.0.extend_from_slice(&number.to_le_bytes());
    }

    pub(super) fn fixed32(&mut self, field: u32, number: u32) {
        self.tag(field, FIXED32);
        self.0.extend_from_slice(&number.to_le_bytes());
    }

    pub(super) fn bytes(&mut self, field: u32, bytes: &[u8]) {
        self.tag(field, LENGTH);
        self.varint(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
    }

    pub(super) fn text(&mut self, field: u32, text: &str) {
        self.bytes(field, text.as_bytes());
    }

    /// A nested message. Its length is known only afterwards: one byte is kept for it, and most need no more.
    pub(super) fn message(&mut self, field: u32, write: impl FnOnce(&mut Self)) {
        self.tag(field, LENGTH);
        let at = self.0.len();
        self.0.push(0);
        write(self);
        let length = self.0.len() - at - 1;
        if length < 0x80 {
            self.0[at] = length as u8;
            return;
        }
        let mut prefix = Self(Vec::new());
        prefix.varint(length as u64);
        self.0.splice(at..=at, prefix.0);
    }
}

//! The answer of a collector: how many records it refused (`ExportTracePartialSuccess` and its likes).

/// `partial_success.rejected_spans` of a protobuf answer; 0 for an empty or unreadable one.
pub(crate) fn rejected_protobuf(body: &[u8]) -> u64 {
    field(body, 1, 2).and_then(|(_, partial)| field(partial, 1, 0)).map_or(0, |(number, _)| number)
}

/// `partialSuccess` of a JSON answer, by the name of the signal's member; 0 for an empty or unreadable one.
pub(crate) fn rejected_json(body: &[u8], member: &str) -> u64 {
    let answer: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    let rejected = &answer["partialSuccess"][member];
    rejected.as_u64().or_else(|| rejected.as_str()?.parse().ok()).unwrap_or(0)
}

/// The first field with a number and wire type: its varint, or its bytes.
fn field(mut body: &[u8], number: u64, wire: u64) -> Option<(u64, &[u8])> {
    while !body.is_empty() {
        let tag = varint(&mut body)?;
        let (value, bytes) = match tag & 7 {
            0 => (varint(&mut body)?, &body[..0]),
            1 => (0, body.split_off(..8)?),
            2 => {
                let length = usize::try_from(varint(&mut body)?).ok()?;
                (0, body.split_off(..length)?)
            }
            5 => (0, body.split_off(..4)?),
            _ => return None,
        };
        if tag == number << 3 | wire {
            return Some((value, bytes));
        }
    }
    None
}

fn varint(body: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let byte = *body.split_off_first()?;
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partial_success_is_read() {
        assert_eq!(rejected_protobuf(&[0x0a, 0x05, 0x08, 0xac, 0x02, 0x12, 0x00]), 300);
        assert_eq!(rejected_json(br#"{"partialSuccess":{"rejectedSpans":"7"}}"#, "rejectedSpans"), 7);
        assert_eq!(rejected_json(br#"{"partialSuccess":{"rejectedSpans":7}}"#, "rejectedSpans"), 7);
    }

    #[test]
    fn success_and_rubbish_refuse_nothing() {
        for body in [&b""[..], b"\x0a", b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", b"<html>", b"{}"]
        {
            assert_eq!((rejected_protobuf(body), rejected_json(body, "rejectedSpans")), (0, 0));
        }
    }
}

//! Frames of `application/vnd.amazon.eventstream`.

use serde_json::Value;

/// One frame, ready to be sent.
///
/// Lengths are big-endian: total length, length of the headers, CRC-32 of these eight bytes, headers,
/// payload, CRC-32 of everything before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame(pub Vec<u8>);

impl Frame {
    /// Builds a frame from headers, all of the type string, and a payload.
    pub fn new(headers: &[(&str, &str)], payload: &[u8]) -> Self {
        let mut encoded = Vec::new();
        for (name, value) in headers {
            encoded.push(u8::try_from(name.len()).expect("a header's name has at most 255 bytes"));
            encoded.extend_from_slice(name.as_bytes());
            // 7 is the type number of a string.
            encoded.push(7);
            let length =
                u16::try_from(value.len()).expect("a header's value has at most 65,535 bytes");
            encoded.extend_from_slice(&length.to_be_bytes());
            encoded.extend_from_slice(value.as_bytes());
        }
        let total = 12 + encoded.len() + payload.len() + 4;
        let mut bytes = Vec::with_capacity(total);
        bytes.extend_from_slice(
            &u32::try_from(total)
                .expect("a frame has less than 4 GB")
                .to_be_bytes(),
        );
        bytes.extend_from_slice(
            &u32::try_from(encoded.len())
                .expect("headers are small")
                .to_be_bytes(),
        );
        bytes.extend_from_slice(&crc32fast::hash(&bytes).to_be_bytes());
        bytes.extend_from_slice(&encoded);
        bytes.extend_from_slice(payload);
        bytes.extend_from_slice(&crc32fast::hash(&bytes).to_be_bytes());
        Self(bytes)
    }

    /// The same frame with one byte of its payload turned over, so that its checksum is wrong.
    pub fn corrupted(mut self) -> Self {
        let position = self.0.len() - 6;
        self.0[position] ^= 0xff;
        self
    }
}

/// The frame of an event, such as `contentBlockDelta`.
pub fn event_frame(event_type: &str, payload: &Value) -> Frame {
    Frame::new(
        &[
            (":event-type", event_type),
            (":content-type", "application/json"),
            (":message-type", "event"),
        ],
        payload.to_string().as_bytes(),
    )
}

/// The frame of a modelled exception, such as `throttlingException`.
pub fn exception_frame(exception_type: &str, message: &str) -> Frame {
    Frame::new(
        &[
            (":exception-type", exception_type),
            (":content-type", "application/json"),
            (":message-type", "exception"),
        ],
        serde_json::json!({ "message": message })
            .to_string()
            .as_bytes(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_laid_out_as_the_wire_wants_it() {
        let frame = Frame::new(&[("a", "bc")], b"{}").0;
        assert_eq!(frame.len(), 12 + 7 + 2 + 4);
        assert_eq!(frame[0..4], 25u32.to_be_bytes());
        assert_eq!(frame[4..8], 7u32.to_be_bytes());
        assert_eq!(frame[8..12], crc32fast::hash(&frame[..8]).to_be_bytes());
        assert_eq!(frame[12..19], [1, b'a', 7, 0, 2, b'b', b'c']);
        assert_eq!(&frame[19..21], b"{}");
        assert_eq!(frame[21..25], crc32fast::hash(&frame[..21]).to_be_bytes());
    }
}

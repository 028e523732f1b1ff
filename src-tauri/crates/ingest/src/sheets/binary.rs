//! What the binary formats share: packed numbers, codes of errors, little-endian fields.

/// A number in 32 bits: an integer of 30 bits or the upper half of a double, perhaps a hundredth of it ([MS-XLS] 2.5.217).
pub(crate) fn rk(packed: u32) -> f64 {
    let value = if packed & 2 != 0 {
        f64::from(packed.cast_signed() >> 2)
    } else {
        f64::from_bits(u64::from(packed & !3) << 32)
    };
    if packed & 1 != 0 {
        value / 100.0
    } else {
        value
    }
}

/// The text of an error's code ([MS-XLS] 2.5.10).
pub(crate) fn error_text(code: u8) -> &'static [u8] {
    match code {
        0x00 => b"#NULL!",
        0x07 => b"#DIV/0!",
        0x0F => b"#VALUE!",
        0x17 => b"#REF!",
        0x1D => b"#NAME?",
        0x24 => b"#NUM!",
        0x2A => b"#N/A",
        0x2B => b"#GETTING_DATA",
        _ => b"#ERROR!",
    }
}

/// Takes fields from the front of a record; `None` where it is too short.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields<'a>(pub(crate) &'a [u8]);

impl<'a> Fields<'a> {
    pub(crate) fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    pub(crate) fn u8(&mut self) -> Option<u8> {
        self.bytes(1).map(|bytes| bytes[0])
    }

    pub(crate) fn u16(&mut self) -> Option<u16> {
        let bytes = self.bytes(2)?;
        Some(u16::from_le_bytes([bytes[0], bytes[1]]))
    }

    pub(crate) fn u32(&mut self) -> Option<u32> {
        let low = self.u16()?;
        Some(u32::from(low) | u32::from(self.u16()?) << 16)
    }

    pub(crate) fn f64(&mut self) -> Option<f64> {
        let low = self.u32()?;
        Some(f64::from_bits(
            u64::from(low) | u64::from(self.u32()?) << 32,
        ))
    }
}

/// Appends UTF-16 in little-endian bytes as UTF-8; half a pair becomes U+FFFD.
pub(crate) fn append_utf16(bytes: &[u8], to: &mut Vec<u8>) {
    let units = bytes
        .chunks_exact(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
    for character in char::decode_utf16(units) {
        let character = character.unwrap_or(char::REPLACEMENT_CHARACTER);
        if character.is_ascii() {
            to.push(character as u8);
        } else {
            to.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_numbers_are_unpacked() {
        assert_eq!(rk(3 << 2 | 2), 3.0);
        assert_eq!(rk(((-7_i32) << 2 | 2).cast_unsigned()), -7.0);
        assert_eq!(rk(12_345 << 2 | 3), 123.45);
        assert_eq!(rk((1.5_f64.to_bits() >> 32) as u32), 1.5);
        assert_eq!(rk((150.0_f64.to_bits() >> 32) as u32 | 1), 1.5);
    }
}

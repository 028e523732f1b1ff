//! Integers packed into as few bits as they need, as Parquet lays them out: the first value in the lowest bits.

/// Values that are packed at once.
pub(super) const GROUP: usize = 32;

/// The bits that a value needs.
pub(super) fn width(largest: u64) -> u32 {
    64 - largest.leading_zeros()
}

/// Appends 32 values of at most `width` bits each, which take 4 × `width` bytes.
pub(super) fn pack<T: Copy + Into<u64>>(values: &[T; GROUP], width: u32, out: &mut Vec<u8>) {
    // For each of the usual widths a loop without branches is compiled.
    macro_rules! by_width {
        ($($w:literal)*) => {
            match width {
                0 => {}
                $($w => pack_narrow::<T, $w>(values, out),)*
                _ => pack_wide(values, width, out),
            }
        };
    }
    by_width!(1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32);
}

fn pack_narrow<T: Copy + Into<u64>, const WIDTH: usize>(values: &[T; GROUP], out: &mut Vec<u8>) {
    let mut packed = [0u32; 32];
    let (mut word, mut bits, mut at) = (0u64, 0, 0);
    for &value in values {
        word |= value.into() << bits;
        bits += WIDTH;
        if bits >= 32 {
            packed[at] = word as u32;
            at += 1;
            word >>= 32;
            bits -= 32;
        }
    }
    for word in &packed[..WIDTH] {
        out.extend_from_slice(&word.to_le_bytes());
    }
}

fn pack_wide<T: Copy + Into<u64>>(values: &[T; GROUP], width: u32, out: &mut Vec<u8>) {
    let (mut word, mut bits) = (0u128, 0);
    for &value in values {
        word |= u128::from(value.into()) << bits;
        bits += width;
        while bits >= 32 {
            out.extend_from_slice(&(word as u32).to_le_bytes());
            word >>= 32;
            bits -= 32;
        }
    }
}

/// Appends an unsigned LEB128 number.
pub(super) fn varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Appends values of at most `width` bits in Parquet's hybrid of runs and bit-packed groups (its encoding `RLE`).
pub(super) fn hybrid(values: &[u32], width: u32, out: &mut Vec<u8>) {
    /// A shorter run costs more as a run than among packed values.
    const LEAST_RUN: usize = 16;
    let mut literals = 0;
    let mut at = 0;
    while at < values.len() {
        let rest = &values[at..];
        // Packed values come in groups of eight, so that only there a run may begin.
        let is_run = rest.len() >= LEAST_RUN
            && rest[..LEAST_RUN].iter().fold(0, |d, &v| d | v ^ rest[0]) == 0;
        if is_run {
            packed(&values[literals..at], width, out);
            let run = rest.iter().take_while(|&&value| value == rest[0]).count();
            varint((run as u64) << 1, out);
            out.extend_from_slice(&rest[0].to_le_bytes()[..width.div_ceil(8) as usize]);
            at += run;
            literals = at;
        } else {
            at += 8;
        }
    }
    packed(&values[literals..], width, out);
}

/// Appends one bit-packed run, filled up with zeros to whole groups of eight values.
fn packed(values: &[u32], width: u32, out: &mut Vec<u8>) {
    if values.is_empty() {
        return;
    }
    let groups = values.len().div_ceil(8);
    varint((groups as u64) << 1 | 1, out);
    let end = out.len() + groups * width as usize;
    let (chunks, rest) = values.as_chunks::<GROUP>();
    for chunk in chunks {
        pack(chunk, width, out);
    }
    if !rest.is_empty() {
        let mut last = [0; GROUP];
        last[..rest.len()].copy_from_slice(rest);
        pack(&last, width, out);
        out.truncate(end);
    }
}

/// Which of a page's rows have a value.
#[derive(Debug, Default)]
pub(crate) struct Validity {
    /// One bit for each row; nothing while all rows have a value.
    bits: Vec<u8>,
    rows: usize,
    values: usize,
}

impl Validity {
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    pub(crate) fn values(&self) -> usize {
        self.values
    }

    #[inline]
    pub(crate) fn push(&mut self, is_value: bool) {
        if is_value {
            if !self.bits.is_empty() {
                if self.rows.is_multiple_of(8) {
                    self.bits.push(0);
                }
                self.bits[self.rows / 8] |= 1 << (self.rows % 8);
            }
            self.values += 1;
            self.rows += 1;
        } else {
            self.push_null();
        }
    }

    fn push_null(&mut self) {
        if self.bits.is_empty() {
            // All before it had values.
            self.bits.resize(self.rows / 8, 0xff);
            self.bits.push((1u8 << (self.rows % 8)) - 1);
        } else if self.rows.is_multiple_of(8) {
            self.bits.push(0);
        }
        self.rows += 1;
    }

    pub(super) fn clear(&mut self) {
        self.bits.clear();
        self.rows = 0;
        self.values = 0;
    }

    /// Appends the definition levels: 1 for a value, 0 for NULL.
    pub(super) fn levels(&self, out: &mut Vec<u8>) {
        if self.values == self.rows || self.values == 0 {
            varint((self.rows as u64) << 1, out);
            out.push(u8::from(self.values > 0));
        } else {
            self.mixed_levels(out);
        }
    }

    /// Appends the levels of a page that has both: runs of eights where all are alike, and bits between them.
    fn mixed_levels(&self, out: &mut Vec<u8>) {
        /// A shorter run takes more room than its bits, with the header of the bits after it.
        const LEAST_RUN: usize = 5;
        let bits = |bits: &[u8], out: &mut Vec<u8>| {
            if !bits.is_empty() {
                varint((bits.len() as u64) << 1 | 1, out);
                out.extend_from_slice(bits);
            }
        };
        // The last eight may be less than that, and stay bits.
        let whole = self.rows / 8;
        let (mut from, mut at) = (0, 0);
        while at < whole {
            let first = self.bits[at];
            let run = match first {
                0 | 0xff => self.bits[at..whole]
                    .iter()
                    .take_while(|&&byte| byte == first)
                    .count(),
                _ => 1,
            };
            if run >= LEAST_RUN {
                bits(&self.bits[from..at], out);
                varint((run as u64 * 8) << 1, out);
                out.push(first & 1);
                from = at + run;
            }
            at += run;
        }
        bits(&self.bits[from..], out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn unpack(bytes: &[u8], width: u32, count: usize) -> Vec<u64> {
        let bit = |i: usize| u64::from(bytes[i / 8] >> (i % 8) & 1);
        (0..count)
            .map(|v| {
                (0..width as usize).fold(0, |value, b| value | bit(v * width as usize + b) << b)
            })
            .collect()
    }

    proptest! {
        #[test]
        fn what_is_packed_is_unpacked(values in proptest::array::uniform32(any::<u64>()), width in 0u32..=64) {
            let values = values.map(|value| if width == 64 { value } else { value & ((1 << width) - 1) });
            let mut out = Vec::new();
            pack(&values, width, &mut out);
            prop_assert_eq!(out.len(), 4 * width as usize);
            prop_assert_eq!(unpack(&out, width, GROUP), values.to_vec());
        }

        #[test]
        fn validity_is_the_bits_that_were_pushed(
            runs in proptest::collection::vec((any::<bool>(), prop_oneof![1usize..9, 30usize..200]), 1..20),
        ) {
            let rows: Vec<bool> = runs.iter().flat_map(|&(row, count)| vec![row; count]).collect();
            let mut validity = Validity::default();
            for &row in &rows {
                validity.push(row);
            }
            prop_assert_eq!(validity.rows(), rows.len());
            prop_assert_eq!(validity.values(), rows.iter().filter(|&&row| row).count());
            let mut levels = Vec::new();
            validity.levels(&mut levels);
            let mut read = Vec::new();
            let mut rest = &levels[..];
            while !rest.is_empty() {
                let mut header = 0u64;
                for shift in (0..).step_by(7) {
                    let (byte, after) = (rest[0], &rest[1..]);
                    rest = after;
                    header |= u64::from(byte & 0x7f) << shift;
                    if byte < 0x80 {
                        break;
                    }
                }
                let count = (header >> 1) as usize;
                if header & 1 == 1 {
                    read.extend(unpack(rest, 1, count * 8).into_iter().map(|bit| bit == 1));
                    rest = &rest[count..];
                } else {
                    read.extend(vec![rest[0] == 1; count]);
                    rest = &rest[1..];
                }
            }
            // The last eight were filled up.
            prop_assert!(read.len() < rows.len() + 8);
            read.truncate(rows.len());
            prop_assert_eq!(read, rows);
        }
    }
}

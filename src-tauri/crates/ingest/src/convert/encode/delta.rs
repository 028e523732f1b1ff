//! Parquet's `DELTA_BINARY_PACKED`: differences of neighbours, packed into as few bits as each 32 of them need.

use super::bits::{GROUP, pack, varint, width};

/// Values of a block, and the groups of 32 in it.
const BLOCK: usize = 128;
const GROUPS: usize = BLOCK / GROUP;

/// Appends the values.
pub(super) fn encode(values: &[i64], out: &mut Vec<u8>) {
    varint(BLOCK as u64, out);
    varint(GROUPS as u64, out);
    varint(values.len() as u64, out);
    let Some((&first, rest)) = values.split_first() else {
        varint(0, out);
        return;
    };
    varint(zigzag(first), out);
    let mut previous = first;
    for block in rest.chunks(BLOCK) {
        let mut deltas = [0i64; BLOCK];
        for (delta, &value) in deltas.iter_mut().zip(block) {
            // Parquet's arithmetic wraps around.
            *delta = value.wrapping_sub(previous);
            previous = value;
        }
        let least = deltas[..block.len()].iter().copied().min().unwrap_or(0);
        varint(zigzag(least), out);
        let mut above = [0u64; BLOCK];
        for (above, delta) in above.iter_mut().zip(&deltas[..block.len()]) {
            *above = delta.wrapping_sub(least).cast_unsigned();
        }
        let (groups, _) = above.as_chunks::<GROUP>();
        let widths =
            [0, 1, 2, 3].map(|g: usize| width(groups[g].iter().fold(0, |all, &v| all | v)));
        out.extend(widths.map(|width| width as u8));
        // Groups without any value are not written.
        for (group, width) in groups.iter().zip(widths).take(block.len().div_ceil(GROUP)) {
            pack(group, width, out);
        }
    }
}

fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)).cast_unsigned()
}

//! Where the delimiters, terminators and quotes are: 64 bytes become three 64-bit masks.
//!
//! The idea is that of Langdale and Lemire, "Parsing Gigabytes of JSON per Second" (VLDB Journal 2019): compare
//! a whole vector with each byte of interest, and find what lies inside quotes by a prefix XOR over the quote
//! mask. The instruction set is chosen at run time; the portable path gives the same masks and is tested
//! against the others.

/// The bytes of interest in 64 bytes of input; bit *i* stands for byte *i*.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Masks {
    pub(super) delimiter: u64,
    pub(super) terminator: u64,
    pub(super) quote: u64,
}

/// The bytes to look for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Needles {
    pub(super) delimiter: u8,
    pub(super) terminator: u8,
    /// Where there are no quotes, the terminator again, and the mask is to be ignored.
    pub(super) quote: u8,
}

/// An instruction set that can make masks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Simd {
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "aarch64")]
    Neon,
    Portable,
}

impl Simd {
    /// The best instruction set of the machine that the program runs on.
    pub(super) fn detect() -> Self {
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("avx2") {
            return Self::Avx2;
        }
        #[cfg(target_arch = "aarch64")]
        if std::arch::is_aarch64_feature_detected!("neon") {
            return Self::Neon;
        }
        Self::Portable
    }

    /// Every instruction set that this machine can run, for tests that compare them.
    #[cfg(any(test, fuzzing))]
    pub(super) fn available() -> Vec<Self> {
        let mut all = vec![Self::Portable];
        if Self::detect() != Self::Portable {
            all.push(Self::detect());
        }
        all
    }
}

/// What is inside quotes: bit *i* is the XOR of bits 0 to *i*, so an opening quote is inside and a closing one is not.
pub(super) fn prefix_xor(mut mask: u64) -> u64 {
    mask ^= mask << 1;
    mask ^= mask << 2;
    mask ^= mask << 4;
    mask ^= mask << 8;
    mask ^= mask << 16;
    mask ^= mask << 32;
    mask
}

/// The masks of 64 bytes, on any machine: eight bytes at a time in one word.
#[inline]
pub(super) fn masks_portable(bytes: &[u8; 64], needles: Needles) -> Masks {
    const LOW: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    // Bit 7 of each byte of the result is set exactly where the byte equals the needle; the addition cannot
    // carry from one byte into the next because bit 7 is masked out first.
    let equal = |word: u64, needle: u8| {
        let x = word ^ (LOW * u64::from(needle));
        !(((x & !HIGH) + !HIGH) | x | !HIGH)
    };
    // Gathers the eight high bits into the low byte.
    let gather = |high: u64| (high >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56;
    let mut masks = Masks::default();
    for (i, chunk) in bytes.chunks_exact(8).enumerate() {
        let mut eight = [0; 8];
        eight.copy_from_slice(chunk);
        let word = u64::from_le_bytes(eight);
        masks.delimiter |= gather(equal(word, needles.delimiter)) << (8 * i);
        masks.terminator |= gather(equal(word, needles.terminator)) << (8 * i);
        masks.quote |= gather(equal(word, needles.quote)) << (8 * i);
    }
    masks
}

/// The masks of 64 bytes with AVX2.
///
/// # Safety
/// The machine must have AVX2.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
#[inline]
pub(super) unsafe fn masks_avx2(bytes: &[u8; 64], needles: Needles) -> Masks {
    use std::arch::x86_64::{
        __m256i, _mm256_cmpeq_epi8, _mm256_loadu_si256, _mm256_movemask_epi8, _mm256_set1_epi8,
    };
    // SAFETY: both loads lie inside the 64 bytes, and `loadu` needs no alignment.
    let (low, high) = unsafe {
        (
            _mm256_loadu_si256(bytes.as_ptr().cast::<__m256i>()),
            _mm256_loadu_si256(bytes.as_ptr().add(32).cast::<__m256i>()),
        )
    };
    let mask = |needle: u8| {
        let needle = _mm256_set1_epi8(needle.cast_signed());
        let low = _mm256_movemask_epi8(_mm256_cmpeq_epi8(low, needle)).cast_unsigned();
        let high = _mm256_movemask_epi8(_mm256_cmpeq_epi8(high, needle)).cast_unsigned();
        u64::from(low) | u64::from(high) << 32
    };
    Masks {
        delimiter: mask(needles.delimiter),
        terminator: mask(needles.terminator),
        quote: mask(needles.quote),
    }
}

/// The masks of 64 bytes with NEON.
///
/// # Safety
/// The machine must have NEON.
#[cfg(target_arch = "aarch64")]
#[target_feature(enable = "neon")]
#[inline]
pub(super) unsafe fn masks_neon(bytes: &[u8; 64], needles: Needles) -> Masks {
    use std::arch::aarch64::{
        vaddv_u8, vandq_u8, vceqq_u8, vdupq_n_u8, vget_high_u8, vget_low_u8, vld1q_u8,
    };
    const BITS: [u8; 16] = [1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128];
    let mut masks = Masks::default();
    // SAFETY: each load lies inside the arrays it reads from.
    unsafe {
        let bits = vld1q_u8(BITS.as_ptr());
        for quarter in 0..4 {
            let chunk = vld1q_u8(bytes.as_ptr().add(16 * quarter));
            let mask = |needle: u8| {
                let equal = vandq_u8(vceqq_u8(chunk, vdupq_n_u8(needle)), bits);
                u64::from(vaddv_u8(vget_low_u8(equal)))
                    | u64::from(vaddv_u8(vget_high_u8(equal))) << 8
            };
            masks.delimiter |= mask(needles.delimiter) << (16 * quarter);
            masks.terminator |= mask(needles.terminator) << (16 * quarter);
            masks.quote |= mask(needles.quote) << (16 * quarter);
        }
    }
    masks
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn by_definition(bytes: &[u8; 64], needles: Needles) -> Masks {
        let mask = |needle: u8| {
            (0..64)
                .filter(|&i| bytes[i] == needle)
                .fold(0, |mask, i| mask | 1u64 << i)
        };
        Masks {
            delimiter: mask(needles.delimiter),
            terminator: mask(needles.terminator),
            quote: mask(needles.quote),
        }
    }

    proptest! {
        #[test]
        fn every_instruction_set_gives_the_masks_by_definition(
            // Few distinct bytes, and their neighbours, so that most positions matter.
            bytes in proptest::array::uniform32(prop_oneof![
                Just(b','), Just(b'\n'), Just(b'"'), Just(b'+'), Just(b'\x0b'), Just(b'!'), Just(b'\xac'), any::<u8>()
            ]),
            more in proptest::array::uniform32(any::<u8>()),
        ) {
            let mut all = [0; 64];
            all[..32].copy_from_slice(&bytes);
            all[32..].copy_from_slice(&more);
            let needles = Needles { delimiter: b',', terminator: b'\n', quote: b'"' };
            let expected = by_definition(&all, needles);
            prop_assert_eq!(masks_portable(&all, needles), expected);
            #[cfg(target_arch = "x86_64")]
            if Simd::detect() == Simd::Avx2 {
                // SAFETY: AVX2 was just detected.
                prop_assert_eq!(unsafe { masks_avx2(&all, needles) }, expected);
            }
            #[cfg(target_arch = "aarch64")]
            if Simd::detect() == Simd::Neon {
                // SAFETY: NEON was just detected.
                prop_assert_eq!(unsafe { masks_neon(&all, needles) }, expected);
            }
        }

        #[test]
        fn prefix_xor_is_the_parity_of_all_bits_so_far(mask in any::<u64>()) {
            let mut parity = 0;
            let mut expected = 0u64;
            for i in 0..64 {
                parity ^= mask >> i & 1;
                expected |= parity << i;
            }
            prop_assert_eq!(prefix_xor(mask), expected);
        }
    }
}

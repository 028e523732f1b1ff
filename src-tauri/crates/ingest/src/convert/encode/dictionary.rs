//! The distinct texts of a column's part of a row group, and what was made of each.
//!
//! A text that was seen before is not read again: not parsed, not counted by kind, not hashed for the profile. All
//! of that is done once for each distinct text.

/// What became of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is the value with this code.
    Value(u32),
    /// It is NULL.
    Null,
    /// Every cell with it has to be looked at: it strays, or its spaces were taken off, or it is no valid text.
    Special,
}

/// A text as the table knows it.
#[derive(Debug, Clone, Copy)]
struct Slot {
    /// The text itself up to 16 bytes, else its hash and 0.
    head: u64,
    tail: u64,
    /// The length of the text in bytes plus one; 0 in a free slot.
    length: u32,
    /// The text's number.
    number: u32,
}

const FREE: Slot = Slot {
    head: 0,
    tail: 0,
    length: 0,
    number: 0,
};

/// Distinct texts, numbered in the order in which they came.
#[derive(Debug)]
pub(crate) struct Texts {
    slots: Vec<Slot>,
    bytes: Vec<u8>,
    ends: Vec<u32>,
    fates: Vec<Fate>,
    counts: Vec<u32>,
}

/// The first and the last eight bytes of a text of at most 16, which overlap; with the length they are the text.
#[inline]
fn ends_of(text: &[u8]) -> (u64, u64) {
    let four = |bytes: &[u8; 4]| u64::from(u32::from_le_bytes(*bytes));
    match (text.first_chunk::<8>(), text.last_chunk::<8>()) {
        (Some(first), Some(last)) => (u64::from_le_bytes(*first), u64::from_le_bytes(*last)),
        _ => match (text.first_chunk::<4>(), text.last_chunk::<4>()) {
            (Some(first), Some(last)) => (four(first), four(last)),
            _ => match *text {
                [] => (0, 0),
                [a] => (u64::from(a), 0),
                [a, b] => (u64::from(a), u64::from(b)),
                [a, b, c, ..] => (u64::from(a) | u64::from(b) << 8, u64::from(c)),
            },
        },
    }
}

/// Multiplies and folds the product, as in wyhash; the constants are those of the golden ratio and of π.
#[inline]
fn mix(a: u64, b: u64) -> u64 {
    let product = u128::from(a ^ 0x9e37_79b9_7f4a_7c15) * u128::from(b ^ 0x2437_54d1_85a3_08d3);
    (product as u64) ^ (product >> 64) as u64
}

impl Texts {
    const FIRST_SLOTS: usize = 64;

    pub(crate) fn new() -> Self {
        Self {
            slots: vec![FREE; Self::FIRST_SLOTS],
            bytes: Vec::new(),
            ends: Vec::new(),
            fates: Vec::new(),
            counts: Vec::new(),
        }
    }

    pub(crate) fn clear(&mut self) {
        self.slots.fill(FREE);
        self.bytes.clear();
        self.ends.clear();
        self.fates.clear();
        self.counts.clear();
    }

    /// The number of distinct texts.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Bytes that the table keeps in memory.
    pub(crate) fn memory(&self) -> usize {
        self.slots.capacity() * size_of::<Slot>()
            + self.bytes.capacity()
            + self.ends.capacity() * 16
    }

    /// Counts a text and tells what became of it, or its number if it is new and still has none of the fates.
    #[inline]
    pub(crate) fn count(&mut self, text: &[u8]) -> Result<Fate, u32> {
        let (head, tail) = if text.len() <= 16 {
            ends_of(text)
        } else {
            (hash_long(text), 0)
        };
        let length = text.len() as u32 + 1;
        let mask = self.slots.len() - 1;
        let mut at = mix(head, tail ^ u64::from(length)) as usize & mask;
        loop {
            let slot = self.slots[at];
            if slot.length == length
                && slot.head == head
                && slot.tail == tail
                && (text.len() <= 16 || self.text(slot.number) == text)
            {
                let number = slot.number as usize;
                self.counts[number] += 1;
                return Ok(self.fates[number]);
            }
            if slot.length == 0 {
                return Err(self.insert(at, head, tail, text));
            }
            at = (at + 1) & mask;
        }
    }

    #[cold]
    fn insert(&mut self, at: usize, head: u64, tail: u64, text: &[u8]) -> u32 {
        let number = self.ends.len() as u32;
        self.slots[at] = Slot {
            head,
            tail,
            length: text.len() as u32 + 1,
            number,
        };
        self.bytes.extend_from_slice(text);
        self.ends.push(self.bytes.len() as u32);
        self.fates.push(Fate::Special);
        self.counts.push(1);
        if self.ends.len() * 2 > self.slots.len() {
            self.grow();
        }
        number
    }

    fn grow(&mut self) {
        let mask = self.slots.len() * 4 - 1;
        let mut slots = vec![FREE; mask + 1];
        for slot in self.slots.iter().filter(|slot| slot.length > 0) {
            let mut at = mix(slot.head, slot.tail ^ u64::from(slot.length)) as usize & mask;
            while slots[at].length > 0 {
                at = (at + 1) & mask;
            }
            slots[at] = *slot;
        }
        self.slots = slots;
    }

    /// Says what became of a text.
    pub(crate) fn settle(&mut self, number: u32, fate: Fate) {
        self.fates[number as usize] = fate;
    }

    pub(crate) fn text(&self, number: u32) -> &[u8] {
        let number = number as usize;
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[start as usize..self.ends[number] as usize]
    }

    /// Every text with its fate and the number of cells that hold it.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&[u8], Fate, u64)> {
        (0..self.ends.len()).map(|i| {
            (
                self.text(i as u32),
                self.fates[i],
                u64::from(self.counts[i]),
            )
        })
    }
}

#[inline(never)]
fn hash_long(text: &[u8]) -> u64 {
    use std::hash::BuildHasher;
    foldhash::fast::FixedState::default().hash_one(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashMap;

    proptest! {
        #[test]
        fn counts_like_a_map(texts in proptest::collection::vec(
            proptest::collection::vec(prop_oneof![Just(0u8), Just(1), Just(b'a')], 0..20), 0..400,
        )) {
            let mut table = Texts::new();
            let mut expected: HashMap<Vec<u8>, u64> = HashMap::new();
            for text in &texts {
                if let Err(number) = table.count(text) {
                    prop_assert!(!expected.contains_key(text));
                    table.settle(number, Fate::Value(number));
                }
                *expected.entry(text.clone()).or_default() += 1;
            }
            let counted: HashMap<Vec<u8>, u64> =
                table.iter().map(|(text, _, count)| (text.to_vec(), count)).collect();
            prop_assert_eq!(table.len(), expected.len());
            prop_assert_eq!(counted, expected);
        }
    }
}

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

impl Fate {
    /// No dictionary has so many values that these would be codes.
    const NULL: u32 = u32::MAX;
    const SPECIAL: u32 = u32::MAX - 1;

    #[inline]
    fn from_word(word: u32) -> Self {
        match word {
            Self::NULL => Self::Null,
            Self::SPECIAL => Self::Special,
            code => Self::Value(code),
        }
    }

    fn into_word(self) -> u32 {
        match self {
            Self::Value(code) => code,
            Self::Null => Self::NULL,
            Self::Special => Self::SPECIAL,
        }
    }
}

/// A text as the table knows it; half a cache line.
#[derive(Debug, Clone, Copy)]
struct Slot {
    /// The text itself up to 16 bytes, else its hash and 0.
    head: u64,
    tail: u64,
    /// The length of the text in bytes plus one; 0 in a free slot.
    length: u32,
    /// The text's number.
    number: u32,
    count: u32,
    fate: u32,
}

const FREE: Slot = Slot {
    head: 0,
    tail: 0,
    length: 0,
    number: 0,
    count: 0,
    fate: Fate::SPECIAL,
};

/// Distinct texts, numbered in the order in which they came.
#[derive(Debug)]
pub(crate) struct Texts {
    slots: Vec<Slot>,
    bytes: Vec<u8>,
    ends: Vec<u32>,
}

/// Where a new text stands in the table, until the next one comes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place(usize);

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
        }
    }

    pub(crate) fn clear(&mut self) {
        self.slots.fill(FREE);
        self.bytes.clear();
        self.ends.clear();
    }

    /// The number of distinct texts.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Bytes that the table keeps in memory.
    pub(crate) fn memory(&self) -> usize {
        self.slots.capacity() * size_of::<Slot>() + self.bytes.capacity() + self.ends.capacity() * 4
    }

    /// Counts a text and tells what became of it; of a new one, where to say that with [`Texts::settle`].
    #[inline(always)]
    pub(crate) fn count(&mut self, text: &[u8]) -> Result<Fate, Place> {
        if text.len() > 16 {
            return self.search(text, hash_long(text), 0);
        }
        let (head, tail) = ends_of(text);
        let length = text.len() as u32 + 1;
        let at = mix(head, tail ^ u64::from(length)) as usize & (self.slots.len() - 1);
        let slot = &mut self.slots[at];
        if slot.length == length && slot.head == head && slot.tail == tail {
            slot.count += 1;
            return Ok(Fate::from_word(slot.fate));
        }
        self.search(text, head, tail)
    }

    /// Goes on where a text is not in the slot in which it would be first.
    #[inline(never)]
    fn search(&mut self, text: &[u8], head: u64, tail: u64) -> Result<Fate, Place> {
        let length = text.len() as u32 + 1;
        let mask = self.slots.len() - 1;
        let mut at = mix(head, tail ^ u64::from(length)) as usize & mask;
        loop {
            let slot = &self.slots[at];
            if slot.length == length
                && slot.head == head
                && slot.tail == tail
                && (text.len() <= 16 || self.text(slot.number) == text)
            {
                let slot = &mut self.slots[at];
                slot.count += 1;
                return Ok(Fate::from_word(slot.fate));
            }
            if slot.length == 0 {
                return Err(self.insert(at, head, tail, text));
            }
            at = (at + 1) & mask;
        }
    }

    #[cold]
    fn insert(&mut self, mut at: usize, head: u64, tail: u64, text: &[u8]) -> Place {
        let slot = Slot {
            head,
            tail,
            length: text.len() as u32 + 1,
            number: self.ends.len() as u32,
            count: 1,
            ..FREE
        };
        self.bytes.extend_from_slice(text);
        self.ends.push(self.bytes.len() as u32);
        // At most five slots in eight are taken, so that most texts are found at once and the table stays small.
        if self.ends.len() * 8 > self.slots.len() * 5 {
            let larger = vec![FREE; self.slots.len() * 2];
            for slot in std::mem::replace(&mut self.slots, larger) {
                if slot.length > 0 {
                    self.place(slot);
                }
            }
            at = self.place(slot);
        } else {
            self.slots[at] = slot;
        }
        Place(at)
    }

    /// Puts a text that is not in the table into a free slot.
    fn place(&mut self, slot: Slot) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = mix(slot.head, slot.tail ^ u64::from(slot.length)) as usize & mask;
        while self.slots[at].length > 0 {
            at = (at + 1) & mask;
        }
        self.slots[at] = slot;
        at
    }

    /// Says what became of a new text, before another one is counted.
    pub(crate) fn settle(&mut self, place: Place, fate: Fate) {
        self.slots[place.0].fate = fate.into_word();
    }

    fn text(&self, number: u32) -> &[u8] {
        let number = number as usize;
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[start as usize..self.ends[number] as usize]
    }

    /// Every text with its fate and the number of cells that hold it, in no order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&[u8], Fate, u64)> {
        self.slots
            .iter()
            .filter(|slot| slot.length > 0)
            .map(|slot| {
                let fate = Fate::from_word(slot.fate);
                (self.text(slot.number), fate, u64::from(slot.count))
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
                match table.count(text) {
                    Ok(fate) => prop_assert_eq!(fate, Fate::Value(text.len() as u32)),
                    Err(place) => {
                        prop_assert!(!expected.contains_key(text));
                        table.settle(place, Fate::Value(text.len() as u32));
                    }
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

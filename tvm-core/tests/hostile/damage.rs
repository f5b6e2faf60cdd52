//! What happens to files on their way.

use crate::split_mix::SplitMix;

/// A file that was damaged, and how.
pub struct Damaged {
    pub how: String,
    pub bytes: Vec<u8>,
}

/// Bits of a byte that change.
const MASKS: [u8; 4] = [0x01, 0x80, 0x41, 0xff];

/// The file cut off at every 64th byte.
pub fn truncations(bytes: &[u8]) -> impl Iterator<Item = Damaged> + '_ {
    (0..bytes.len()).step_by(64).map(|length| Damaged {
        how: format!("the first {length} bytes"),
        bytes: bytes[..length].to_vec(),
    })
}

/// Single bytes changed: all of them, or `most` at equal distances, each by one of several masks.
pub fn flips(bytes: &[u8], most: usize) -> impl Iterator<Item = Damaged> + '_ {
    let distance = bytes.len().div_ceil(most).max(1);
    (0..bytes.len()).step_by(distance).enumerate().map(move |(number, place)| {
        let mask = MASKS[number % MASKS.len()];
        let mut bytes = bytes.to_vec();
        bytes[place] ^= mask;
        Damaged { how: format!("byte {place} changed by {mask:#04x}"), bytes }
    })
}

/// Pieces removed, doubled, filled with one byte or with any, and numbers made huge.
pub fn edits(bytes: &[u8], number: u64) -> impl Iterator<Item = Damaged> + '_ {
    (0..number).map(|seed| {
        let mut random = SplitMix(seed);
        let mut below = |most: usize| (random.next() % most.max(1) as u64) as usize;
        let (from, kind) = (below(bytes.len()), below(5));
        let to = (from + 1 + below(24)).min(bytes.len());
        let (before, piece, after) = (&bytes[..from], &bytes[from..to], &bytes[to..]);
        let any: Vec<u8> = piece.iter().map(|_| below(256) as u8).collect();
        let changed = match kind {
            0 => Vec::new(),
            1 => piece.repeat(2),
            2 => vec![0xff; piece.len()],
            3 => any,
            // The greatest number of LEB128, of 32 bits.
            _ => vec![0xff, 0xff, 0xff, 0xff, 0x0f],
        };
        let how = format!("edit {seed}: bytes {from} to {to} are {changed:02x?}");
        Damaged { how, bytes: [before, &changed, after].concat() }
    })
}

/// Bytes that never were anything else.
pub fn garbage(number: u64) -> impl Iterator<Item = Damaged> {
    (0..number).map(|seed| {
        let mut random = SplitMix(!seed);
        let length = random.next() % 200;
        let bytes = (0..length).map(|_| random.next() as u8).collect();
        Damaged { how: format!("garbage {seed}"), bytes }
    })
}

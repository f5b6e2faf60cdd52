//! The data segments as sections of the prompt, or, for a machine that has only an input there, as the fewest
//! plain stores into memory that is all zeros.

use std::collections::BTreeMap;

use crate::wasm::module::Segment;

/// A store of the low 1, 2 or 4 bytes of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Store {
    pub(crate) address: u32,
    pub(crate) width: Width,
    pub(crate) value: u32,
}

/// How many bytes a store writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Width {
    One,
    Two,
    Four,
}

/// The stores that make memory hold the segments, later segments over earlier ones. They write
/// nothing behind the last segment, where the input may already be.
pub(crate) fn stores(segments: &[Segment<'_>]) -> Vec<Store> {
    let image = image(segments);
    let end = segments.iter().map(Segment::end).max().unwrap_or(0);
    let mut stores = Vec::new();
    let mut next = 0;
    while let Some((&address, _)) = image.range(next..).next() {
        let window = [0, 1, 2, 3].map(|byte| {
            let address = address.checked_add(byte);
            address.and_then(|address| image.get(&address)).copied().unwrap_or(0)
        });
        let four_fit = u64::from(address) + 4 <= end;
        let (width, length) = match window {
            [_, 0, 0, 0] => (Width::One, 1),
            [_, _, 0, 0] => (Width::Two, 2),
            _ if four_fit => (Width::Four, 4),
            _ => (Width::One, 1),
        };
        let kept = u32::MAX >> (32 - 8 * length);
        stores.push(Store { address, width, value: u32::from_le_bytes(window) & kept });
        match address.checked_add(length) {
            Some(following) => next = following,
            None => break,
        }
    }
    stores
}

/// Zeros between two sections: a section costs an instruction and a commit, which is as many tokens.
const GAP: usize = 6;

/// The addresses and bytes of sections that make memory hold the segments, later segments over earlier ones.
/// Runs of zeros are left out.
pub(crate) fn sections(segments: &[Segment<'_>]) -> Vec<(u32, Vec<u8>)> {
    let first = segments.iter().map(|segment| segment.address).min().unwrap_or(0);
    let end = segments.iter().map(Segment::end).max().unwrap_or(0);
    let length = end.saturating_sub(first.into());
    let mut image = vec![0; usize::try_from(length).expect("memory fits into memory")];
    for segment in segments {
        let at = (segment.address - first) as usize;
        image[at..at + segment.bytes.len()].copy_from_slice(segment.bytes);
    }
    let mut sections: Vec<(u32, Vec<u8>)> = Vec::new();
    let mut zeros = 0;
    for (address, byte) in (first..).zip(image) {
        match (sections.last_mut(), byte) {
            (_, 0) => zeros += 1,
            (Some((_, bytes)), _) if zeros <= GAP => {
                bytes.resize(bytes.len() + zeros, 0);
                bytes.push(byte);
                zeros = 0;
            }
            _ => {
                sections.push((address, vec![byte]));
                zeros = 0;
            }
        }
    }
    sections
}

/// The bytes that are not 0.
fn image(segments: &[Segment<'_>]) -> BTreeMap<u32, u8> {
    let mut image = BTreeMap::new();
    for segment in segments {
        for (address, &byte) in (segment.address..=u32::MAX).zip(segment.bytes) {
            if byte == 0 {
                image.remove(&address);
            } else {
                image.insert(address, byte);
            }
        }
    }
    image
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn segment(address: u32, bytes: &[u8]) -> Segment<'_> {
        Segment { address, bytes }
    }

    #[test]
    fn nothing_is_written_behind_the_last_segment() {
        let found = stores(&[segment(0, &[1, 2, 3])]);
        let end = found.iter().map(|store| store.address + store.value.ilog2() / 8 + 1).max();
        assert_eq!(end, Some(3));
        assert!(found.iter().all(|store| store.width != Width::Four));
    }

    #[test]
    fn zeros_are_not_stored_and_neighbours_share_a_store() {
        let found = stores(&[segment(8, &[0, 1, 0, 0, 2, 0, 0, 0, 0, 3, 4, 0])]);
        assert_eq!(
            found,
            [
                Store { address: 9, width: Width::Four, value: 0x0200_0001 },
                Store { address: 17, width: Width::Two, value: 0x0403 },
            ]
        );
    }

    proptest! {
        #[test]
        fn replaying_the_stores_gives_the_segments(
            pieces in prop::collection::vec((0u32..40, prop::collection::vec(0u8..4, 0..24)), 0..5),
        ) {
            let mut expected = vec![0u8; 64];
            for (address, bytes) in &pieces {
                expected[*address as usize..][..bytes.len()].copy_from_slice(bytes);
            }
            let segments: Vec<_> = pieces.iter().map(|(at, bytes)| segment(*at, bytes)).collect();
            let mut by_sections = vec![0u8; 64];
            for (address, bytes) in sections(&segments) {
                by_sections[address as usize..][..bytes.len()].copy_from_slice(&bytes);
            }
            prop_assert_eq!(&by_sections, &expected);
            let mut memory = vec![0u8; 64];
            for store in stores(&segments) {
                let length = match store.width {
                    Width::One => 1,
                    Width::Two => 2,
                    Width::Four => 4,
                };
                let bytes = store.value.to_le_bytes();
                prop_assert!(bytes[length..].iter().all(|&byte| byte == 0));
                memory[store.address as usize..][..length].copy_from_slice(&bytes[..length]);
            }
            prop_assert_eq!(memory, expected);
        }
    }
}

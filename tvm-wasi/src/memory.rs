//! Linear memory as a function sees it. Every function checks all addresses that it was given before
//! it does anything, so that a call with a bad one changes nothing, in the program or outside of it.

use std::ops::Range;

use thiserror::Error;

use crate::errno::Errno;

/// Linear memory of a program.
pub trait Memory {
    /// Bytes that it has.
    fn size(&self) -> u64;

    /// Reads the bytes from an address on.
    ///
    /// # Errors
    /// When not all of them are inside; `bytes` is then as it was.
    fn read(&self, address: u32, bytes: &mut [u8]) -> Result<(), OutOfBounds>;

    /// Writes the bytes from an address on.
    ///
    /// # Errors
    /// When not all of them are inside; nothing is then written.
    fn write(&mut self, address: u32, bytes: &[u8]) -> Result<(), OutOfBounds>;
}

/// An address is not inside of memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the address is not inside of memory")]
pub struct OutOfBounds;

impl From<OutOfBounds> for Errno {
    fn from(_: OutOfBounds) -> Self {
        Self::Fault
    }
}

impl Memory for &mut [u8] {
    fn size(&self) -> u64 {
        self.len() as u64
    }

    fn read(&self, address: u32, bytes: &mut [u8]) -> Result<(), OutOfBounds> {
        read(self, address, bytes)
    }

    fn write(&mut self, address: u32, bytes: &[u8]) -> Result<(), OutOfBounds> {
        write(self, address, bytes)
    }
}

impl Memory for Vec<u8> {
    fn size(&self) -> u64 {
        self.len() as u64
    }

    fn read(&self, address: u32, bytes: &mut [u8]) -> Result<(), OutOfBounds> {
        read(self, address, bytes)
    }

    fn write(&mut self, address: u32, bytes: &[u8]) -> Result<(), OutOfBounds> {
        write(self, address, bytes)
    }
}

fn read(all: &[u8], address: u32, bytes: &mut [u8]) -> Result<(), OutOfBounds> {
    let inside = all.get(range(address, bytes.len())?).ok_or(OutOfBounds)?;
    bytes.copy_from_slice(inside);
    Ok(())
}

fn write(all: &mut [u8], address: u32, bytes: &[u8]) -> Result<(), OutOfBounds> {
    let inside = all.get_mut(range(address, bytes.len())?).ok_or(OutOfBounds)?;
    inside.copy_from_slice(bytes);
    Ok(())
}

/// The indices of `length` bytes from an address on.
fn range(address: u32, length: usize) -> Result<Range<usize>, OutOfBounds> {
    let start = usize::try_from(address).map_err(|_| OutOfBounds)?;
    Ok(start..start.checked_add(length).ok_or(OutOfBounds)?)
}

/// What the functions do with memory.
impl dyn Memory + '_ {
    /// Checks that `length` bytes from an address on are inside. No bytes are inside wherever they are.
    pub(crate) fn check(&self, address: u32, length: u64) -> Result<(), Errno> {
        let end = u64::from(address).checked_add(length).ok_or(Errno::Fault)?;
        if length == 0 || end <= self.size() { Ok(()) } else { Err(Errno::Fault) }
    }

    /// A structure of `N` bytes.
    pub(crate) fn structure<const N: usize>(&self, address: u32) -> Result<[u8; N], Errno> {
        let mut bytes = [0; N];
        self.read(address, &mut bytes)?;
        Ok(bytes)
    }

    /// Some bytes. No more are asked of the host than are inside.
    pub(crate) fn bytes(&self, address: u32, length: u32) -> Result<Vec<u8>, Errno> {
        self.check(address, length.into())?;
        let mut bytes = vec![0; length as usize];
        if length > 0 {
            self.read(address, &mut bytes)?;
        }
        Ok(bytes)
    }

    /// Writes a number of 32 bits.
    pub(crate) fn put_u32(&mut self, address: u32, value: u32) -> Result<(), Errno> {
        Ok(self.write(address, &value.to_le_bytes())?)
    }

    /// Writes a number of 64 bits.
    pub(crate) fn put_u64(&mut self, address: u32, value: u64) -> Result<(), Errno> {
        Ok(self.write(address, &value.to_le_bytes())?)
    }
}

/// The address `by` bytes behind another.
pub(crate) fn behind(address: u32, by: usize) -> Result<u32, Errno> {
    let by = u32::try_from(by).map_err(|_| Errno::Fault)?;
    address.checked_add(by).ok_or(Errno::Fault)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_all_inside_is_not_touched() {
        let mut memory = vec![1u8; 8];
        let mut bytes = [9; 4];
        assert_eq!(memory.read(5, &mut bytes), Err(OutOfBounds));
        assert_eq!(bytes, [9; 4]);
        assert_eq!(Memory::write(&mut memory, 5, &[2; 4]), Err(OutOfBounds));
        assert_eq!(memory, [1; 8]);
        assert_eq!(Memory::write(&mut memory, u32::MAX, &[2; 4]), Err(OutOfBounds));
        assert_eq!(Memory::write(&mut memory, 4, &[2; 4]), Ok(()));
        assert_eq!(memory, [1, 1, 1, 1, 2, 2, 2, 2]);
    }

    #[test]
    fn lengths_are_checked_before_anything_is_allocated() {
        let mut memory = vec![0u8; 8];
        let memory: &mut dyn Memory = &mut memory;
        assert_eq!(memory.bytes(0, u32::MAX), Err(Errno::Fault));
        assert_eq!(memory.bytes(8, 1), Err(Errno::Fault));
        assert_eq!(memory.bytes(u32::MAX, 0), Ok(vec![]));
        assert_eq!(memory.check(1, u64::MAX), Err(Errno::Fault));
        assert_eq!(memory.check(8, 0), Ok(()));
    }
}

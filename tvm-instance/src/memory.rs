//! Linear memory as the tokens of a run have filled it, and what the host writes there.

use thiserror::Error;
use tvm_interface::{GREATEST_PAGES, MEMORY_PAGES, PAGE_BYTES};

/// An access past the end of memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{length} bytes at address {address} are outside of memory, which has {size} bytes")]
pub struct OutOfBounds {
    /// The address of the first byte.
    pub address: u32,
    /// How many bytes.
    pub length: usize,
    /// The size of memory in bytes.
    pub size: u64,
}

/// Linear memory. Only what was written takes room.
#[derive(Debug, Clone)]
pub struct Memory {
    bytes: Vec<u8>,
    pages: u32,
    /// What the host has written and the program has not been told yet.
    written: Vec<(u32, Vec<u8>)>,
}

impl Memory {
    pub(crate) fn new() -> Memory {
        Memory { bytes: Vec::new(), pages: MEMORY_PAGES, written: Vec::new() }
    }

    /// Its size in bytes.
    pub fn size(&self) -> u64 {
        u64::from(self.pages) * u64::from(PAGE_BYTES)
    }

    /// Its size in pages.
    pub fn pages(&self) -> u32 {
        self.pages
    }

    /// No program has more than the greatest memory, whatever the tokens of a broken model say.
    pub(crate) fn set_pages(&mut self, pages: u32) {
        self.pages = pages.min(GREATEST_PAGES);
    }

    /// Reads as many bytes as there is room for.
    ///
    /// # Errors
    /// When one of them is past the end; then none is read.
    pub fn read(&self, address: u32, into: &mut [u8]) -> Result<(), OutOfBounds> {
        self.check(address, into.len())?;
        let from = self.bytes.get(address as usize..).unwrap_or_default();
        let known = from.len().min(into.len());
        into[..known].copy_from_slice(&from[..known]);
        into[known..].fill(0);
        Ok(())
    }

    /// The bytes at an address.
    ///
    /// # Errors
    /// When one of them is past the end.
    pub fn bytes(&self, address: u32, length: u32) -> Result<Vec<u8>, OutOfBounds> {
        self.check(address, length as usize)?;
        let mut bytes = vec![0; length as usize];
        self.read(address, &mut bytes)?;
        Ok(bytes)
    }

    /// Writes bytes. The program gets them before the host's results.
    ///
    /// # Errors
    /// When one of them is past the end; then none is written.
    pub fn write(&mut self, address: u32, bytes: &[u8]) -> Result<(), OutOfBounds> {
        self.check(address, bytes.len())?;
        if bytes.is_empty() {
            return Ok(());
        }
        self.fill(u64::from(address), bytes);
        match self.written.last_mut() {
            // One section costs less than two.
            Some((begin, section)) if *begin as usize + section.len() == address as usize => {
                section.extend_from_slice(bytes);
            }
            _ => self.written.push((address, bytes.to_vec())),
        }
        Ok(())
    }

    /// Takes what the program has to be told.
    pub(crate) fn take_written(&mut self) -> Vec<(u32, Vec<u8>)> {
        std::mem::take(&mut self.written)
    }

    /// Fills in what the program itself has stored, which lies inside.
    pub(crate) fn fill(&mut self, address: u64, bytes: &[u8]) {
        let Ok(begin) = usize::try_from(address) else { return };
        let end = begin + bytes.len();
        if end as u64 > self.size() {
            return;
        }
        if end > self.bytes.len() {
            self.bytes.resize(end.next_power_of_two().min(self.size() as usize), 0);
        }
        self.bytes[begin..end].copy_from_slice(bytes);
    }

    fn check(&self, address: u32, length: usize) -> Result<(), OutOfBounds> {
        let size = self.size();
        match u64::from(address) + length as u64 <= size {
            true => Ok(()),
            false => Err(OutOfBounds { address, length, size }),
        }
    }
}

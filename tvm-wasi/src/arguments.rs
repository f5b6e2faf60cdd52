//! The arguments of a program and its environment: two lists of texts, each text ended by a zero.

use crate::Wasi;
use crate::call::Arguments;
use crate::errno::Errno;
use crate::memory::{Memory, behind};

impl Wasi {
    pub(crate) fn args_get(
        &mut self,
        memory: &mut dyn Memory,
        a: Arguments<'_>,
    ) -> Result<(), Errno> {
        write_texts(memory, &self.arguments, a.u32(0), a.u32(1))
    }

    pub(crate) fn args_sizes_get(
        &mut self,
        memory: &mut dyn Memory,
        a: Arguments<'_>,
    ) -> Result<(), Errno> {
        write_sizes(memory, &self.arguments, a.u32(0), a.u32(1))
    }

    pub(crate) fn environ_get(
        &mut self,
        memory: &mut dyn Memory,
        a: Arguments<'_>,
    ) -> Result<(), Errno> {
        write_texts(memory, &self.environment, a.u32(0), a.u32(1))
    }

    pub(crate) fn environ_sizes_get(
        &mut self,
        memory: &mut dyn Memory,
        a: Arguments<'_>,
    ) -> Result<(), Errno> {
        write_sizes(memory, &self.environment, a.u32(0), a.u32(1))
    }
}

/// Bytes that texts take, with their zeros.
fn size(texts: &[Vec<u8>]) -> u64 {
    texts.iter().map(|text| text.len() as u64 + 1).sum()
}

/// Writes texts one after the other to a buffer, and to a list where each begins.
fn write_texts(
    memory: &mut dyn Memory,
    texts: &[Vec<u8>],
    list: u32,
    buffer: u32,
) -> Result<(), Errno> {
    memory.check(list, texts.len() as u64 * 4)?;
    memory.check(buffer, size(texts))?;
    let mut place = buffer;
    for (index, text) in texts.iter().enumerate() {
        memory.put_u32(behind(list, index * 4)?, place)?;
        memory.write(place, &[text, [0].as_slice()].concat())?;
        // Behind the last text there need be no address.
        place = place.wrapping_add(text.len() as u32).wrapping_add(1);
    }
    Ok(())
}

/// Writes the number of texts and the bytes that they take.
fn write_sizes(
    memory: &mut dyn Memory,
    texts: &[Vec<u8>],
    count: u32,
    bytes: u32,
) -> Result<(), Errno> {
    memory.check(count, 4)?;
    memory.check(bytes, 4)?;
    let number = |size: u64| u32::try_from(size).map_err(|_| Errno::Overflow);
    let (all, size) = (number(texts.len() as u64)?, number(size(texts))?);
    memory.put_u32(count, all)?;
    memory.put_u32(bytes, size)
}

//! Random bytes, other threads, and sockets, of which a program has none.

use crate::Wasi;
use crate::call::Arguments;
use crate::errno::Errno;
use crate::memory::{Memory, behind};

/// Random bytes that are asked for at once.
const CHUNK: usize = 1 << 12;

impl Wasi {
    pub(crate) fn random_get(
        &mut self,
        memory: &mut dyn Memory,
        a: Arguments<'_>,
    ) -> Result<(), Errno> {
        let (address, length) = (a.u32(0), a.u32(1));
        memory.check(address, length.into())?;
        let mut bytes = [0; CHUNK];
        for start in (0..length as usize).step_by(CHUNK) {
            let bytes = &mut bytes[..CHUNK.min(length as usize - start)];
            (self.random)(bytes)?;
            memory.write(behind(address, start)?, bytes)?;
        }
        Ok(())
    }

    pub(crate) fn sched_yield(
        &mut self,
        _: &mut dyn Memory,
        _: Arguments<'_>,
    ) -> Result<(), Errno> {
        std::thread::yield_now();
        Ok(())
    }

    /// Any function about a socket.
    pub(crate) fn socket(&mut self, _: &mut dyn Memory, a: Arguments<'_>) -> Result<(), Errno> {
        self.descriptors.get(a.u32(0)).and(Err(Errno::NotSocket))
    }
}

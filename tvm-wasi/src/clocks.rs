//! Clocks. The host's are used unless others are given.

use std::io;
use std::time::{Duration, Instant, SystemTime};

use crate::Wasi;
use crate::call::Arguments;
use crate::errno::Errno;
use crate::memory::Memory;
use crate::system;

/// Which clock:
/// [`clockid`](https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#clockid).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockId {
    /// The time since the beginning of 1970.
    Realtime,
    /// A time that only goes on, from any beginning.
    Monotonic,
    /// The time that the process was executed.
    ProcessTime,
    /// The time that the thread was executed.
    ThreadTime,
}

impl ClockId {
    /// The clock of a number.
    pub(crate) fn from_number(number: u32) -> Result<Self, Errno> {
        match number {
            0 => Ok(Self::Realtime),
            1 => Ok(Self::Monotonic),
            2 => Ok(Self::ProcessTime),
            3 => Ok(Self::ThreadTime),
            _ => Err(Errno::Invalid),
        }
    }
}

/// The clocks of a program.
pub trait Clock {
    /// The time of a clock in nanoseconds, if there is such a clock.
    fn time(&mut self, id: ClockId) -> Option<u64>;

    /// The resolution of a clock in nanoseconds, if there is such a clock. It is not 0.
    fn resolution(&mut self, id: ClockId) -> Option<u64>;

    /// Lets time pass.
    ///
    /// # Errors
    /// When it does not all pass, as where a signal comes in between.
    fn sleep(&mut self, duration: Duration) -> io::Result<()>;
}

/// The clocks of the host. The monotonic one begins when this is made.
#[derive(Clone, Copy, Debug)]
pub struct HostClock {
    start: Instant,
}

impl HostClock {
    /// Clocks from now on.
    pub fn new() -> Self {
        Self { start: Instant::now() }
    }
}

impl Default for HostClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for HostClock {
    fn time(&mut self, id: ClockId) -> Option<u64> {
        let time = match id {
            ClockId::Realtime => return Some(nanoseconds(SystemTime::now())),
            ClockId::Monotonic => self.start.elapsed(),
            ClockId::ProcessTime => system::process_clock()?.0,
            ClockId::ThreadTime => system::thread_clock()?.0,
        };
        Some(whole(time))
    }

    fn resolution(&mut self, id: ClockId) -> Option<u64> {
        let resolution = match id {
            ClockId::Realtime | ClockId::Monotonic => return Some(RESOLUTION),
            ClockId::ProcessTime => system::process_clock()?.1,
            ClockId::ThreadTime => system::thread_clock()?.1,
        };
        Some(whole(resolution).max(1))
    }

    fn sleep(&mut self, duration: Duration) -> io::Result<()> {
        system::wait(&[], Some(duration)).map(drop)
    }
}

/// Nanoseconds between two times of the host's clocks that can be told apart: those of Windows tick as
/// slowly.
const RESOLUTION: u64 = if cfg!(windows) { 100 } else { 1 };

/// Nanoseconds since the beginning of 1970; none before it.
pub(crate) fn nanoseconds(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH).map_or(0, whole)
}

/// A duration in nanoseconds; the longest if it has more.
fn whole(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

impl Wasi {
    pub(crate) fn clock_res_get(
        &mut self,
        memory: &mut dyn Memory,
        a: Arguments<'_>,
    ) -> Result<(), Errno> {
        memory.check(a.u32(1), 8)?;
        let id = ClockId::from_number(a.u32(0))?;
        let resolution = self.clock.resolution(id).ok_or(Errno::Invalid)?;
        memory.put_u64(a.u32(1), resolution)
    }

    pub(crate) fn clock_time_get(
        &mut self,
        memory: &mut dyn Memory,
        a: Arguments<'_>,
    ) -> Result<(), Errno> {
        memory.check(a.u32(2), 8)?;
        let id = ClockId::from_number(a.u32(0))?;
        let time = self.clock.time(id).ok_or(Errno::Invalid)?;
        memory.put_u64(a.u32(2), time)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clocks_of_the_host_go_on() {
        let mut clock = HostClock::new();
        let before = clock.time(ClockId::Monotonic).unwrap();
        clock.sleep(Duration::from_millis(2)).unwrap();
        assert!(clock.time(ClockId::Monotonic).unwrap() - before >= 2_000_000);
        assert!(clock.time(ClockId::Realtime).unwrap() > 1_600_000_000_000_000_000);
        for id in [ClockId::ProcessTime, ClockId::ThreadTime] {
            assert_eq!(clock.time(id).is_some(), cfg!(unix));
            assert_eq!(clock.resolution(id).is_some_and(|resolution| resolution > 0), cfg!(unix));
        }
    }

    #[test]
    fn times_that_do_not_fit_are_the_nearest() {
        assert_eq!(nanoseconds(SystemTime::UNIX_EPOCH - Duration::from_secs(1)), 0);
        assert_eq!(whole(Duration::MAX), u64::MAX);
    }
}

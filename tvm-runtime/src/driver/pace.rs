//! How often a run looks whether it is to end. A token takes a tenth of a microsecond by one engine and
//! milliseconds by another, and longer the longer the sequence is; so the distance is measured.

use std::time::Duration;
#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
use std::time::Instant;

/// Tokens between two checkpoints at most: a few milliseconds of the fastest engine.
pub(super) const GREATEST_DISTANCE: u64 = 1 << 14;

/// How long it should be from one checkpoint to the next: nobody notices that a run ends so late.
const WANTED: Duration = Duration::from_millis(10);

/// The distance where there is no clock.
const WITHOUT_CLOCK: u64 = 1 << 6;

/// The distance of checkpoints: it grows from one token until it takes the time that is wanted.
#[derive(Debug)]
pub(super) struct Pace {
    distance: u64,
    left: u64,
    clock: Clock,
}

impl Pace {
    pub(super) fn new() -> Pace {
        Pace { distance: 1, left: 1, clock: Clock::now() }
    }

    /// How many tokens there may be until the next checkpoint: at least one.
    #[inline]
    pub(super) fn left(&self) -> u64 {
        self.left
    }

    /// Takes note of so many tokens. Is a checkpoint due?
    #[inline]
    pub(super) fn is_due_after(&mut self, tokens: u64) -> bool {
        self.left = self.left.saturating_sub(tokens);
        self.left == 0
    }

    /// A checkpoint was made: the next one is as far as the time for the last distance says.
    pub(super) fn begin(&mut self) {
        let clock = Clock::now();
        self.distance = clock
            .since(&self.clock)
            .map_or(WITHOUT_CLOCK, |elapsed| adapted(self.distance, elapsed));
        self.left = self.distance;
        self.clock = clock;
    }
}

/// The distance that takes the time that is wanted, when this one took `elapsed`; twice this one at most,
/// since a single measurement may mislead.
fn adapted(distance: u64, elapsed: Duration) -> u64 {
    let nanoseconds = elapsed.as_nanos().max(1);
    let wanted = u128::from(distance) * WANTED.as_nanos() / nanoseconds;
    let wanted = u64::try_from(wanted).unwrap_or(u64::MAX);
    wanted.clamp(1, (2 * distance).min(GREATEST_DISTANCE))
}

/// A moment, where the platform has a clock.
#[derive(Debug)]
struct Clock {
    #[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
    now: Instant,
}

impl Clock {
    #[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
    fn now() -> Clock {
        Clock { now: Instant::now() }
    }

    #[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
    fn since(&self, earlier: &Clock) -> Option<Duration> {
        Some(self.now.duration_since(earlier.now))
    }

    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    fn now() -> Clock {
        Clock {}
    }

    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    fn since(&self, _earlier: &Clock) -> Option<Duration> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distance_takes_the_time_that_is_wanted() {
        assert_eq!(adapted(8, WANTED), 8);
        assert_eq!(adapted(8, 2 * WANTED), 4);
        assert_eq!(adapted(8, WANTED / 2), 16);
        assert_eq!(adapted(1000, 1000 * WANTED), 1);
    }

    #[test]
    fn the_distance_doubles_at_most_and_is_never_zero() {
        assert_eq!(adapted(8, Duration::ZERO), 16);
        assert_eq!(adapted(GREATEST_DISTANCE, Duration::ZERO), GREATEST_DISTANCE);
        assert_eq!(adapted(1, Duration::from_secs(3600)), 1);
    }
}

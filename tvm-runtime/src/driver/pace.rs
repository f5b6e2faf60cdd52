//! The number of tokens between two checkpoints of a run. A token takes a tenth of a microsecond with one
//! engine and milliseconds with another, and more in longer sequences. So the time is measured, and the
//! number is adapted.

use std::time::Duration;
#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
use std::time::Instant;

/// The greatest number of tokens between two checkpoints: a few milliseconds of the fastest engine.
pub(super) const GREATEST_DISTANCE: u64 = 1 << 14;

/// The time that is wanted between two checkpoints: a run that ends later by this much still seems to end
/// at once.
const WANTED: Duration = Duration::from_millis(10);

/// The distance, in tokens, on platforms without a clock.
const WITHOUT_CLOCK: u64 = 1 << 6;

/// The distance of checkpoints in tokens. It begins with one token and grows until it takes the time that
/// is wanted.
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

    /// The number of tokens until the next checkpoint: at least one.
    #[inline]
    pub(super) fn left(&self) -> u64 {
        self.left
    }

    /// Counts these tokens. Is a checkpoint due?
    #[inline]
    pub(super) fn is_due_after(&mut self, tokens: u64) -> bool {
        self.left = self.left.saturating_sub(tokens);
        self.left == 0
    }

    /// A checkpoint was made: adapts the distance to the time that has passed since the last one.
    pub(super) fn begin(&mut self) {
        let clock = Clock::now();
        self.distance = clock
            .since(&self.clock)
            .map_or(WITHOUT_CLOCK, |elapsed| adapted(self.distance, elapsed));
        self.left = self.distance;
        self.clock = clock;
    }
}

/// The distance that takes the time that is wanted, when this distance took `elapsed`. At most twice this
/// distance, since a single measurement may be wrong.
fn adapted(distance: u64, elapsed: Duration) -> u64 {
    let nanoseconds = elapsed.as_nanos().max(1);
    let wanted = u128::from(distance) * WANTED.as_nanos() / nanoseconds;
    let wanted = u64::try_from(wanted).unwrap_or(u64::MAX);
    wanted.clamp(1, (2 * distance).min(GREATEST_DISTANCE))
}

/// A point in time, on platforms with a clock.
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

//! Chords between keys that are never removed: a key below a chord can never have the greatest score.

/// Three chords, from left to right.
#[derive(Debug, Clone)]
pub(super) struct Chords([Chord; 3]);

/// A chord over a closed interval of `k`.
#[derive(Debug, Clone, Copy)]
struct Chord {
    from: f64,
    to: f64,
    slope: f64,
    /// Less than the true value by more than all rounding errors.
    intercept: f64,
}

impl Chord {
    /// More than the rounding error can be for coordinates below `2^54`.
    const SLACK: f64 = 4096.0;

    /// A chord that nothing is below.
    const NONE: Chord = Chord { from: 1.0, to: 0.0, slope: 0.0, intercept: 0.0 };

    /// The chord through two points `(k, y)`. If they are not in order, nothing is below it.
    fn between([from, y]: [f64; 2], [to, z]: [f64; 2]) -> Chord {
        if from == to {
            return Chord { from, to, slope: 0.0, intercept: y.max(z) };
        }
        if from > to {
            return Chord::NONE;
        }
        let slope = (z - y) / (to - from);
        let intercept = (y - slope * from).min(z - slope * to) - Chord::SLACK;
        Chord { from, to, slope, intercept }
    }

    #[inline(always)]
    fn hides(&self, k: f64, y: f64) -> bool {
        self.from <= k && k <= self.to && y < self.slope * k + self.intercept
    }
}

impl Chords {
    pub(super) const NONE: Chords = Chords([Chord::NONE; 3]);

    /// Between the least and the greatest key on the parabola, and from there to points below it. Without a key on the
    /// parabola, between these points.
    pub(super) fn between(
        [least, greatest]: [f64; 2],
        [left, right]: [Option<[f64; 2]>; 2],
    ) -> Chords {
        let on = |k: f64| [k, -(k * k)];
        if least > greatest {
            let below = left.zip(right).map(|(left, right)| Chord::between(left, right));
            return Chords([below.unwrap_or(Chord::NONE), Chord::NONE, Chord::NONE]);
        }
        Chords([
            Chord::between(on(least), on(greatest)),
            right.map_or(Chord::NONE, |right| Chord::between(on(greatest), right)),
            left.map_or(Chord::NONE, |left| Chord::between(left, on(least))),
        ])
    }

    /// From, to, slope and intercept of every chord.
    pub(super) fn numbers(&self) -> [[f64; 4]; 3] {
        self.0.each_ref().map(|&Chord { from, to, slope, intercept }| [from, to, slope, intercept])
    }

    /// Is a point below one of the chords?
    #[inline(always)]
    pub(super) fn hide(&self, k: f64, y: f64) -> bool {
        self.0.iter().any(|chord| chord.hides(k, y))
    }
}

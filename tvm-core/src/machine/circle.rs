//! The gates of opcodes. Every opcode has an integer point of a circle of squared radius `R`. Two
//! different integer points have `p . q <= R - 1`. So `p . fetched - R + 1` is 1 for the opcode itself and
//! at most 0 for any other, and a neuron with this gate is active for one opcode only.

/// A circle and its integer points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Circle {
    /// `x^2 + y^2` of every point.
    pub squared_radius: i64,
    /// Its integer points, by their first coordinate.
    pub points: Vec<(i64, i64)>,
}

impl Circle {
    /// The smallest circle with at least `number` integer points.
    pub fn with_points(number: usize) -> Circle {
        let mut bound = 64;
        loop {
            let counts = Circle::counts(bound);
            if let Some(squared) = (1..).zip(&counts[1..]).find(|(_, count)| **count >= number) {
                return Circle::of_radius(squared.0);
            }
            bound *= 2;
        }
    }

    /// How many integer points the circles of squared radius up to `bound` have.
    fn counts(bound: i64) -> Vec<usize> {
        let mut counts = vec![0; bound as usize + 1];
        let widest = bound.isqrt();
        for x in -widest..=widest {
            let highest = (bound - x * x).isqrt();
            for y in -highest..=highest {
                counts[(x * x + y * y) as usize] += 1;
            }
        }
        counts
    }

    fn of_radius(squared_radius: i64) -> Circle {
        let bound = squared_radius.isqrt();
        let points = (-bound..=bound)
            .flat_map(|x| {
                let rest = squared_radius - x * x;
                let y = rest.isqrt();
                let found = y * y == rest;
                let pair = if y == 0 { vec![(x, 0)] } else { vec![(x, y), (x, -y)] };
                if found { pair } else { Vec::new() }
            })
            .collect();
        Circle { squared_radius, points }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_sees_only_itself() {
        let circle = Circle::with_points(110);
        for (i, p) in circle.points.iter().enumerate() {
            for (j, q) in circle.points.iter().enumerate() {
                let gate = p.0 * q.0 + p.1 * q.1 - circle.squared_radius + 1;
                assert!(if i == j { gate == 1 } else { gate <= 0 });
            }
        }
    }
}

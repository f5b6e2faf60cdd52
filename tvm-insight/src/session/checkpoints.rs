//! States that are kept so that another one is never far from its beginning. They are at equal distances, which double, and
//! every second one is dropped, when there are too many or they take too much memory.

/// Checkpoints at most.
const MOST: usize = 128;

/// What is kept, by the position that it is of.
#[derive(Debug)]
pub(super) struct Checkpoints<T> {
    kept: Vec<(u64, T)>,
    distance: u64,
    budget: usize,
}

impl<T> Checkpoints<T> {
    /// None yet; they are `distance` tokens apart at first, and take `budget` bytes at most.
    pub(super) fn new(distance: u64, budget: usize) -> Self {
        Checkpoints { kept: Vec::new(), distance, budget }
    }

    /// Keeps a state if the last one is far enough behind. `size` says about how many bytes such states take together.
    pub(super) fn offer(
        &mut self,
        position: u64,
        state: impl FnOnce() -> T,
        size: impl Fn(&mut dyn Iterator<Item = &T>) -> usize,
    ) {
        let next = self.kept.last().map_or(0, |(last, _)| last + self.distance);
        if position < next {
            return;
        }
        self.kept.push((position, state()));
        let too_much = |kept: &[(u64, T)]| {
            kept.len() > MOST || size(&mut kept.iter().map(|(_, state)| state)) > self.budget
        };
        while self.kept.len() > 1 && too_much(&self.kept) {
            let mut number = 0;
            self.kept.retain(|_| {
                number += 1;
                number % 2 == 1
            });
            self.distance *= 2;
        }
    }

    /// The last one that is not beyond a position.
    pub(super) fn before(&self, position: u64) -> Option<(u64, &T)> {
        let beyond = self.kept.partition_point(|(at, _)| *at <= position);
        let (at, state) = self.kept.get(beyond.checked_sub(1)?)?;
        Some((*at, state))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_double_and_the_first_stays() {
        let mut checkpoints = Checkpoints::new(10, usize::MAX);
        for position in 0..100_000 {
            checkpoints.offer(position, || position, |_| 0);
            assert!(checkpoints.kept.len() <= MOST);
            let (at, state) = checkpoints.before(position).unwrap();
            assert_eq!(at, *state);
            assert!(position - at < checkpoints.distance);
        }
        assert_eq!(checkpoints.before(5), Some((0, &0)));
        assert_eq!(checkpoints.distance, 10 * 128);
    }

    #[test]
    fn what_takes_much_is_kept_less_often() {
        let mut checkpoints = Checkpoints::new(1, 1000);
        for position in 0..1000 {
            checkpoints.offer(position, || position, |all| all.count() * 100);
        }
        assert!((5..=10).contains(&checkpoints.kept.len()), "{:?}", checkpoints.kept);
    }
}

//! Work on all processors. Test binaries run one after the other, so a long test that uses one processor
//! leaves the others idle.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{available_parallelism, scope};

/// What `work` makes of every item, in the order of the items. Whoever is free takes the next item, so
/// items of unequal length do no harm.
///
/// # Panics
/// When `work` does.
pub fn in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let take = || {
        let index = next.fetch_add(1, Ordering::Relaxed);
        items.get(index).map(|item| (index, work(item)))
    };
    let number = available_parallelism().map_or(1, usize::from);
    let mut results: Vec<(usize, R)> = scope(|scope| {
        let threads: Vec<_> =
            (0..number).map(|_| scope.spawn(|| std::iter::from_fn(take).collect())).collect();
        let join = |thread: std::thread::ScopedJoinHandle<'_, Vec<_>>| {
            thread.join().unwrap_or_else(|panic| resume_unwind(panic))
        };
        threads.into_iter().flat_map(join).collect()
    });
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_in_the_order_of_the_items() {
        let items: Vec<u64> = (0..100).collect();
        let squares: Vec<u64> = items.iter().map(|item| item * item).collect();
        assert_eq!(in_parallel(&items, |item| item * item), squares);
    }

    #[test]
    #[should_panic(expected = "the item 7")]
    fn a_panic_is_passed_on() {
        in_parallel(&[1, 7, 3], |item| assert!(*item != 7, "the item 7"));
    }
}

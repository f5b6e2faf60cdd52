//! The general hull cache on random points: `cargo bench --bench hull`. An operation is an insertion
//! and a query.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use tvm_runtime::attention::{Hull, IntegerKeys, Keys, Point};

fn main() {
    divan::main();
}

const NUMBERS: [usize; 4] = [1_000, 10_000, 100_000, 1_000_000];

/// Marsaglia's xorshift: the same points every time.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: i64) -> i64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 1) as i64 % limit
    }
}

/// Points on a parabola in random order: every one is a vertex, so that the hull is as large as the
/// number of keys.
#[divan::bench(args = NUMBERS, sample_count = 5, sample_size = 1)]
fn all_vertices(bencher: Bencher, number: usize) {
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let limit = 1 << 26;
    let numbers = (0..number).map(|_| (random.below(limit), random.below(limit)));
    let pairs: Vec<[Point; 2]> = numbers.map(|(k, q)| [[2 * k, -k * k], [q, 1]]).collect();
    measure(bencher, Hull::default, pairs);
}

/// Points of a square: few are vertices.
#[divan::bench(args = NUMBERS, sample_count = 5, sample_size = 1)]
fn square(bencher: Bencher, number: usize) {
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let mut coordinate = || random.below(1 << 30) - (1 << 29);
    let pairs = (0..number).map(|_| [[coordinate(), coordinate()], [coordinate(), coordinate()]]);
    let pairs: Vec<[Point; 2]> = pairs.collect();
    measure(bencher, Hull::default, pairs);
}

/// The first case in the cache for integer keys.
#[divan::bench(args = NUMBERS, sample_count = 5, sample_size = 1)]
fn integers(bencher: Bencher, number: usize) {
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let keys = 4 * number as i64;
    let numbers = (0..number).map(|_| (random.below(keys), random.below(keys)));
    let pairs: Vec<[Point; 2]> = numbers.map(|(k, q)| [[2 * k, -k * k], [q, 1]]).collect();
    measure(bencher, IntegerKeys::default, pairs);
}

fn measure<K: Keys>(bencher: Bencher, new: impl Fn() -> K + Sync, pairs: Vec<[Point; 2]>) {
    bencher.counter(ItemsCount::new(pairs.len())).bench_local(|| {
        let mut keys = new();
        for &[key, query] in &pairs {
            keys.insert(key);
            black_box(keys.find(query));
        }
    });
}

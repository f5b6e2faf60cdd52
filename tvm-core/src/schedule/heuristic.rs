//! The search for a narrow schedule, with a bound below which there is none. Both come from prices of
//! boundaries: `prices::cheapest` finds the schedule that is cheapest at given prices.
//!
//! - *Bound.* The cost of any schedule is at most its width times the sum of the prices, so no width is
//!   less than the least cost divided by that sum. Prices rise where the cheapest schedule is wide and
//!   fall where it is narrow, so the bound becomes as good as that of the linear program of `milp`.
//! - *Schedule.* The narrowest of the cheapest ones is improved: most clusters stay where they are or near,
//!   and the others go where they are cheapest. A boundary `n` values narrower than the widest has the price
//!   `GROWTH^-n`, so that a change costs what it changes in the sum of `GROWTH^width` over all boundaries.
//!   A schedule is taken when that sum falls, or rises by little.
//!
//! The number of steps is fixed, the generator is seeded, and of floating point only operations that are
//! rounded the same everywhere are used. So the result is a function of the problem.

use super::clusters::Clusters;
use super::prices::{Class, cheapest, classes};
use super::problem::{Phase, Problem};
use super::width::Values;
use super::windows::Windows;

/// A schedule and its width.
#[derive(Debug, Clone)]
pub struct Found {
    /// The phase of every operation.
    pub phases: Vec<Phase>,
    /// The greatest number of live values at a boundary.
    pub width: usize,
    /// No schedule in as many layers is narrower than this.
    pub bound: usize,
}

/// How many times prices are changed in a round.
const BIDS: usize = 50;

/// How many improvements are tried in a round.
const TRIALS: usize = 300;

/// Prices are integers up to this one, for exact bounds.
const HIGHEST_PRICE: f64 = 10_000.0;

/// How much more one value at a boundary costs than the one before it.
const GROWTH: f64 = 1.5;

/// By how much a price changes at first, where the number of live values is twice the bound.
const FIRST_CHANGE: f64 = 2.5;

/// The factor of a price in one change is at least this.
const LEAST_FACTOR: f64 = 0.1;

/// By how much the sum may rise at most, as a part of it.
const SLACK: f64 = 0.1;

/// Searches for `rounds` rounds. `least` is a width that every schedule is known to have.
pub fn search(problem: &Problem, windows: &Windows, least: usize, rounds: usize) -> Found {
    let mut search = Search::new(problem, windows, least);
    search.bid(BIDS * rounds);
    search.improve(TRIALS * rounds);
    let phases = search.clusters.phases(&search.best.bases);
    Found { phases, width: search.best.width(), bound: search.bound }
}

/// Bases and the numbers of live values they give.
#[derive(Debug, Clone)]
struct State {
    bases: Vec<usize>,
    profile: Vec<usize>,
}

impl State {
    fn width(&self) -> usize {
        self.profile.iter().copied().max().unwrap_or(0)
    }
}

struct Search {
    values: Values,
    clusters: Clusters,
    classes: Vec<Class>,
    layers: usize,
    best: State,
    bound: usize,
    random: u64,
}

impl Search {
    /// Begins with the schedule that is cheapest when all boundaries have one price.
    fn new(problem: &Problem, windows: &Windows, least: usize) -> Search {
        let clusters = Clusters::new(problem, windows);
        let (values, layers) = (Values::new(problem), windows.layers);
        let classes = classes(&values, &clusters);
        let best = State { bases: Vec::new(), profile: Vec::new() };
        let random = 0x9e37_79b9_7f4a_7c15;
        let mut search = Search { values, clusters, classes, layers, best, bound: least, random };
        let prices = vec![1; 2 * layers + 1];
        search.best = search.cheapest(&search.clusters.allowed, &prices).1;
        search
    }

    fn cheapest(&self, allowed: &[Vec<usize>], prices: &[i64]) -> (i64, State) {
        let (cost, bases) = cheapest(&self.clusters, allowed, &self.classes, prices);
        let profile = self.values.profile(&self.clusters.phases(&bases), self.layers);
        (cost, State { bases, profile })
    }

    fn is_optimal(&self) -> bool {
        self.best.width() <= self.bound
    }

    /// Changes prices so many times, and takes note of bounds and schedules.
    fn bid(&mut self, times: usize) {
        let mut weights = vec![1.0; self.best.profile.len()];
        for time in 0..times {
            if self.is_optimal() {
                return;
            }
            let highest = weights.iter().copied().fold(0.0, f64::max);
            let price = |weight: &f64| (weight / highest * HIGHEST_PRICE) as i64;
            let prices: Vec<i64> = weights.iter().map(price).collect();
            let (cost, state) = self.cheapest(&self.clusters.allowed, &prices);
            let sum: i64 = prices.iter().sum();
            // Widths are integers: a quotient above 43 says at least 44.
            self.bound = self.bound.max((cost as u64).div_ceil(sum as u64) as usize);
            let change = FIRST_CHANGE / ((time + 1) as f64).sqrt();
            for (weight, &width) in weights.iter_mut().zip(&state.profile) {
                let excess = width as f64 / self.bound as f64 - 1.0;
                *weight = weight.max(1e-100) * (1.0 + change * excess).max(LEAST_FACTOR);
            }
            if state.width() < self.best.width() {
                self.best = state;
            }
        }
    }

    /// Tries so many improvements.
    fn improve(&mut self, times: usize) {
        let mut at = self.best.clone();
        let powers = powers(at.width());
        let sum = |state: &State| -> f64 {
            let power = |&width: &usize| powers.get(width).copied().unwrap_or(f64::INFINITY);
            state.profile.iter().map(power).sum()
        };
        for _ in 0..times {
            if self.is_optimal() {
                return;
            }
            let highest = powers[at.width()];
            let price = |&width: &usize| (powers[width] / highest * HIGHEST_PRICE) as i64 + 1;
            let prices: Vec<i64> = at.profile.iter().map(price).collect();
            let allowed = self.neighbourhood(&at.bases);
            let (_, next) = self.cheapest(&allowed, &prices);
            // The cube makes small rises more frequent than large ones.
            let part = self.next(100) as f64 / 100.0;
            if sum(&next) <= sum(&at) * (1.0 + SLACK * part * part * part) {
                at = next;
            }
            if (at.width(), sum(&at)) < (self.best.width(), sum(&self.best)) {
                self.best = at.clone();
            }
        }
    }

    /// The bases that the clusters may have in one trial, of three kinds: some clusters may go anywhere;
    /// some may go a few steps; all may go a few steps, each to the sides that chance gives it.
    fn neighbourhood(&mut self, bases: &[usize]) -> Vec<Vec<usize>> {
        let (kind, rarity, radius) = (self.next(3), self.next(6) + 1, self.next(2) + 1);
        let mut allowed = Vec::with_capacity(bases.len());
        for (cluster, &base) in bases.iter().enumerate() {
            let last = self.clusters.allowed[cluster].len() - 1;
            let reach = match kind {
                0 if self.next(rarity + 1) == 0 => [last, last],
                1 if self.next(rarity) == 0 => [radius, radius],
                2 => [radius * self.next(2), radius * self.next(2)],
                _ => [0, 0],
            };
            let all = &self.clusters.allowed[cluster];
            let place = all.partition_point(|&other| other < base);
            let range = place.saturating_sub(reach[0])..=(place + reach[1]).min(last);
            allowed.push(all[range].to_vec());
        }
        allowed
    }

    /// xorshift: the next number below `bound`.
    fn next(&mut self, bound: usize) -> usize {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        ((self.random >> 16) % bound as u64) as usize
    }
}

/// `GROWTH^(n - width)` for `n` up to twice the width: by multiplications only, since a library's powers
/// may differ between machines.
fn powers(width: usize) -> Vec<f64> {
    let mut powers = vec![1.0; 2 * width + 1];
    for n in (0..width).rev() {
        powers[n] = powers[n + 1] / GROWTH;
    }
    for n in width + 1..powers.len() {
        powers[n] = powers[n - 1] * GROWTH;
    }
    powers
}

//! Caches of values, by the places that caches of keys give.

use super::{Keys, Place, Point, bytes_of};

/// A cache of `WIDTH` values for each place.
#[derive(Debug, Clone, Default)]
pub struct Values<const WIDTH: usize>(Vec<[f64; WIDTH]>);

impl<const WIDTH: usize> Values<WIDTH> {
    /// Stores the values of a position.
    #[inline(always)]
    pub fn keep(&mut self, place: Place, values: [f64; WIDTH]) {
        match self.0.get_mut(place.0 as usize) {
            Some(row) => *row = values,
            None => self.keep_beyond(place, values),
        }
    }

    #[cold]
    #[inline(never)]
    fn keep_beyond(&mut self, place: Place, values: [f64; WIDTH]) {
        self.0.resize(place.0 as usize + 1, [0.0; WIDTH]);
        self.0[place.0 as usize] = values;
    }

    /// About how many bytes they take.
    pub fn memory(&self) -> usize {
        bytes_of(&self.0)
    }

    /// The values at a place where some are kept.
    #[inline(always)]
    pub fn at(&self, place: Place) -> &[f64; WIDTH] {
        &self.0[place.0 as usize]
    }
}

/// A cache of values whose number for each place is known only at run time.
#[derive(Debug, Clone)]
pub struct Rows {
    width: usize,
    values: Vec<f64>,
}

impl Rows {
    /// A cache of `width` values for each place.
    pub fn new(width: usize) -> Rows {
        Rows { width, values: Vec::new() }
    }

    /// About how many bytes they take.
    pub fn memory(&self) -> usize {
        bytes_of(&self.values)
    }

    /// The values of a place, to be written.
    #[inline]
    pub fn row_mut(&mut self, place: Place) -> &mut [f64] {
        let start = place.0 as usize * self.width;
        if self.values.len() < start + self.width {
            self.values.resize(start + self.width, 0.0);
        }
        &mut self.values[start..start + self.width]
    }

    /// The values of all places, place by place.
    pub fn rows(&self) -> impl Iterator<Item = &[f64]> {
        self.values.chunks_exact(self.width)
    }

    /// All values, place by place.
    pub fn values_mut(&mut self) -> &mut [f64] {
        &mut self.values
    }

    /// The values at a place where some are kept.
    #[inline]
    pub fn row(&self, place: Place) -> &[f64] {
        let start = place.0 as usize * self.width;
        &self.values[start..start + self.width]
    }
}

/// Keys with their values.
pub struct Memory {
    keys: Box<dyn Keys>,
    values: Rows,
}

impl Clone for Memory {
    fn clone(&self) -> Memory {
        Memory { keys: self.keys.copy(), values: self.values.clone() }
    }
}

impl Memory {
    /// A memory with `width` values for each position.
    pub fn new(keys: Box<dyn Keys>, width: usize) -> Memory {
        Memory { keys, values: Rows::new(width) }
    }

    /// About how many bytes keys and values take.
    pub fn memory(&self) -> usize {
        self.keys.memory() + self.values.memory()
    }

    /// Stores the key and the values of the next position.
    pub fn insert(&mut self, key: Point, values: &[f64]) {
        let place = self.keys.insert(key);
        self.values.row_mut(place).copy_from_slice(values);
    }

    /// The values of all places. Some may be of positions that no query can find any more.
    pub fn rows(&self) -> impl Iterator<Item = &[f64]> {
        self.values.rows()
    }

    /// The values at the latest position whose key has the greatest product with the query.
    ///
    /// # Panics
    /// When nothing was inserted.
    pub fn query(&mut self, query: Point) -> &[f64] {
        self.values.row(self.keys.find(query))
    }
}

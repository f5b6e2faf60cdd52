//! Matrices of f64 whose entries are mostly zero. The others are stored line by line: a line is a row, or a
//! column of a matrix that is stored by columns, as those are that write to the residual stream. So every line of
//! a model has at most as many entries as the stream has slots, however many neurons there are.

use std::borrow::Cow;

/// What the lines of a matrix are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lines {
    /// Its rows.
    Rows,
    /// Its columns.
    Columns,
}

/// A matrix.
#[derive(Debug, Clone)]
pub struct Matrix<'bytes> {
    rows: usize,
    columns: usize,
    lines: Lines,
    /// Where each line ends in the lists below.
    ends: Vec<usize>,
    /// Where in its line each entry is; they ascend.
    places: Vec<u32>,
    /// None of them is zero.
    entries: Cow<'bytes, [f64]>,
}

impl<'bytes> Matrix<'bytes> {
    /// A matrix of zeros.
    pub fn zeros(rows: usize, columns: usize) -> Self {
        let (ends, places, entries) = (vec![0; rows], Vec::new(), Cow::Owned(Vec::new()));
        Matrix { rows, columns, lines: Lines::Rows, ends, places, entries }
    }

    /// A matrix of these entries, row by row, zeros included.
    ///
    /// # Panics
    /// When there are not `rows * columns` of them.
    pub fn new(rows: usize, columns: usize, entries: impl AsRef<[f64]>) -> Self {
        let entries = entries.as_ref();
        assert_eq!(rows * columns, entries.len(), "as many entries as the shape says");
        let row = |row: usize| &entries[row * columns..(row + 1) * columns];
        let rows = (0..rows).map(|at| row(at).iter().copied().enumerate().collect());
        Matrix::of_rows(columns, rows)
    }

    /// A matrix with these rows, as (column, entry). Entries of one place are added up.
    ///
    /// # Panics
    /// When there are not so many columns.
    pub fn of_rows(columns: usize, rows: impl IntoIterator<Item = Vec<(usize, f64)>>) -> Self {
        Matrix::of_lines(Lines::Rows, columns, rows)
    }

    /// A matrix with these columns, as (row, entry), stored by columns. Entries of one place are added up.
    ///
    /// # Panics
    /// When there are not so many rows.
    pub fn of_columns(rows: usize, columns: impl IntoIterator<Item = Vec<(usize, f64)>>) -> Self {
        Matrix::of_lines(Lines::Columns, rows, columns)
    }

    fn of_lines(
        lines: Lines,
        length: usize,
        all: impl IntoIterator<Item = Vec<(usize, f64)>>,
    ) -> Self {
        let (mut ends, mut places, mut entries) = (Vec::new(), Vec::new(), Vec::new());
        for mut line in all {
            line.sort_by_key(|(place, _)| *place);
            for same in line.chunk_by(|(one, _), (other, _)| one == other) {
                let (place, entry) = (same[0].0, same.iter().map(|(_, entry)| entry).sum::<f64>());
                assert!(place < length, "entries are inside the matrix");
                if entry != 0.0 {
                    places.push(place as u32);
                    entries.push(entry);
                }
            }
            ends.push(places.len());
        }
        let (rows, columns) = match lines {
            Lines::Rows => (ends.len(), length),
            Lines::Columns => (length, ends.len()),
        };
        Matrix { rows, columns, lines, ends, places, entries: Cow::Owned(entries) }
    }

    /// A matrix of this shape whose lines have these numbers of entries, at these places of their lines. `None`
    /// when the lists do not fit each other or the shape, the places of a line do not ascend, or an entry is zero.
    pub fn of_parts(
        [rows, columns]: [usize; 2],
        lines: Lines,
        counts: &[u32],
        places: Vec<u32>,
        entries: Cow<'bytes, [f64]>,
    ) -> Option<Self> {
        let (number, length) = match lines {
            Lines::Rows => (rows, columns),
            Lines::Columns => (columns, rows),
        };
        let mut end = 0_usize;
        let mut ends = Vec::with_capacity(counts.len());
        for &count in counts {
            let begin = end;
            end = end.checked_add(count as usize)?;
            let line = places.get(begin..end)?;
            let inside = line.last().is_none_or(|&last| (last as usize) < length);
            if !inside || !line.is_sorted_by(|one, next| one < next) {
                return None;
            }
            ends.push(end);
        }
        let fits = ends.len() == number && end == places.len() && end == entries.len();
        let whole = fits && !entries.contains(&0.0);
        whole.then_some(Matrix { rows, columns, lines, ends, places, entries })
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The number of columns.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// What its lines are.
    pub fn lines(&self) -> Lines {
        self.lines
    }

    /// How many entries are not zero.
    pub fn non_zero(&self) -> usize {
        self.entries.len()
    }

    /// The number of entries of each line, the place of every entry in its line, and the entries that are not zero.
    pub fn parts(&self) -> (impl Iterator<Item = u32> + '_, &[u32], &[f64]) {
        let counts = (0..self.ends.len()).map(|line| self.span(line).len() as u32);
        (counts, &self.places, &self.entries)
    }

    fn span(&self, line: usize) -> std::ops::Range<usize> {
        let begin = if line == 0 { 0 } else { self.ends[line - 1] };
        begin..self.ends[line]
    }

    fn line(&self, line: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        let span = self.span(line);
        let places = self.places[span.clone()].iter().map(|&place| place as usize);
        places.zip(self.entries[span].iter().copied())
    }

    /// The line of an entry, and its place there.
    fn place_of(&self, row: usize, column: usize) -> (usize, usize) {
        assert!(row < self.rows && column < self.columns, "entries are inside the matrix");
        match self.lines {
            Lines::Rows => (row, column),
            Lines::Columns => (column, row),
        }
    }

    /// Where an entry is in the lists, or would be.
    fn search(&self, row: usize, column: usize) -> Result<usize, usize> {
        let (line, place) = self.place_of(row, column);
        let span = self.span(line);
        let found = self.places[span.clone()].binary_search(&(place as u32));
        found.map(|at| span.start + at).map_err(|at| span.start + at)
    }

    /// One entry.
    ///
    /// # Panics
    /// When it is outside the matrix.
    pub fn get(&self, row: usize, column: usize) -> f64 {
        self.search(row, column).map_or(0.0, |at| self.entries[at])
    }

    /// Adds to one entry. It takes as long as there are entries.
    ///
    /// # Panics
    /// When it is outside the matrix.
    pub fn add(&mut self, row: usize, column: usize, amount: f64) {
        let found = self.search(row, column);
        let (line, place) = self.place_of(row, column);
        let sum = found.map_or(0.0, |at| self.entries[at]) + amount;
        let (entries, zero) = (self.entries.to_mut(), sum == 0.0);
        match found {
            Ok(at) if !zero => entries[at] = sum,
            Ok(at) => {
                entries.remove(at);
                self.places.remove(at);
                self.ends[line..].iter_mut().for_each(|end| *end -= 1);
            }
            Err(_) if zero => {}
            Err(at) => {
                entries.insert(at, sum);
                self.places.insert(at, place as u32);
                self.ends[line..].iter_mut().for_each(|end| *end += 1);
            }
        }
    }

    /// The entries of a row that are not zero, as (column, entry), by column. If the matrix is stored by columns, all
    /// of these are searched.
    pub fn row(&self, row: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        self.across(row, Lines::Rows)
    }

    /// The entries of a column that are not zero, as (row, entry), by row. If the matrix is stored by rows, all of
    /// these are searched.
    pub fn column(&self, column: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        self.across(column, Lines::Columns)
    }

    fn across(&self, index: usize, lines: Lines) -> impl Iterator<Item = (usize, f64)> + '_ {
        let stored = self.lines == lines;
        let along = stored.then(|| self.line(index));
        let searched = if stored { 0 } else { self.ends.len() };
        let entry = move |line: usize| match lines {
            Lines::Rows => self.get(index, line),
            Lines::Columns => self.get(line, index),
        };
        let searched = (0..searched).map(move |line| (line, entry(line)));
        along.into_iter().flatten().chain(searched.filter(|(_, entry)| *entry != 0.0))
    }

    /// A row with its zeros.
    pub fn full_row(&self, row: usize) -> Vec<f64> {
        let mut full = vec![0.0; self.columns];
        self.row(row).for_each(|(column, entry)| full[column] = entry);
        full
    }

    /// All entries, the zeros included, row by row.
    pub fn full(&self) -> Vec<f64> {
        let mut full = vec![0.0; self.rows * self.columns];
        self.iter().for_each(|(row, column, entry)| full[row * self.columns + column] = entry);
        full
    }

    /// All entries that are not zero, as (row, column, entry), line by line.
    pub fn iter(&self) -> impl Iterator<Item = (usize, usize, f64)> + '_ {
        (0..self.ends.len()).flat_map(move |line| {
            self.line(line).map(move |(place, entry)| match self.lines {
                Lines::Rows => (line, place, entry),
                Lines::Columns => (place, line, entry),
            })
        })
    }

    /// `self * vector`: every entry, the zeros included, times its number, added to 0 from left to right. The same
    /// bits however the matrix is stored.
    ///
    /// # Panics
    /// When the vector has not as many numbers as there are columns.
    pub fn times(&self, vector: &[f64]) -> Vec<f64> {
        assert_eq!(vector.len(), self.columns, "a number for each column");
        let mut products = vec![0.0; self.rows];
        let mut full = vec![0.0; if self.lines == Lines::Rows { self.columns } else { self.rows }];
        for line in 0..self.ends.len() {
            self.line(line).for_each(|(place, entry)| full[place] = entry);
            match self.lines {
                Lines::Rows => {
                    let terms = full.iter().zip(vector).map(|(entry, number)| entry * number);
                    products[line] = terms.fold(0.0, |sum, term| sum + term);
                }
                Lines::Columns => {
                    let number = vector[line];
                    products.iter_mut().zip(&full).for_each(|(sum, entry)| *sum += entry * number);
                }
            }
            self.line(line).for_each(|(place, _)| full[place] = 0.0);
        }
        products
    }

    /// The same matrix, stored like this.
    pub fn stored_by(&self, lines: Lines) -> Cow<'_, Matrix<'bytes>> {
        if self.lines == lines {
            return Cow::Borrowed(self);
        }
        let number = if lines == Lines::Rows { self.rows } else { self.columns };
        let mut all = vec![Vec::new(); number];
        for (row, column, entry) in self.iter() {
            match lines {
                Lines::Rows => all[row].push((column, entry)),
                Lines::Columns => all[column].push((row, entry)),
            }
        }
        Cow::Owned(match lines {
            Lines::Rows => Matrix::of_rows(self.columns, all),
            Lines::Columns => Matrix::of_columns(self.rows, all),
        })
    }

    /// The same matrix, owning its entries.
    pub fn into_owned(self) -> Matrix<'static> {
        let Matrix { rows, columns, lines, ends, places, entries } = self;
        Matrix { rows, columns, lines, ends, places, entries: Cow::Owned(entries.into_owned()) }
    }
}

/// The same entries, however they are stored.
impl PartialEq for Matrix<'_> {
    fn eq(&self, other: &Self) -> bool {
        let alike = self.rows == other.rows && self.columns == other.columns;
        let number = self.entries.len() == other.entries.len();
        alike && number && self.iter().all(|(row, column, entry)| other.get(row, column) == entry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A matrix with some of everything: an empty line, several entries of one place, a sum that is zero.
    fn both_ways() -> [Matrix<'static>; 2] {
        let entries =
            [(0, 1, 2.0), (2, 0, -1.5), (2, 3, 7.0), (0, 1, 1.0), (1, 2, 4.0), (1, 2, -4.0)];
        let mut rows = vec![Vec::new(); 3];
        let mut columns = vec![Vec::new(); 4];
        for (row, column, entry) in entries {
            rows[row].push((column, entry));
            columns[column].push((row, entry));
        }
        [Matrix::of_rows(4, rows), Matrix::of_columns(3, columns)]
    }

    const FULL: [f64; 12] = [0.0, 3.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, -1.5, 0.0, 0.0, 7.0];

    #[test]
    fn a_matrix_is_the_same_by_rows_and_by_columns() {
        let [by_rows, by_columns] = both_ways();
        assert_eq!(by_rows, Matrix::new(3, 4, FULL));
        assert_eq!(by_rows, by_columns);
        for matrix in [&by_rows, &by_columns] {
            assert_eq!((matrix.rows(), matrix.columns(), matrix.non_zero()), (3, 4, 3));
            assert_eq!(matrix.full(), FULL);
            for (row, full) in FULL.chunks(4).enumerate() {
                assert_eq!(matrix.full_row(row), full);
                for (column, &entry) in full.iter().enumerate() {
                    assert_eq!(matrix.get(row, column), entry);
                }
            }
            for lines in [Lines::Rows, Lines::Columns] {
                let stored = matrix.stored_by(lines);
                assert_eq!((stored.lines(), stored.as_ref()), (lines, matrix));
            }
            assert_eq!(matrix.column(3).collect::<Vec<_>>(), [(2, 7.0)]);
            assert_eq!(matrix.times(&[1.0, 10.0, 100.0, 1000.0]), [30.0, 0.0, 6998.5]);
        }
    }

    #[test]
    fn products_are_those_of_all_entries() {
        for matrix in both_ways() {
            let products = matrix.times(&[0.0, 0.0, f64::INFINITY, 0.0]);
            assert!(
                products.iter().all(|product| product.is_nan()),
                "0 times infinity is no number"
            );
        }
    }

    #[test]
    fn products_have_the_same_bits_however_a_matrix_is_stored() {
        // The sums depend on the order, and some are zeros of a sign.
        let vector = [0.1, 0.2, 0.3, -0.0];
        let entries = [1e16, 1.0, -1e16, 1.0, 0.1, 0.7, 0.3, 0.0, 0.0, 0.0, 0.0, 1.0];
        let row = |row: &[f64]| {
            row.iter().zip(vector).fold(0.0_f64, |sum, (entry, number)| sum + entry * number)
        };
        let expected: Vec<u64> = entries.chunks(4).map(|one| row(one).to_bits()).collect();
        let matrix = Matrix::new(3, 4, entries);
        for lines in [Lines::Rows, Lines::Columns] {
            let products = matrix.stored_by(lines).times(&vector);
            assert_eq!(products.into_iter().map(f64::to_bits).collect::<Vec<_>>(), expected);
        }
    }

    #[test]
    fn entries_are_added_to() {
        for mut matrix in both_ways() {
            matrix.add(1, 1, 5.0);
            matrix.add(2, 0, 1.5);
            matrix.add(0, 0, 0.0);
            matrix.add(0, 1, -1.0);
            let expected = [0.0, 2.0, 0.0, 0.0, 0.0, 5.0, 0.0, 0.0, 0.0, 0.0, 0.0, 7.0];
            assert_eq!(matrix, Matrix::new(3, 4, expected));
        }
    }

    #[test]
    fn parts_make_the_matrix_again_and_nothing_else() {
        for matrix in both_ways() {
            let shape = [matrix.rows(), matrix.columns()];
            let (counts, places, entries) = matrix.parts();
            let counts: Vec<u32> = counts.collect();
            let of = |shape, counts: &[u32], places: &[u32], entries: &[f64]| {
                let (places, entries) = (places.to_vec(), Cow::Owned(entries.to_vec()));
                Matrix::of_parts(shape, matrix.lines(), counts, places, entries)
            };
            assert_eq!(of(shape, &counts, places, entries).as_ref(), Some(&matrix));
            assert_eq!(of([3, 3], &counts, places, entries), None);
            assert_eq!(of(shape, &counts[1..], places, entries), None);
            assert_eq!(of(shape, &counts, &places[1..], entries), None);
            assert_eq!(of(shape, &counts, places, &entries[1..]), None);
            assert_eq!(of(shape, &counts, places, &[1.0, 0.0, 1.0]), None);
            assert_eq!(of(shape, &counts, &[9, 9, 9], entries), None);
            let mut many = counts.clone();
            many[0] = u32::MAX;
            assert_eq!(of(shape, &many, places, entries), None);
        }
        let twice =
            Matrix::of_parts([1, 4], Lines::Rows, &[2], vec![1, 1], Cow::Owned(vec![1.0, 1.0]));
        assert_eq!(twice, None);
    }
}

//! Registers that are functions of one row: of the embedding's, or of a table's.
//!
//! What a head finds of a token's own columns comes from one row of the embedding, and all results of a
//! table come from one of its rows. Intervals, one for each register, forget that. It matters: an
//! opcode is a point of a circle, and `x cos + y sin - r` is positive for one opcode only, though the intervals of
//! `x` and `y` alone would let it be large for any. So such registers keep the list of what they are in
//! every row, and forms over registers of one row are looked at row by row.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::super::{Register, Winner};
use super::{EXACT, Interval};

/// Which row it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Row {
    /// The token's own.
    Own,
    /// That of the token that a search found.
    Found(Winner),
    /// The row of a table for this argument.
    Table(usize, Register),
}

/// What a register is in every row: integers below `2^53`.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub(crate) row: Row,
    pub(crate) entries: Arc<[f64]>,
}

/// No more different rows are told apart.
const MOST_ROWS: usize = 1 << 12;

impl Column {
    /// The interval of all rows.
    pub(crate) fn interval(&self) -> Interval {
        Interval::of(self.entries.iter().copied())
    }

    /// A column whose entries are made from this one's and another's.
    pub(crate) fn with(&self, other: &Column, make: impl Fn(f64, f64) -> f64) -> Option<Column> {
        if self.row != other.row {
            return None;
        }
        let pairs = self.entries.iter().zip(&*other.entries);
        exact(self.row, pairs.map(|(one, other)| make(*one, *other)).collect())
    }

    /// A sum of columns of one row and a number, if every product and every partial sum is an integer below `2^53`.
    pub(crate) fn sum(terms: &[(&Column, f64)], offset: f64) -> Option<Column> {
        let row = terms.first()?.0.row;
        // Entries are integers, so that only magnitudes have to be looked at.
        let integers =
            terms.iter().all(|(_, weight)| weight.fract() == 0.0) && offset.fract() == 0.0;
        if !integers || terms.iter().any(|(column, _)| column.row != row) {
            return None;
        }
        let mut sums = vec![0.0; terms[0].0.entries.len()];
        let mut greatest = 0.0_f64;
        for (column, weight) in terms {
            for (sum, entry) in sums.iter_mut().zip(&*column.entries) {
                let term: f64 = weight * entry;
                *sum += term;
                greatest = greatest.max(term.abs()).max(sum.abs());
            }
        }
        for sum in &mut sums {
            *sum += offset;
            greatest = greatest.max(sum.abs());
        }
        (greatest < EXACT).then(|| Column { row, entries: sums.into() })
    }

    /// A column whose entries are made from this one's.
    pub(crate) fn map(&self, make: impl Fn(f64) -> f64) -> Option<Column> {
        exact(self.row, self.entries.iter().map(|entry| make(*entry)).collect())
    }
}

/// A column with a weight, and what it can be by itself.
pub(crate) type Term<'columns> = (&'columns Column, f64, Interval);

/// The interval of a sum of columns of one row.
pub(crate) fn sum_of_row(terms: &[Term<'_>]) -> Interval {
    let &[(first, ..), _, ..] = terms else {
        return terms.iter().fold(Interval::ZERO, |sum, (.., own)| sum.plus(*own));
    };
    let mut sums = vec![0.0; first.entries.len()];
    let mut apart = Interval::ZERO;
    for &(Column { entries, .. }, weight, own) in terms {
        let pairs = sums.iter().zip(&**entries);
        let greatest = pairs.fold(0.0_f64, |greatest, (sum, entry)| {
            let term: f64 = weight * entry;
            greatest.max(term.abs()).max((sum + term).abs())
        });
        // Entries are integers, so that only magnitudes have to be looked at.
        if weight.fract() == 0.0 && greatest < EXACT {
            sums.iter_mut().zip(&**entries).for_each(|(sum, entry)| *sum += weight * entry);
        } else {
            apart = apart.plus(own);
        }
    }
    Interval::of(sums.into_iter()).plus(apart)
}

fn exact(row: Row, entries: Vec<f64>) -> Option<Column> {
    // Below 2^53 a conversion to an integer and back is exact, and much faster than `fract`.
    let is_exact = |entry: &f64| entry.abs() < EXACT && (*entry as i64) as f64 == *entry;
    entries.iter().all(is_exact).then(|| Column { row, entries: entries.into() })
}

/// The columns of some rows, for all different combinations that they are in. Columns with the fewest
/// different entries come first; one that would make too many combinations is left out.
pub(crate) fn columns(row: Row, table: &[Vec<f64>]) -> Vec<Option<Column>> {
    let mut result: Vec<Option<Column>> = vec![None; table.len()];
    let Some(rows) = table.first().map(Vec::len) else { return result };
    let different = |column: &Vec<f64>| -> usize {
        column.iter().map(|entry| entry.to_bits()).collect::<BTreeSet<u64>>().len()
    };
    let mut order: Vec<(usize, usize)> =
        table.iter().enumerate().map(|(index, column)| (different(column), index)).collect();
    order.sort_unstable();
    // The combination of every row, and one row of every combination.
    let (mut combination, mut of) = (vec![0; rows], vec![0]);
    let mut taken = Vec::new();
    for (_, index) in order {
        let mut known: HashMap<(usize, u64), usize> = HashMap::new();
        let mut next = Vec::new();
        let mut rows_of = Vec::new();
        for (row, entry) in table[index].iter().enumerate() {
            let number = *known.entry((combination[row], entry.to_bits())).or_insert_with(|| {
                rows_of.push(row);
                rows_of.len() - 1
            });
            next.push(number);
        }
        if rows_of.len() <= MOST_ROWS {
            (combination, of) = (next, rows_of);
            taken.push(index);
        }
    }
    for index in taken {
        result[index] = exact(row, of.iter().map(|&row| table[index][row]).collect());
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn combinations_are_told_apart() {
        let table = [vec![1.0, 1.0, 2.0, 2.0], vec![5.0, 5.0, 6.0, 7.0]];
        let found = columns(Row::Own, &table);
        let entries: Vec<&[f64]> = found.iter().map(|it| &*it.as_ref().unwrap().entries).collect();
        assert_eq!(entries, [&[1.0, 2.0, 2.0], &[5.0, 6.0, 7.0]]);
        let sum = found[0].as_ref().unwrap().with(found[1].as_ref().unwrap(), |a, b| b - 4.0 * a);
        assert_eq!(sum.unwrap().interval(), Interval::new(-2.0, 1.0));
    }

    #[test]
    fn a_sum_is_a_column_only_if_nothing_of_it_rounds() {
        let column = |entries: &[f64]| Column { row: Row::Own, entries: entries.into() };
        let (x, y) = (column(&[1.0, 2.0, 3.0]), column(&[-1.0, -2.0, -4.0]));
        let sum = Column::sum(&[(&x, 3.0), (&y, 2.0)], 5.0).unwrap();
        assert_eq!(*sum.entries, [6.0, 7.0, 6.0]);
        assert!(Column::sum(&[(&x, 0.5)], 0.0).is_none());
        assert!(Column::sum(&[(&x, 1.0)], 0.5).is_none());
        // The whole sum is small, but a partial sum is not.
        assert!(Column::sum(&[(&x, EXACT), (&x, -EXACT)], 0.0).is_none());
        let other = Column { row: Row::Table(0, Register(0)), ..y };
        assert!(Column::sum(&[(&x, 1.0), (&other, 1.0)], 0.0).is_none());
        assert!(Column::sum(&[], 1.0).is_none());
    }

    #[test]
    fn sums_of_columns_are_looked_at_row_by_row() {
        let column = |entries: &[f64]| Column { row: Row::Own, entries: entries.into() };
        let (x, y) = (column(&[1.0, 2.0, 3.0]), column(&[-1.0, -2.0, -4.0]));
        let sum = |terms: &[(&Column, f64)]| {
            let own = |&(column, weight)| (column, weight, Column::interval(column).times(weight));
            sum_of_row(&terms.iter().map(own).collect::<Vec<Term>>())
        };
        assert_eq!(sum(&[(&x, 2.0)]), Interval::new(2.0, 6.0));
        assert_eq!(sum(&[(&x, 2.0), (&y, 2.0)]), Interval::new(-2.0, 0.0));
        // What would be no integer below 2^53 is added as an interval.
        let halves = sum(&[(&x, 1.0), (&y, 1.0), (&x, 0.5)]);
        assert!(halves.low < -0.5 && halves.high > 1.5 && halves.high < 1.6, "{halves:?}");
        let large = sum(&[(&x, 1.0), (&y, EXACT)]);
        assert!(large.low < -4.0 * EXACT && large.high >= 3.0 - EXACT, "{large:?}");
    }

    #[test]
    fn columns_of_too_many_combinations_and_fractions_are_left_out() {
        let many: Vec<f64> = (0..=MOST_ROWS).map(|row| row as f64).collect();
        let few = vec![3.0; many.len()];
        let halves = vec![0.5; many.len()];
        let found = columns(Row::Own, &[many, few, halves]);
        assert!(found[0].is_none() && found[1].is_some() && found[2].is_none());
    }
}

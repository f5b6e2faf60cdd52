//! What the code of a kernel reads while it runs: the numbers of its plan that are too many to be literals. They
//! are written as bytes when the code is generated, so that a process that runs it derives no plan.

use crate::bytes::{MalformedData, Reader, Rows, Writer};
use crate::patterns::{Steps, Table, evaluate_pieces};
use crate::plan::{Digest, Inputs, Plan};

/// The numbers that the code of a kernel reads.
#[derive(Debug, Clone, PartialEq)]
pub struct KernelData {
    /// The digest of the matrices that they were derived from.
    digest: Digest,
    /// `[vocabulary, token inputs]`, row by row.
    embedding: Rows,
    /// `[period, periodic inputs]`, row by row.
    periodic: Rows,
    tables: Vec<KernelTable>,
    /// For every pattern of the output, where each line overtakes the one before; none where a grid says that.
    breakpoints: Vec<Steps>,
}

/// A [`Table`] as the code of a kernel reads it.
#[derive(Debug, Clone, PartialEq)]
pub struct KernelTable {
    steps: Steps,
    /// For every threshold and every column, by how much the slope of the sum changes there.
    weights: Rows,
    /// For every interval, the lowest first, and every column: `a` and `b` of the sum `a + b x`. They follow from the
    /// weights, which are smaller numbers to store.
    pieces: Vec<[f64; 2]>,
    /// The sums at the numbers of the grid, row by row; empty without a grid.
    rows: Rows,
}

impl KernelData {
    /// What the code of a plan reads.
    pub fn of(plan: &Plan) -> KernelData {
        let breakpoints = plan.output.patterns.iter().map(|pattern| match pattern.lines.grid {
            Some(_) => Steps::new(Vec::new()),
            None => pattern.lines.breakpoints.clone(),
        });
        let Inputs { token, periodic, .. } = &plan.inputs;
        KernelData {
            digest: plan.digest,
            embedding: Rows { width: token.len(), numbers: plan.embedding.clone() },
            periodic: Rows { width: periodic.len(), numbers: plan.periodic.clone() },
            tables: plan.tables.iter().map(KernelTable::of).collect(),
            breakpoints: breakpoints.collect(),
        }
    }

    /// Reads what [`KernelData::to_bytes`] has written.
    ///
    /// # Errors
    /// [`MalformedData`] for other bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<KernelData, MalformedData> {
        let mut reader = Reader::new(bytes);
        let [low, high] = [reader.word()?, reader.word()?].map(u128::from);
        let data = KernelData {
            digest: Digest(high << u64::BITS | low),
            embedding: reader.rows()?,
            periodic: reader.rows()?,
            tables: reader.things(KernelTable::read)?,
            breakpoints: reader.things(steps)?,
        };
        reader.end()?;
        Ok(data)
    }

    /// The data as bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        writer.word(self.digest.0 as u64);
        writer.word((self.digest.0 >> u64::BITS) as u64);
        writer.rows(&self.embedding);
        writer.rows(&self.periodic);
        writer.count(self.tables.len());
        self.tables.iter().for_each(|table| table.write(&mut writer));
        writer.count(self.breakpoints.len());
        self.breakpoints.iter().for_each(|steps| writer.numbers(steps.thresholds()));
        writer.into_bytes()
    }

    /// The digest of the matrices that the numbers were derived from.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// The inputs of every token, for a number of inputs that is known when this is compiled.
    pub fn embedding<const WIDTH: usize>(&self) -> &[[f64; WIDTH]] {
        self.embedding.arrays()
    }

    /// The inputs that depend on the position modulo the period, for a number of inputs that is known when this is
    /// compiled.
    pub fn periodic<const WIDTH: usize>(&self) -> &[[f64; WIDTH]] {
        self.periodic.arrays()
    }

    /// A table of the plan.
    ///
    /// # Panics
    /// When there is none with this number.
    pub fn table(&self, table: usize) -> &KernelTable {
        &self.tables[table]
    }

    /// Where each line of a pattern of the output overtakes the one before.
    ///
    /// # Panics
    /// When there is no pattern with this number.
    pub fn breakpoints(&self, pattern: usize) -> &Steps {
        &self.breakpoints[pattern]
    }
}

impl KernelTable {
    fn of(table: &Table) -> KernelTable {
        let (width, pieces) = (table.slots.len(), table.pieces());
        let changes = pieces.iter().zip(pieces.iter().skip(width));
        let weights = changes.map(|(before, after)| after[1] - before[1]).collect();
        let rows = table.tabulated().unwrap_or_default().to_vec();
        KernelTable {
            steps: table.steps().clone(),
            weights: Rows { width, numbers: weights },
            pieces: pieces.to_vec(),
            rows: Rows { width, numbers: rows },
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<KernelTable, MalformedData> {
        let (steps, weights, rows) = (steps(reader)?, reader.rows()?, reader.rows()?);
        let expected = weights.width.checked_mul(steps.len());
        if expected != Some(weights.numbers.len()) || rows.width != weights.width {
            return Err(reader.malformed("the columns of a table have not what belongs to them"));
        }
        let pieces = pieces(steps.thresholds(), &weights);
        Ok(KernelTable { steps, weights, pieces, rows })
    }

    fn write(&self, writer: &mut Writer) {
        writer.numbers(self.steps.thresholds());
        writer.rows(&self.weights);
        writer.rows(&self.rows);
    }

    /// The sums at the numbers of the grid, for a number of columns that is known when this is compiled.
    pub fn rows<const WIDTH: usize>(&self) -> &[[f64; WIDTH]] {
        self.rows.arrays()
    }

    /// The sums at any number, without the grid.
    #[cold]
    pub fn sums<const WIDTH: usize>(&self, x: f64) -> [f64; WIDTH] {
        let mut sums = [0.0; WIDTH];
        evaluate_pieces(&self.steps, &self.pieces, x, &mut sums);
        sums
    }
}

/// The pieces of a table of these weights: sums of integers, which are exact in any table.
fn pieces(thresholds: &[f64], Rows { width, numbers }: &Rows) -> Vec<[f64; 2]> {
    let mut pieces = Vec::with_capacity(width + numbers.len());
    pieces.resize(*width, [0.0; 2]);
    for (row, threshold) in numbers.chunks((*width).max(1)).zip(thresholds) {
        for weight in row {
            let [a, b] = pieces[pieces.len() - width];
            pieces.push([a - weight * threshold, b + weight]);
        }
    }
    pieces
}

fn steps(reader: &mut Reader<'_>) -> Result<Steps, MalformedData> {
    let thresholds = reader.numbers()?;
    match thresholds.is_sorted() && !thresholds.iter().any(|threshold| threshold.is_nan()) {
        true => Ok(Steps::new(thresholds)),
        false => Err(reader.malformed("thresholds are not in order")),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tvm_test_support::models::{Numbers, model};

    use super::*;

    /// The sums of a table that has few columns.
    fn sums(table: &KernelTable, x: f64) -> Vec<f64> {
        match table.weights.width {
            1 => table.sums::<1>(x).to_vec(),
            2 => table.sums::<2>(x).to_vec(),
            3 => table.sums::<3>(x).to_vec(),
            width => panic!("{width} columns"),
        }
    }

    /// The bytes of data with a table and breakpoints.
    fn small(thresholds: [f64; 2], weights: Rows, rows: Rows) -> Vec<u8> {
        let inputs = || Rows { width: 2, numbers: vec![1.0, 0.5, -1.0, 300.0] };
        let mut writer = Writer::default();
        [5, 3].into_iter().for_each(|word| writer.word(word));
        (0..2).for_each(|_| writer.rows(&inputs()));
        writer.count(1);
        writer.numbers(&thresholds);
        writer.rows(&weights);
        writer.rows(&rows);
        writer.count(2);
        writer.numbers(&[]);
        writer.numbers(&[-0.5, 7.0]);
        writer.into_bytes()
    }

    fn column(numbers: &[f64]) -> Rows {
        Rows { width: 1, numbers: numbers.to_vec() }
    }

    proptest! {
        #[test]
        fn data_is_read_as_it_was_written(
            model in prop_oneof![model(Numbers::Integers), model(Numbers::Fractions)],
            x in -20_i8..20,
        ) {
            let plan = Plan::new(&model);
            let data = KernelData::of(&plan);
            let read = KernelData::from_bytes(&data.to_bytes()).unwrap();
            prop_assert_eq!(&read, &data);
            prop_assert_eq!(read.digest(), Digest::of(&model));
            for (table, read) in plan.tables.iter().zip(&read.tables) {
                // No grid has a row for it.
                let x = f64::from(x) + 0.5;
                let mut expected = vec![0.0; table.slots.len()];
                table.evaluate(x, &mut expected);
                if (1..4).contains(&expected.len()) {
                    prop_assert_eq!(sums(read, x), expected);
                }
            }
        }
    }

    #[test]
    fn sums_are_those_of_the_weights() {
        let bytes = small([1.0, 4.0], column(&[2.0, -2.0]), column(&[]));
        let data = KernelData::from_bytes(&bytes).unwrap();
        for (x, sum) in [(0.5, 0.0), (1.0, 0.0), (2.5, 3.0), (4.0, 6.0), (9.5, 6.0)] {
            assert_eq!(data.table(0).sums::<1>(x), [sum], "{x}");
        }
        assert_eq!(data.digest(), Digest(3 << 64 | 5));
        assert_eq!(data.to_bytes(), bytes);
        assert_eq!(data.embedding::<2>(), [[1.0, 0.5], [-1.0, 300.0]]);
        assert_eq!(data.breakpoints(1).around(0.0), 0..3);
    }

    #[test]
    fn bytes_that_are_changed_are_read_or_refused() {
        let bytes = small([1.0, 4.0], column(&[2.0, -2.0]), column(&[3.0]));
        for length in 0..bytes.len() {
            assert!(KernelData::from_bytes(&bytes[..length]).is_err(), "{length} bytes");
        }
        for (place, byte) in (0..bytes.len()).flat_map(|place| (0..=255).map(move |b| (place, b))) {
            let mut changed = bytes.clone();
            changed[place] = byte;
            // What it is read as is not known.
            let _ = KernelData::from_bytes(&changed);
        }
    }

    #[test]
    fn tables_that_cannot_be_are_refused() {
        let refused = |bytes: Vec<u8>, problem: &str| {
            let error = KernelData::from_bytes(&bytes).unwrap_err().to_string();
            assert!(error.ends_with(problem), "{error}");
        };
        let weights = || column(&[2.0, -2.0]);
        let order = "thresholds are not in order";
        refused(small([4.0, 1.0], weights(), column(&[])), order);
        refused(small([4.0, f64::NAN], weights(), column(&[])), order);
        let columns = "the columns of a table have not what belongs to them";
        refused(small([1.0, 4.0], column(&[2.0]), column(&[])), columns);
        let two = Rows { width: 2, numbers: vec![1.0, 2.0] };
        refused(small([1.0, 4.0], weights(), two), columns);
    }
}

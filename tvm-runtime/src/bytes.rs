//! Counts and numbers as bytes, without gaps: the data of kernels, the frames of plans. Counts are u64, little-endian. A list of numbers is how many bytes each of them
//! has, how many they are, and the numbers: integers where all of them are small, else f64. Rows of numbers are a list
//! for every column. Almost all columns of a model are small integers.

use thiserror::Error;

/// Bytes are not what was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the data of the plan is damaged before byte {at}: {problem}")]
pub struct MalformedData {
    /// How far it was read.
    at: usize,
    /// What is wrong.
    problem: &'static str,
}

/// Rows of numbers, one after the other.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rows {
    /// Numbers a row.
    pub(crate) width: usize,
    /// All of them.
    pub(crate) numbers: Vec<f64>,
}

impl Rows {
    /// The rows as arrays.
    ///
    /// # Panics
    /// When they are not so wide.
    pub(crate) fn arrays<const WIDTH: usize>(&self) -> &[[f64; WIDTH]] {
        assert_eq!(self.width, WIDTH, "the code of a kernel and its data are of one plan");
        self.numbers.as_chunks().0
    }
}

/// Writes counts and numbers.
#[derive(Debug, Default)]
pub(crate) struct Writer(Vec<u8>);

impl Writer {
    pub(crate) fn count(&mut self, count: usize) {
        self.word(count as u64);
    }

    pub(crate) fn word(&mut self, word: u64) {
        self.0.extend(word.to_le_bytes());
    }

    pub(crate) fn numbers(&mut self, numbers: &[f64]) {
        // By their bits, so that -0 stays what it is.
        let stay = |narrow: fn(f64) -> f64| {
            numbers.iter().all(|&number| narrow(number).to_bits() == number.to_bits())
        };
        match () {
            () if stay(|x| (x as i8).into()) => self.list(numbers, |x| (x as i8).to_le_bytes()),
            () if stay(|x| (x as i16).into()) => self.list(numbers, |x| (x as i16).to_le_bytes()),
            () if stay(|x| (x as i32).into()) => self.list(numbers, |x| (x as i32).to_le_bytes()),
            () => self.list(numbers, f64::to_le_bytes),
        }
    }

    pub(crate) fn rows(&mut self, Rows { width, numbers }: &Rows) {
        self.count(*width);
        for column in 0..*width {
            let column: Vec<f64> = numbers.iter().skip(column).step_by(*width).copied().collect();
            self.numbers(&column);
        }
    }

    fn list<const BYTES: usize>(&mut self, numbers: &[f64], bytes: impl Fn(f64) -> [u8; BYTES]) {
        self.0.push(BYTES as u8);
        self.count(numbers.len());
        self.0.extend(numbers.iter().flat_map(|&number| bytes(number)));
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

/// Reads them again.
#[derive(Debug)]
pub(crate) struct Reader<'bytes> {
    rest: &'bytes [u8],
    at: usize,
}

impl<'bytes> Reader<'bytes> {
    pub(crate) fn new(bytes: &'bytes [u8]) -> Self {
        Reader { rest: bytes, at: 0 }
    }

    pub(crate) fn word(&mut self) -> Result<u64, MalformedData> {
        Ok(u64::from_le_bytes(self.chunks(1)?[0]))
    }

    pub(crate) fn numbers(&mut self) -> Result<Vec<f64>, MalformedData> {
        let [size] = self.chunks(1)?[0];
        let count = self.word()?;
        match size {
            1 => self.list(count, |bytes| i8::from_le_bytes(bytes).into()),
            2 => self.list(count, |bytes| i16::from_le_bytes(bytes).into()),
            4 => self.list(count, |bytes| i32::from_le_bytes(bytes).into()),
            8 => self.list(count, f64::from_le_bytes),
            _ => Err(self.malformed("no number has so many bytes")),
        }
    }

    pub(crate) fn rows(&mut self) -> Result<Rows, MalformedData> {
        let columns = self.things(Self::numbers)?;
        let (width, rows) = (columns.len(), columns.first().map_or(0, Vec::len));
        if columns.iter().any(|column| column.len() != rows) {
            return Err(self.malformed("columns have not the same length"));
        }
        let mut numbers = vec![0.0; width * rows];
        for (at, column) in columns.iter().enumerate() {
            numbers.iter_mut().skip(at).step_by(width).zip(column).for_each(|(to, it)| *to = *it);
        }
        Ok(Rows { width, numbers })
    }

    /// As many things as the next count says.
    pub(crate) fn things<T>(
        &mut self,
        read: impl Fn(&mut Self) -> Result<T, MalformedData>,
    ) -> Result<Vec<T>, MalformedData> {
        (0..self.word()?).map(|_| read(self)).collect()
    }

    /// Are these all bytes?
    pub(crate) fn end(self) -> Result<(), MalformedData> {
        match self.rest {
            [] => Ok(()),
            _ => Err(self.malformed("there are more bytes than belong to it")),
        }
    }

    /// Something is wrong with what was read last.
    pub(crate) fn malformed(&self, problem: &'static str) -> MalformedData {
        MalformedData { at: self.at, problem }
    }

    fn list<const BYTES: usize>(
        &mut self,
        count: u64,
        number: impl Fn([u8; BYTES]) -> f64,
    ) -> Result<Vec<f64>, MalformedData> {
        Ok(self.chunks(count)?.iter().map(|bytes| number(*bytes)).collect())
    }

    /// The next bytes, so many at a time.
    fn chunks<const BYTES: usize>(
        &mut self,
        count: u64,
    ) -> Result<&'bytes [[u8; BYTES]], MalformedData> {
        let length = usize::try_from(count).ok().and_then(|count| count.checked_mul(BYTES));
        let split = length.and_then(|length| self.rest.split_at_checked(length));
        let (bytes, rest) = split.ok_or_else(|| self.malformed("it ends too early"))?;
        (self.rest, self.at) = (rest, self.at + bytes.len());
        Ok(bytes.as_chunks().0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bytes(numbers: &[f64]) -> Vec<u8> {
        let mut writer = Writer::default();
        writer.numbers(numbers);
        writer.into_bytes()
    }

    fn read(bytes: &[u8]) -> Result<Vec<f64>, MalformedData> {
        let mut reader = Reader::new(bytes);
        let numbers = reader.numbers()?;
        reader.end().map(|()| numbers)
    }

    fn bits(numbers: &[f64]) -> Vec<u64> {
        numbers.iter().map(|number| number.to_bits()).collect()
    }

    proptest! {
        #[test]
        fn numbers_are_read_as_they_were_written(
            integers in prop::collection::vec(any::<i32>(), 0..9), shift in 0_u32..32, scale in prop_oneof![Just(1.0), Just(0.5)],
        ) {
            let numbers: Vec<f64> = integers.iter().map(|it| f64::from(it >> shift) * scale).collect();
            let written = bytes(&numbers);
            prop_assert_eq!(bits(&read(&written).unwrap()), bits(&numbers));
            for length in 0..written.len() {
                prop_assert!(read(&written[..length]).is_err());
            }
            prop_assert!(read(&[&written, &[0][..]].concat()).is_err());
        }
    }

    proptest! {
        #[test]
        fn rows_are_read_as_they_were_written(
            width in 1_usize..5, numbers in prop::collection::vec(-300_i16..300, 0..40), less in 0_usize..100,
        ) {
            let numbers = numbers.chunks_exact(width).flatten().map(|&it| it.into()).collect();
            let (rows, mut writer) = (Rows { width, numbers }, Writer::default());
            writer.rows(&rows);
            let bytes = writer.into_bytes();
            prop_assert_eq!(Reader::new(&bytes).rows().unwrap(), rows);
            let shorter = &bytes[..bytes.len().saturating_sub(1 + less)];
            prop_assert!(Reader::new(shorter).rows().is_err());
        }
    }

    #[test]
    fn columns_have_the_same_length() {
        let mut writer = Writer::default();
        writer.count(2);
        writer.numbers(&[1.0, 2.0]);
        writer.numbers(&[1.0]);
        let read = Reader::new(&writer.into_bytes()).rows();
        assert_eq!(read.unwrap_err().problem, "columns have not the same length");
    }

    #[test]
    fn numbers_have_as_many_bytes_as_the_widest_needs() {
        for (widest, size) in [
            (-128.0, 1),
            (128.0, 2),
            (-32_768.0, 2),
            (32_768.0, 4),
            (-2_147_483_648.0, 4),
            (2_147_483_648.0, 8),
            (0.5, 8),
            (-0.0, 8),
            (f64::INFINITY, 8),
            (f64::NAN, 8),
        ] {
            let numbers = [0.0, widest, 1.0];
            let written = bytes(&numbers);
            assert_eq!((written[0], written.len()), (size, 9 + 3 * usize::from(size)), "{widest}");
            assert_eq!(bits(&read(&written).unwrap()), bits(&numbers));
        }
    }

    #[test]
    fn sizes_and_counts_that_cannot_be_are_refused() {
        let with = |size: u8, count: u64| [&[size][..], &count.to_le_bytes(), &[0; 6]].concat();
        for (size, count, problem) in [
            (3, 2, "no number has so many bytes"),
            (1, 7, "it ends too early"),
            (8, 1 << 61, "it ends too early"),
            (8, u64::MAX, "it ends too early"),
            (2, 2, "there are more bytes than belong to it"),
        ] {
            assert_eq!(read(&with(size, count)).unwrap_err().problem, problem);
        }
    }
}

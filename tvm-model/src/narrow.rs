//! Matrices as tensors of a file: full, or line by line where that is shorter, and always in the narrowest types
//! that hold everything exactly.
//!
//! A matrix line by line is three lists: `name.counts` says how many entries each line has, `name.places`
//! where they are in it, `name.entries` what they are. Where a few entries alone need a wider type, `name.entries`
//! has zeros in their places, `name.wide.at` says which entries these are, and `name.wide` what they are.

use std::borrow::Cow;

use half::f16;
use safetensors::tensor::{Dtype, TensorView};

use tvm_weights::{Lines, Matrix};

use super::ModelError;
use super::container::Container;

/// A tensor in one type.
pub(super) struct Narrow {
    dtype: Dtype,
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

/// The names of the tensors that belong to a matrix.
struct Parts([String; 5]);

impl Parts {
    fn of(name: &str) -> Parts {
        Parts(
            ["counts", "places", "entries", "wide.at", "wide"].map(|part| format!("{name}.{part}")),
        )
    }
}

/// The tensors that a matrix becomes.
pub(super) fn tensors(name: String, matrix: &Matrix, lines: Lines) -> Vec<(String, Narrow)> {
    let matrix = matrix.stored_by(lines);
    let by_line = by_line(&name, &matrix);
    let length = by_line.iter().map(|(_, part)| part.bytes.len()).sum();
    match full(&matrix, length) {
        Some(full) => vec![(name, full)],
        None => by_line,
    }
}

/// The whole matrix, if it has at most this many bytes.
fn full(matrix: &Matrix, most_bytes: usize) -> Option<Narrow> {
    let (_, _, entries) = matrix.parts();
    let dtype = narrowest(entries);
    let all = matrix.rows().checked_mul(matrix.columns())?;
    if all.checked_mul(dtype.bitsize() / 8)? > most_bytes {
        return None;
    }
    Some(Narrow::of_numbers(dtype, vec![matrix.rows(), matrix.columns()], &matrix.full()))
}

fn by_line(name: &str, matrix: &Matrix) -> Vec<(String, Narrow)> {
    let (counts, places, entries) = matrix.parts();
    let counts: Vec<u32> = counts.collect();
    let Parts([counts_name, places_name, entries_name, at_name, wide_name]) = Parts::of(name);
    let mut tensors = vec![
        (counts_name, Narrow::of_integers(&counts)),
        (places_name, Narrow::of_integers(places)),
    ];
    let whole = Narrow::of_numbers(narrowest(entries), vec![entries.len()], entries);
    let (mut narrow, mut at, mut wide) = (entries.to_vec(), Vec::new(), Vec::new());
    for (index, entry) in narrow.iter_mut().enumerate().filter(|(_, entry)| !fits_f16(entry)) {
        at.push(index as u32);
        wide.push(std::mem::take(entry));
    }
    let apart = [
        (entries_name.clone(), Narrow::of_numbers(Dtype::F16, vec![narrow.len()], &narrow)),
        (at_name, Narrow::of_integers(&at)),
        (wide_name, Narrow::of_numbers(narrowest(&wide), vec![wide.len()], &wide)),
    ];
    let length: usize = apart.iter().map(|(_, part)| part.bytes.len()).sum();
    match !at.is_empty() && length < whole.bytes.len() {
        true => tensors.extend(apart),
        false => tensors.push((entries_name, whole)),
    }
    tensors
}

fn fits_f16(x: &f64) -> bool {
    f64::from(f16::from_f64(*x)) == *x
}

/// The narrowest type that holds some numbers.
fn narrowest(numbers: &[f64]) -> Dtype {
    let in_f32 = |x: &f64| f64::from(*x as f32) == *x;
    match () {
        () if numbers.iter().all(fits_f16) => Dtype::F16,
        () if numbers.iter().all(in_f32) => Dtype::F32,
        () => Dtype::F64,
    }
}

impl Narrow {
    fn of_numbers(dtype: Dtype, shape: Vec<usize>, numbers: &[f64]) -> Narrow {
        let bytes = match dtype {
            Dtype::F16 => numbers.iter().flat_map(|&x| f16::from_f64(x).to_le_bytes()).collect(),
            Dtype::F32 => numbers.iter().flat_map(|&x| (x as f32).to_le_bytes()).collect(),
            _ => numbers.iter().flat_map(|x| x.to_le_bytes()).collect(),
        };
        Narrow { dtype, shape, bytes }
    }

    fn of_integers(integers: &[u32]) -> Narrow {
        let (dtype, bytes) = match integers.iter().max().copied().unwrap_or(0) {
            0..=0xff => (Dtype::U8, integers.iter().map(|&it| it as u8).collect()),
            0x100..=0xffff => {
                (Dtype::U16, integers.iter().flat_map(|&it| (it as u16).to_le_bytes()).collect())
            }
            _ => (Dtype::U32, integers.iter().flat_map(|it| it.to_le_bytes()).collect()),
        };
        Narrow { dtype, shape: vec![integers.len()], bytes }
    }

    /// The tensor for the file.
    pub(super) fn view(&self) -> TensorView<'_> {
        let shape = self.shape.clone();
        TensorView::new(self.dtype, shape, &self.bytes).expect("as many bytes as the shape says")
    }
}

/// Reads a matrix of this shape.
pub(super) fn matrix<'bytes>(
    file: &Container<'bytes>,
    name: &str,
    [rows, columns]: [usize; 2],
    lines: Lines,
) -> Result<Matrix<'bytes>, ModelError> {
    let found = match file.tensor(name) {
        Some(tensor) => {
            if tensor.shape() != [rows, columns] {
                let (found, expected) = (tensor.shape().to_vec(), vec![rows, columns]);
                return Err(ModelError::Shape { name: name.to_owned(), found, expected });
            }
            Matrix::new(rows, columns, numbers(name, &tensor)?)
        }
        None => of_parts(file, name, [rows, columns], lines)?,
    };
    let (_, _, entries) = found.parts();
    match entries.iter().all(|entry| entry.is_finite()) {
        true => Ok(found),
        false => Err(ModelError::NotFinite(name.to_owned())),
    }
}

fn of_parts<'bytes>(
    file: &Container<'bytes>,
    name: &str,
    shape: [usize; 2],
    lines: Lines,
) -> Result<Matrix<'bytes>, ModelError> {
    let Parts([counts_name, places_name, entries_name, at, wide]) = Parts::of(name);
    let lists = [&counts_name, &places_name, &entries_name].map(|part| file.tensor(part));
    let [Some(counts), Some(places), Some(entries)] = lists else {
        return Err(ModelError::Missing(name.to_owned()));
    };
    let number = match lines {
        Lines::Rows => shape[0],
        Lines::Columns => shape[1],
    };
    if counts.shape() != [number] {
        let (name, found) = (counts_name, counts.shape().to_vec());
        return Err(ModelError::Shape { name, found, expected: vec![number] });
    }
    let mut entries = numbers(&entries_name, &entries)?;
    let wide_entries = file.tensor(&wide).map(|tensor| numbers(&wide, &tensor)).transpose()?;
    let replaced = match wide_entries {
        None => Some(()),
        Some(wide) => {
            let at = file.tensor(&at).and_then(|at| integers(&at));
            at.and_then(|at| replace(entries.to_mut(), &at, &wide))
        }
    };
    let whole = replaced.and_then(|()| {
        Matrix::of_parts(shape, lines, &integers(&counts)?, integers(&places)?, entries)
    });
    whole.ok_or_else(|| ModelError::Parts(name.to_owned()))
}

/// Replaces entries at these places; `None` when there are not as many, or a place is not there.
fn replace(entries: &mut [f64], at: &[u32], by: &[f64]) -> Option<()> {
    if at.len() != by.len() {
        return None;
    }
    for (&at, &entry) in at.iter().zip(by) {
        *entries.get_mut(at as usize)? = entry;
    }
    Some(())
}

/// A list of integers; `None` when it is one of something else.
fn integers(tensor: &TensorView<'_>) -> Option<Vec<u32>> {
    let bytes = tensor.data();
    match tensor.dtype() {
        Dtype::U8 => Some(bytes.iter().map(|&byte| byte.into()).collect()),
        Dtype::U16 => {
            Some(bytes.chunks_exact(2).map(|it| u16::from_le_bytes(array(it)).into()).collect())
        }
        Dtype::U32 => Some(bytes.chunks_exact(4).map(|it| u32::from_le_bytes(array(it))).collect()),
        _ => None,
    }
}

/// Numbers as f64, borrowed where they are and lie aligned.
fn numbers<'bytes>(
    name: &str,
    tensor: &TensorView<'bytes>,
) -> Result<Cow<'bytes, [f64]>, ModelError> {
    let bytes = tensor.data();
    let owned = |entries: Vec<f64>| Ok(Cow::Owned(entries));
    match tensor.dtype() {
        Dtype::F64 => match bytemuck::try_cast_slice(bytes) {
            Ok(entries) if cfg!(target_endian = "little") => Ok(Cow::Borrowed(entries)),
            _ => owned(bytes.chunks_exact(8).map(|b| f64::from_le_bytes(array(b))).collect()),
        },
        Dtype::F32 => {
            owned(bytes.chunks_exact(4).map(|b| f32::from_le_bytes(array(b)).into()).collect())
        }
        Dtype::F16 => {
            owned(bytes.chunks_exact(2).map(|b| f16::from_le_bytes(array(b)).into()).collect())
        }
        other => Err(ModelError::Type { name: name.to_string(), found: format!("{other:?}") }),
    }
}

fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
    bytes.try_into().expect("chunks have this length")
}

#[cfg(test)]
mod tests {
    use super::*;

    type Tensors = Vec<(String, Narrow)>;

    /// A file of these tensors.
    fn file(tensors: &[(String, Narrow)]) -> Vec<u8> {
        let views = tensors.iter().map(|(name, narrow)| (name.as_str(), narrow.view()));
        safetensors::serialize(views, None).unwrap()
    }

    #[track_caller]
    fn is_read_again(matrix: &Matrix, lines: Lines, parts: &[&str], bytes: usize) {
        let tensors = tensors("m".to_string(), matrix, lines);
        let names: Vec<&str> = tensors.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, parts);
        assert_eq!(tensors.iter().map(|(_, part)| part.bytes.len()).sum::<usize>(), bytes);
        let file = file(&tensors);
        let container = Container::read(&file).unwrap();
        let shape = [matrix.rows(), matrix.columns()];
        let read = super::matrix(&container, "m", shape, lines).unwrap();
        assert_eq!(&read, matrix);
        let longer = match lines {
            Lines::Rows => [shape[0] + 1, shape[1]],
            Lines::Columns => [shape[0], shape[1] + 1],
        };
        for wrong in [longer, [1, 1]] {
            let refused = super::matrix(&container, "m", wrong, lines);
            assert!(matches!(refused, Err(ModelError::Shape { .. } | ModelError::Parts(_))));
        }
    }

    #[test]
    fn a_full_matrix_is_one_tensor() {
        let matrix = Matrix::new(2, 2, [1.0, 2.0, 3.0, 4.0]);
        is_read_again(&matrix, Lines::Rows, &["m"], 8);
        let matrix = Matrix::new(2, 2, [0.7, 0.2, 0.3, 0.1]);
        is_read_again(&matrix, Lines::Columns, &["m"], 32);
    }

    #[test]
    fn a_staircase_is_stored_line_by_line() {
        let step = |at: usize| vec![(5, 1.0), (0, -(at as f64))];
        let matrix = Matrix::of_rows(90, (1..=1000).map(step));
        let parts = ["m.counts", "m.places", "m.entries"];
        is_read_again(&matrix, Lines::Rows, &parts, 1000 + 2000 + 4000);
        let columns = Matrix::of_columns(90, (1..=1000).map(step));
        is_read_again(&columns, Lines::Columns, &parts, 1000 + 2000 + 4000);
        // Odd thresholds beyond 2048 need more than 16 bits: all of these, or one of them.
        let matrix = Matrix::of_rows(300, (0..1000).map(|at| step(3001 + 2 * at)));
        let wide = ["m.counts", "m.places", "m.entries", "m.wide.at", "m.wide"];
        is_read_again(&matrix, Lines::Rows, &parts, 1000 + 2000 + 8000);
        let matrix =
            Matrix::of_rows(300, (0..1000).map(|at| step(if at == 7 { 1 << 40 | 1 } else { 1 })));
        is_read_again(&matrix, Lines::Rows, &wide, 1000 + 2000 + 4000 + 1 + 8);
    }

    #[test]
    fn lists_that_do_not_fit_are_refused() {
        let matrix = Matrix::of_rows(40, (0..50).map(|at| vec![(at % 40, 1.5), (39, 1e300)]));
        let parts = tensors("m".to_string(), &matrix, Lines::Rows);
        assert_eq!(parts.len(), 5);
        let refused = |change: &dyn Fn(&mut Tensors)| {
            let mut parts = tensors("m".to_string(), &matrix, Lines::Rows);
            change(&mut parts);
            let file = file(&parts);
            let container = Container::read(&file).unwrap();
            super::matrix(&container, "m", [50, 40], Lines::Rows).unwrap_err()
        };
        for part in 0..5 {
            let error = refused(&|parts| drop(parts.remove(part)));
            let known = match part {
                0..3 => matches!(error, ModelError::Missing(_)),
                // Without their values, the wide entries stay zeros, and no entry may be zero.
                _ => matches!(error, ModelError::Parts(_)),
            };
            assert!(known, "{part}: {error}");
        }
        let longer = refused(&|parts| parts[3].1 = Narrow::of_integers(&[0; 60]));
        assert!(matches!(longer, ModelError::Parts(_)), "{longer}");
        let outside = refused(&|parts| parts[3].1 = Narrow::of_integers(&[5000; 50]));
        assert!(matches!(outside, ModelError::Parts(_)), "{outside}");
        let floats = refused(&|parts| {
            parts[0].1 = Narrow::of_numbers(Dtype::F32, vec![50], &[2.0; 50]);
        });
        assert!(matches!(floats, ModelError::Parts(_)), "{floats}");
    }
}

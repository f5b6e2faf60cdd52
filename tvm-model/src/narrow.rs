//! Matrices in the narrowest type that holds them exactly. Where a few rows alone need a wider one, these
//! are tensors of their own: `name` has zeros there, `name.rows` says which rows, `name.wide` what is
//! in them.

use half::f16;
use safetensors::tensor::{Dtype, TensorView};

use tvm_weights::Matrix;

/// Some rows in one type.
pub(super) struct Narrow {
    dtype: Dtype,
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

/// The tensor with the rows of a matrix that need a wider type.
pub(super) fn wide_name(name: &str) -> String {
    format!("{name}.wide")
}

/// The tensor with the indices of these rows.
pub(super) fn rows_name(name: &str) -> String {
    format!("{name}.rows")
}

/// The tensors that a matrix becomes: one, or three where that is shorter.
pub(super) fn tensors(name: String, matrix: &Matrix) -> Vec<(String, Narrow)> {
    let columns = matrix.columns();
    let whole = Narrow::of(matrix.rows(), columns, matrix.entries());
    let rows = matrix.entries().chunks(columns.max(1)).enumerate();
    let (mut narrow, mut wide, mut indices) = (matrix.entries().to_vec(), Vec::new(), Vec::new());
    for (index, row) in rows.filter(|(_, row)| !row.iter().all(fits_f16)) {
        narrow[index * columns..][..columns].fill(0.0);
        wide.extend_from_slice(row);
        indices.push(index as u32);
    }
    let number = indices.len();
    let apart = [
        (name.clone(), Narrow::of(matrix.rows(), columns, &narrow)),
        (rows_name(&name), Narrow::of_indices(&indices)),
        (wide_name(&name), Narrow::of(number, columns, &wide)),
    ];
    let length = |parts: &[(String, Narrow)]| parts.iter().map(|(_, part)| part.bytes.len()).sum();
    let apart_length: usize = length(&apart);
    if number > 0 && apart_length < whole.bytes.len() { apart.into() } else { vec![(name, whole)] }
}

/// Puts rows in their places; `None` when they do not fit.
pub(super) fn replace_rows(
    entries: &mut [f64],
    columns: usize,
    indices: &TensorView<'_>,
    rows: &[f64],
) -> Option<()> {
    if indices.dtype() != Dtype::U32 || rows.len() != indices.data().len() / 4 * columns {
        return None;
    }
    for (index, row) in indices.data().chunks_exact(4).zip(rows.chunks(columns.max(1))) {
        let index = u32::from_le_bytes(index.try_into().ok()?) as usize;
        entries.chunks_mut(columns.max(1)).nth(index)?.copy_from_slice(row);
    }
    Some(())
}

fn fits_f16(x: &f64) -> bool {
    f64::from(f16::from_f64(*x)) == *x
}

impl Narrow {
    fn of(rows: usize, columns: usize, entries: &[f64]) -> Narrow {
        let in_f32 = |x: &f64| f64::from(*x as f32) == *x;
        let (dtype, bytes) = if entries.iter().all(fits_f16) {
            let narrow = entries.iter().flat_map(|&x| f16::from_f64(x).to_le_bytes());
            (Dtype::F16, narrow.collect())
        } else if entries.iter().all(in_f32) {
            (Dtype::F32, entries.iter().flat_map(|&x| (x as f32).to_le_bytes()).collect())
        } else {
            (Dtype::F64, entries.iter().flat_map(|x| x.to_le_bytes()).collect())
        };
        Narrow { dtype, shape: vec![rows, columns], bytes }
    }

    fn of_indices(indices: &[u32]) -> Narrow {
        let bytes = indices.iter().flat_map(|index| index.to_le_bytes()).collect();
        Narrow { dtype: Dtype::U32, shape: vec![indices.len()], bytes }
    }

    /// The tensor for the file.
    pub(super) fn view(&self) -> TensorView<'_> {
        let shape = self.shape.clone();
        TensorView::new(self.dtype, shape, &self.bytes).expect("as many bytes as the shape says")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wide_row_is_stored_apart_and_comes_back() {
        let mut entries: Vec<f64> = (0..600).map(f64::from).collect();
        entries[250] = (1_u64 << 40) as f64 + 1.0;
        let matrix = Matrix::new(60, 10, entries.clone().into());
        let parts = tensors("m".to_string(), &matrix);
        let names: Vec<&str> = parts.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["m", "m.rows", "m.wide"]);
        assert_eq!(parts[1].1.bytes, 25_u32.to_le_bytes());
        assert_eq!(parts.iter().map(|(_, part)| part.bytes.len()).sum::<usize>(), 1200 + 4 + 80);
        let mut read = entries.clone();
        read[250..260].fill(0.0);
        assert_eq!(replace_rows(&mut read, 10, &parts[1].1.view(), &entries[250..260]), Some(()));
        assert_eq!(read, entries);
        assert_eq!(replace_rows(&mut read[..200], 10, &parts[1].1.view(), &entries[..10]), None);
    }

    #[test]
    fn a_matrix_of_one_type_stays_whole() {
        let matrix = Matrix::new(2, 2, vec![1.0, 2.0, 3.0, 4.0].into());
        assert_eq!(tensors("m".to_string(), &matrix).len(), 1);
    }
}

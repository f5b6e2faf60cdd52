//! An inspection as tables.

use std::collections::BTreeSet;
use std::fmt::{self, Display, Formatter};

use super::{Inspection, LayerInspection, Weights};
use crate::number::Number;
use tvm_runtime::plan::HeadKind;

impl Display for Inspection {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let what = match (&self.program, self.reads_input) {
            (None, _) => "universal: it reads its program".to_string(),
            (Some(program), true) => format!("program {program}, which reads an input"),
            (Some(program), false) => format!("program {program}"),
        };
        writeln!(f, "{}, {what}", self.instruction_set)?;
        writeln!(f, "digest {}", self.digest)?;
        let Inspection { d_model, heads, neurons, vocabulary, generable, .. } = self;
        let layers = self.layers.len();
        writeln!(f, "{layers} layers, d_model {d_model}, {heads} heads, {neurons} neurons")?;
        writeln!(f, "{vocabulary} tokens, {generable} of them can be generated")?;
        self.write_matrices(f)?;
        self.write_layers(f)?;
        self.write_heads(f)?;
        self.write_largest(f)
    }
}

impl Inspection {
    fn write_matrices(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "\n{:18}{:>12}{:>12}{:>10}", "matrix", "weights", "not 0", "zeros")?;
        for matrix in &self.matrices {
            writeln!(f, "{:18}{}", matrix.name, matrix.weights)?;
        }
        writeln!(f, "{:18}{}", "all", self.weights)
    }

    fn write_layers(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let columns = ("layer", "heads", "neurons", "weights", "not 0", "zeros");
        let (layer, heads, neurons, weights, non_zero, zeros) = columns;
        writeln!(f, "\n{layer:5}{heads:>7}{neurons:>9}{weights:>12}{non_zero:>12}{zeros:>10}")?;
        for (index, layer) in self.layers.iter().enumerate() {
            let LayerInspection { heads, neurons, weights, .. } = layer;
            let heads: usize = heads.values().sum();
            writeln!(f, "{index:<5}{heads:7}{neurons:9}{weights}")?;
        }
        Ok(())
    }

    /// A column for every kind of head that there is.
    fn write_heads(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let kinds: BTreeSet<HeadKind> =
            self.layers.iter().flat_map(|layer| layer.heads.keys().copied()).collect();
        if kinds.is_empty() {
            return Ok(());
        }
        write!(f, "\nheads")?;
        for kind in &kinds {
            write!(f, "{:>16}", kind.name())?;
        }
        writeln!(f)?;
        for (index, layer) in self.layers.iter().enumerate() {
            write!(f, "{index:<5}")?;
            for kind in &kinds {
                write!(f, "{:16}", layer.heads.get(kind).copied().unwrap_or(0))?;
            }
            writeln!(f)?;
        }
        Ok(())
    }

    fn write_largest(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.largest.is_empty() {
            return Ok(());
        }
        writeln!(f, "\nlargest weights")?;
        for large in &self.largest {
            let place = format!("{}[{}, {}]", large.matrix, large.row, large.column);
            writeln!(f, "{:>20}  {place:34}  {}", Number(large.weight), large.meaning)?;
        }
        Ok(())
    }
}

impl Display for Weights {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Weights { all, non_zero, sparsity } = self;
        write!(f, "{all:12}{non_zero:12}{sparsity:8.2} %")
    }
}

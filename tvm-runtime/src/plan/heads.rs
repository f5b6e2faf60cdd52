//! What each head of a model needs to remember, as the derivation of the plan finds it.

use serde::Serialize;

use super::KeyKind;
use super::derive::{Derivation, Remembers};
use tvm_weights::Weights;

/// How the answers of a head can be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HeadKind {
    /// Nothing reads it.
    Unused,
    /// Every position scores the same, so that the latest wins: its own.
    OwnPosition,
    /// The winner is a fixed number of positions ago, by the position modulo the period.
    FixedDistance,
    /// Keys differ in nothing but their second coordinate, which counts positively: the latest of the greatest wins.
    GreatestKey,
    /// Every query is `(q, 1)`: keys may be integers in disguise.
    IntegerKeys,
    /// The second coordinate of every query is positive: the upper hull of the keys.
    UpperHull,
    /// The hull of the keys.
    Hull,
    /// A mean.
    Mean,
}

impl HeadKind {
    /// What it is called in a table.
    pub fn name(self) -> &'static str {
        match self {
            HeadKind::Unused => "unused",
            HeadKind::OwnPosition => "own position",
            HeadKind::FixedDistance => "fixed distance",
            HeadKind::GreatestKey => "greatest key",
            HeadKind::IntegerKeys => "integer keys",
            HeadKind::UpperHull => "upper hull",
            HeadKind::Hull => "hull",
            HeadKind::Mean => "mean",
        }
    }
}

/// For every layer the kind of each head. Heads of equal keys share a cache, and with it their kind.
pub fn head_kinds(model: &Weights) -> Vec<Vec<HeadKind>> {
    let derivation = Derivation::of(model);
    let kind = |remembers: &Remembers| match remembers {
        Remembers::Nothing => HeadKind::Unused,
        Remembers::OwnPosition => HeadKind::OwnPosition,
        Remembers::Ring => HeadKind::FixedDistance,
        Remembers::Sum => HeadKind::Mean,
        Remembers::Keys(keys) => match derivation.keys[*keys].kind {
            KeyKind::Greatest => HeadKind::GreatestKey,
            KeyKind::Integer => HeadKind::IntegerKeys,
            KeyKind::LookingUp => HeadKind::UpperHull,
            KeyKind::General => HeadKind::Hull,
        },
    };
    derivation.heads.iter().map(|heads| heads.iter().map(kind).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tvm_test_support::models::model_that_breaks_its_kind;
    use tvm_weights::{Attention, Matrix, Selection};

    /// The kinds of heads whose rows read these slots: query, key, value, and whether they write.
    fn kinds(heads: &[(Selection, [usize; 2], [usize; 2], bool)]) -> Vec<HeadKind> {
        let mut model = model_that_breaks_its_kind(20);
        let width = model.d_model();
        // Slot 6 is what the position is modulo two.
        model.position_periodic = Matrix::zeros(2, width);
        model.position_periodic.add(1, 6, 1.0);
        let rows = 2 * heads.len();
        let mut attention = Attention {
            selection: heads.iter().map(|(selection, ..)| *selection).collect(),
            query: Matrix::zeros(rows, width),
            key: Matrix::zeros(rows, width),
            value: Matrix::zeros(rows, width),
            output: Matrix::zeros(width, rows),
        };
        for (head, (_, query, key, writes)) in heads.iter().enumerate() {
            for axis in 0..2 {
                attention.query.add(2 * head + axis, query[axis], 1.0);
                attention.key.add(2 * head + axis, key[axis], 1.0);
                attention.value.add(2 * head + axis, 4, 1.0);
            }
            if *writes {
                attention.output.add(5, 2 * head, 1.0);
            }
        }
        model.layers[0].attention = attention;
        head_kinds(&model).remove(0)
    }

    #[test]
    fn every_kind_is_recognised() {
        use Selection::{Latest, Mean};
        // Slots of the model: 0 is one, 1 and 2 a key, 3 a query.
        let found = kinds(&[
            (Latest, [3, 0], [1, 2], true),
            (Latest, [0, 3], [2, 1], true),
            (Latest, [3, 0], [0, 0], true),
            (Latest, [6, 0], [6, 0], true),
            (Mean, [0, 0], [0, 0], true),
            (Latest, [3, 0], [1, 2], false),
        ]);
        let expected = [
            HeadKind::IntegerKeys,
            HeadKind::Hull,
            HeadKind::OwnPosition,
            HeadKind::FixedDistance,
            HeadKind::Mean,
            HeadKind::Unused,
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_shared_cache_answers_all_of_its_heads() {
        let shared = kinds(&[
            (Selection::Latest, [3, 0], [1, 2], true),
            (Selection::Latest, [0, 3], [1, 2], true),
        ]);
        assert_eq!(shared, [HeadKind::Hull; 2]);
    }
}

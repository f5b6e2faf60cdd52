//! Names for people: of the values that live in the residual stream, of heads and of neurons. Nothing is
//! computed with them, and a model does without.
//!
//! Boundary 0 of the stream is the embedding, boundary `b` the end of the `b`-th half-layer. A slot holds
//! one value after another; at a boundary at most one lives in it. Neighbouring heads and neighbouring
//! neurons that serve one operation are a run and have one name.

use std::fmt::{self, Display, Formatter};

use serde::{Deserialize, Serialize};

/// The names in a model.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Names {
    /// By slot, then by boundary.
    values: Vec<ValueName>,
    /// For every layer the names of its heads and neurons.
    layers: Vec<LayerNames>,
}

/// A value of the residual stream, and where it lives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Packed", into = "Packed")]
pub struct ValueName {
    /// What it is called.
    pub name: String,
    /// Where it is held.
    pub slot: usize,
    /// The first boundary at which it lives.
    pub first: usize,
    /// The boundary after the last one at which it lives.
    pub end: usize,
    /// What its slot holds in addition to it: 0 for all but cumulative sums.
    pub bias: i64,
}

/// Name, slot, first boundary, boundary after the last, bias: short, since there are hundreds.
type Packed = (String, usize, usize, usize, i64);

impl From<Packed> for ValueName {
    fn from((name, slot, first, end, bias): Packed) -> ValueName {
        ValueName { name, slot, first, end, bias }
    }
}

impl From<ValueName> for Packed {
    fn from(ValueName { name, slot, first, end, bias }: ValueName) -> Packed {
        (name, slot, first, end, bias)
    }
}

/// The names in one layer: the first head or neuron of every run, and the run's name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LayerNames {
    /// Runs of heads, in order.
    pub heads: Vec<(usize, String)>,
    /// Runs of neurons, in order.
    pub neurons: Vec<(usize, String)>,
}

/// A head or a neuron as a member of its run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member<'names> {
    /// The name of the run.
    pub name: &'names str,
    /// How many of the run are before it.
    pub index: usize,
}

/// `name` for the first of a run, then `name[1]`, `name[2]`.
impl Display for Member<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.index {
            0 => f.write_str(self.name),
            index => write!(f, "{}[{index}]", self.name),
        }
    }
}

impl Names {
    /// The names of values, in any order; layers come with [`Names::push_layer`].
    pub fn new(mut values: Vec<ValueName>) -> Names {
        values.sort_by_key(|value| (value.slot, value.first));
        Names { values, layers: Vec::new() }
    }

    /// The names in the next layer.
    pub fn push_layer(&mut self, layer: LayerNames) {
        self.layers.push(layer);
    }

    /// All values, by slot, then by boundary.
    pub fn values(&self) -> &[ValueName] {
        &self.values
    }

    /// The value that lives in a slot at a boundary.
    pub fn value(&self, slot: usize, boundary: usize) -> Option<&ValueName> {
        let begun = self.values.partition_point(|one| (one.slot, one.first) <= (slot, boundary));
        let last = self.values.get(begun.checked_sub(1)?)?;
        (last.slot == slot && boundary < last.end).then_some(last)
    }

    /// The names in a layer.
    pub fn layer(&self, layer: usize) -> Option<&LayerNames> {
        self.layers.get(layer)
    }

    /// The name of a head.
    pub fn head(&self, layer: usize, head: usize) -> Option<Member<'_>> {
        member(&self.layers.get(layer)?.heads, head)
    }

    /// The name of a neuron.
    pub fn neuron(&self, layer: usize, neuron: usize) -> Option<Member<'_>> {
        member(&self.layers.get(layer)?.neurons, neuron)
    }

    /// What contradicts itself, or the model, in names that were read; `layers` has heads and neurons.
    pub(super) fn problem(&self, d_model: usize, layers: &[(usize, usize)]) -> Option<String> {
        let boundaries = 2 * layers.len() + 1;
        for value in &self.values {
            let ValueName { name, slot, first, end, .. } = value;
            if *slot >= d_model {
                return Some(format!("`{name}` is in slot {slot} of {d_model}"));
            }
            if first >= end || *end > boundaries {
                let lives = format!("`{name}` lives from boundary {first} to before {end}");
                return Some(format!("{lives}, and there are {boundaries}"));
            }
        }
        let apart = |one: &ValueName, next: &ValueName| {
            one.slot < next.slot || (one.slot == next.slot && one.end <= next.first)
        };
        if !self.values.is_sorted_by(apart) {
            return Some("the values are not in order, or two live in one place".to_string());
        }
        if self.layers.len() != layers.len() {
            return Some(format!("{} layers of {}", self.layers.len(), layers.len()));
        }
        let mut shapes = layers.iter().zip(&self.layers).enumerate();
        shapes.find_map(|(layer, (&(heads, neurons), names))| {
            let misplaced = |runs: &[(usize, String)], number: usize| {
                !runs.is_sorted_by(|(one, _), (next, _)| one < next)
                    || runs.last().is_some_and(|(first, _)| *first >= number)
            };
            let (what, number) = match () {
                () if misplaced(&names.heads, heads) => ("heads", heads),
                () if misplaced(&names.neurons, neurons) => ("neurons", neurons),
                () => return None,
            };
            Some(format!("the {what} of layer {layer} are not in order, or not among {number}"))
        })
    }
}

fn member(runs: &[(usize, String)], index: usize) -> Option<Member<'_>> {
    let begun = runs.partition_point(|(first, _)| *first <= index);
    let (first, name) = runs.get(begun.checked_sub(1)?)?;
    Some(Member { name, index: index - first })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(name: &str, slot: usize, first: usize, end: usize) -> ValueName {
        ValueName { name: name.to_string(), slot, first, end, bias: 0 }
    }

    fn names() -> Names {
        let values = vec![value("b", 1, 1, 3), value("one", 0, 0, 3), value("a", 1, 0, 1)];
        let mut names = Names::new(values);
        let run = |first, name: &str| (first, name.to_string());
        let neurons = vec![run(0, "steps"), run(5, "product")];
        names.push_layer(LayerNames { heads: vec![run(1, "byte")], neurons });
        names
    }

    #[test]
    fn a_slot_holds_one_value_after_another() {
        let names = names();
        let held = |slot, boundary| names.value(slot, boundary).map(|value| value.name.as_str());
        assert_eq!(
            [0, 1, 2, 3].map(|boundary| held(0, boundary)),
            [Some("one"), Some("one"), Some("one"), None]
        );
        assert_eq!(
            [0, 1, 2, 3].map(|boundary| held(1, boundary)),
            [Some("a"), Some("b"), Some("b"), None]
        );
        assert_eq!(held(2, 0), None);
    }

    #[test]
    fn members_of_a_run_are_counted() {
        let names = names();
        let found = |neuron| names.neuron(0, neuron).map(|Member { name, index }| (name, index));
        assert_eq!(found(0), Some(("steps", 0)));
        assert_eq!(found(4), Some(("steps", 4)));
        assert_eq!(found(6), Some(("product", 1)));
        assert_eq!((names.head(0, 0), names.head(1, 0)), (None, None));
        assert_eq!(names.head(0, 1).map(|head| head.to_string()), Some("byte".to_string()));
        assert_eq!(names.neuron(0, 4).map(|one| one.to_string()), Some("steps[4]".to_string()));
    }

    #[test]
    fn what_is_written_is_read() {
        let text = serde_json::to_string(&names()).unwrap();
        assert!(text.contains(r#"["one",0,0,3,0]"#), "{text}");
        assert_eq!(serde_json::from_str::<Names>(&text).unwrap(), names());
    }

    #[test]
    fn contradictions_are_found() {
        let shape = [(2, 7)];
        assert_eq!(names().problem(2, &shape), None);
        let says = |names: Names, d_model: usize, shape: &[(usize, usize)], part: &str| {
            let problem = names.problem(d_model, shape).expect("a contradiction");
            assert!(problem.contains(part), "{problem}");
        };
        says(names(), 1, &shape, "slot 1 of 1");
        says(names(), 2, &[], "`one` lives from boundary 0 to before 3");
        says(names(), 2, &[(2, 7), (0, 0)], "1 layers of 2");
        says(names(), 2, &[(1, 7)], "heads of layer 0");
        says(names(), 2, &[(2, 5)], "neurons of layer 0");
        let mut twice = names();
        twice.values[1].end = 2;
        says(twice, 2, &shape, "two live in one place");
        let mut empty = names();
        empty.values[0].first = 3;
        says(empty, 2, &shape, "from boundary 3 to before 3");
        let mut runs = names();
        runs.layers[0].neurons.reverse();
        says(runs, 2, &shape, "neurons of layer 0");
    }
}

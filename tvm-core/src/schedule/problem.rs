//! What is to be scheduled: operations that read and write values, and the phases they may run in.
//! What the values mean is not known here.

/// A value: something that may need a slot of the residual stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ValueId(pub usize);

/// An operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OperationId(pub usize);

/// For layer `L`: `4L` lookups, `4L + 1` persists of the attention half, `4L + 2` neurons, `4L + 3`
/// persists of the feed-forward half.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Phase(pub usize);

impl Phase {
    /// The layer it belongs to.
    pub fn layer(self) -> usize {
        self.0 / 4
    }

    /// Is it in the attention half of its layer?
    pub fn in_attention(self) -> bool {
        self.0 % 4 < 2
    }

    /// What runs in it.
    pub fn kind(self) -> OperationKind {
        match self.0 % 4 {
            0 => OperationKind::Lookup,
            2 => OperationKind::ReGlu,
            _ => OperationKind::Persist,
        }
    }
}

/// A slot of the residual stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot(pub usize);

/// In which phases an operation may run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperationKind {
    /// Attention.
    Lookup,
    /// A linear form written to a slot, by either half of a layer.
    Persist,
    /// Neurons.
    ReGlu,
}

impl OperationKind {
    /// May an operation of this kind run in this phase?
    pub fn allows(self, phase: Phase) -> bool {
        phase.kind() == self
    }

    /// Its name in text and pictures.
    pub fn word(self) -> &'static str {
        match self {
            OperationKind::Lookup => "lookup",
            OperationKind::Persist => "persist",
            OperationKind::ReGlu => "neurons",
        }
    }
}

/// An operation of a problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// Its name, for messages and pictures.
    pub name: String,
    /// In which phases it may run.
    pub kind: OperationKind,
    /// What it reads.
    pub reads: Vec<ValueId>,
    /// What it writes.
    pub writes: Vec<ValueId>,
    /// Every reader runs as soon as it can: a persist in the phase after neurons, neurons in the
    /// phase after the one after a lookup.
    pub transient: bool,
}

impl Operation {
    /// How many phases after a transient operation its readers run.
    pub fn gap(&self) -> usize {
        if self.kind == OperationKind::Lookup { 2 } else { 1 }
    }
}

/// A problem.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problem {
    /// The name of every value.
    pub values: Vec<String>,
    /// Values that exist before the first phase.
    pub inputs: Vec<ValueId>,
    /// What is to be scheduled.
    pub operations: Vec<Operation>,
    /// Values that must exist after the last phase.
    pub outputs: Vec<ValueId>,
    /// Pairs of values: the second is written where the first is read last, and takes over its slot.
    pub successions: Vec<(ValueId, ValueId)>,
    /// Values whose slot must be empty before they are written: it is reserved from the beginning.
    pub clean: Vec<ValueId>,
}

impl Problem {
    /// The operation that writes each value; `None` for inputs.
    pub fn writers(&self) -> Vec<Option<OperationId>> {
        let mut writers = vec![None; self.values.len()];
        for (index, operation) in self.operations.iter().enumerate() {
            for value in &operation.writes {
                writers[value.0] = Some(OperationId(index));
            }
        }
        writers
    }

    /// The operations that read each value.
    pub fn readers(&self) -> Vec<Vec<OperationId>> {
        let mut readers = vec![Vec::new(); self.values.len()];
        for (index, operation) in self.operations.iter().enumerate() {
            for value in &operation.reads {
                if !readers[value.0].contains(&OperationId(index)) {
                    readers[value.0].push(OperationId(index));
                }
            }
        }
        readers
    }

    /// The operation from which on each value occupies a slot; `None` for those that do from the beginning.
    pub fn bearers(&self) -> Vec<Option<OperationId>> {
        let mut bearers = self.writers();
        for value in &self.clean {
            bearers[value.0] = None;
        }
        bearers
    }

    /// Which values are outputs.
    pub fn is_output(&self) -> Vec<bool> {
        let mut is_output = vec![false; self.values.len()];
        for value in &self.outputs {
            is_output[value.0] = true;
        }
        is_output
    }
}

//! Named values of the residual stream at every position of a run: what a probe is compared with. They are computed by
//! a plan of the model that keeps them, ten to a hundred times as fast as forward passes one by one.

use std::sync::Arc;

use thiserror::Error;
use tvm_model::{Names, Token, ValueName, Weights};
use tvm_runtime::engine::{Engine, Planned};
use tvm_runtime::plan::{Code, Plan};

/// A plan of a model that also says what some values of the residual stream are.
pub struct Observing {
    plan: Plan,
    code: Arc<Code>,
    /// What the slot of each value holds in addition to it.
    biases: Vec<f64>,
}

/// No value of the residual stream has this name.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("no value of the residual stream is called `{name}`; the nearest name is `{nearest}`")]
pub struct UnknownValue {
    /// The name.
    pub name: String,
    /// A name that there is.
    pub nearest: String,
}

impl Observing {
    /// The plan that says what the values of these names are. Where several values have a name, it is the one that is
    /// there first.
    ///
    /// # Errors
    /// When the model has no value of a name.
    pub fn new(
        weights: &Weights<'_>,
        names: &Names,
        values: &[String],
    ) -> Result<Observing, UnknownValue> {
        let values: Vec<&ValueName> =
            values.iter().map(|name| found(names, name)).collect::<Result<_, _>>()?;
        let places: Vec<_> = values.iter().map(|value| (value.slot, value.first)).collect();
        let plan = Plan::observing(weights, &places);
        let code = Arc::new(Code::of(&plan));
        let biases = values.iter().map(|value| value.bias as f64).collect();
        Ok(Observing { plan, code, biases })
    }

    /// The values at every position, by position: as many as there are names for each.
    pub fn read(&self, tokens: &[Token]) -> Vec<f64> {
        let mut engine = Planned::sharing(&self.plan, Arc::clone(&self.code));
        let mut values = Vec::with_capacity(tokens.len() * self.biases.len());
        for &token in tokens {
            engine.feed(token);
            values.extend(engine.observed().zip(&self.biases).map(|(value, bias)| value - bias));
        }
        values
    }
}

fn found<'names>(names: &'names Names, name: &str) -> Result<&'names ValueName, UnknownValue> {
    let all = || names.values().iter().filter(|value| value.name == name);
    all().min_by_key(|value| (value.first, value.slot)).ok_or_else(|| {
        let letters =
            |other: &str| other.chars().zip(name.chars()).take_while(|(a, b)| a == b).count();
        let nearest = names.values().iter().max_by_key(|value| letters(&value.name));
        UnknownValue {
            name: name.to_owned(),
            nearest: nearest.map(|value| value.name.clone()).unwrap_or_default(),
        }
    })
}

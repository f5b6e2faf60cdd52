//! What one forward pass did: the residual stream after every half-layer, the query of every head, the
//! position that it attended to and what it fetched there, the active neurons, and the scores of the
//! tokens.
//!
//! The numbers are those of [`tvm_runtime::engine::Dense`], bit for bit, as long as none of them is
//! infinite: sums are added in the order of the definition, and what is left out is a weight that is
//! 0 or an inactive neuron. Only non-zero weights are kept, and heads remember hulls, so that a
//! position far into a run is reached in reasonable time.
//!
//! A module imports only from those with lower numbers; a test checks it.
//!
//! 1. `explanation`: what is explained of one position, as data; `intervention`: what is changed in a forward pass
//! 2. `rows`: the non-zero weights of a matrix; `recalled`: what a head remembers, taken over from another engine
//! 3. `attention`, `feed_forward`: the two halves of a layer
//! 4. `explainer`: the forward pass
//! 5. `remembering`: the forward pass far into a run; `view`: an explanation with a name for every number
//! 6. `text`: a view as text
//! 7. `report`: an [`Explanation`] as text or as JSON, with the names that the model has
//! 8. `tests`: explanations against the dense engine

mod attention;
mod explainer;
mod explanation;
mod feed_forward;
mod intervention;
mod recalled;
mod remembering;
mod report;
mod rows;
#[cfg(test)]
mod tests;
mod text;
mod view;

pub use explainer::Explainer;
pub use explanation::{
    ActiveNeuron, Attended, AttentionExplanation, Explanation, FeedForwardExplanation,
    HeadExplanation, Key, LayerExplanation, Scored, Write,
};
pub use intervention::{Intervention, Observation, Observed};
pub use remembering::RememberingPlan;
pub use report::Report;
#[cfg(feature = "typescript")]
pub(crate) use view::declarations;

//! An explanation with a name for every number, in the order in which it is shown.

use serde::Serialize;

use super::explanation::{ActiveNeuron, Explanation, HeadExplanation, Write};
use crate::number::Number;
use tvm_model::token::Vocabulary;
use tvm_model::{Names, Selection};

/// A position.
#[derive(Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "typescript", ts(rename = "Explanation"))]
pub(super) struct View<'a> {
    pub(super) position: usize,
    pub(super) token: &'a str,
    /// What the embedding sets.
    pub(super) embedding: Stream,
    pub(super) layers: Vec<LayerView<'a>>,
    pub(super) top: Vec<ScoredView<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub(super) struct LayerView<'a> {
    pub(super) attention: AttentionView<'a>,
    pub(super) feed_forward: FeedForwardView,
}

#[derive(Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub(super) struct AttentionView<'a> {
    pub(super) heads: Vec<HeadView<'a>>,
    #[serde(flatten)]
    pub(super) stream: Stream,
}

#[derive(Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub(super) struct FeedForwardView {
    pub(super) neurons: usize,
    pub(super) active: Vec<NeuronView>,
    #[serde(flatten)]
    pub(super) stream: Stream,
}

/// The residual stream at a boundary.
#[derive(Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub(super) struct Stream {
    /// The values that are stored there.
    pub(super) values: Vec<ValueView>,
    /// How many slots hold something other than 0 that is no longer read.
    pub(super) left_over: usize,
    #[cfg_attr(feature = "typescript", ts(type = "Array<number>"))]
    pub(super) residual: Vec<Number>,
}

#[derive(Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub(super) struct ValueView {
    pub(super) name: String,
    pub(super) slot: usize,
    /// Without the bias.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub(super) value: Number,
    /// What the slot holds in addition.
    #[serde(skip_serializing_if = "is_zero")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<i32>"))]
    pub(super) bias: i64,
    /// Whether it is new here, or the slot holds another number than at the boundary before.
    pub(super) written: bool,
}

fn is_zero(bias: &i64) -> bool {
    *bias == 0
}

#[derive(Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub(super) struct HeadView<'a> {
    pub(super) name: String,
    #[cfg_attr(feature = "typescript", ts(type = "\"latest\" | \"mean\""))]
    pub(super) kind: Selection,
    pub(super) has_key: bool,
    #[cfg_attr(feature = "typescript", ts(type = "[number, number]"))]
    pub(super) query: [Number; 2],
    #[cfg_attr(feature = "typescript", ts(type = "[number, number]"))]
    pub(super) key: [Number; 2],
    pub(super) attended: Option<AttendedView<'a>>,
    #[cfg_attr(feature = "typescript", ts(type = "[number, number]"))]
    pub(super) fetched: [Number; 2],
    pub(super) writes: Vec<WriteView>,
}

#[derive(Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub(super) struct AttendedView<'a> {
    pub(super) position: usize,
    pub(super) token: &'a str,
}

#[derive(Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub(super) struct NeuronView {
    pub(super) name: String,
    pub(super) neuron: usize,
    /// The first neuron of the operation that this neuron belongs to, and the name of the operation.
    #[serde(skip)]
    pub(super) run: Option<(usize, String)>,
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub(super) gate: Number,
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub(super) value: Number,
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub(super) product: Number,
    pub(super) writes: Vec<WriteView>,
}

#[derive(Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub(super) struct WriteView {
    /// The value that the slot holds after this half-layer.
    pub(super) to: String,
    pub(super) slot: usize,
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub(super) amount: Number,
}

#[derive(Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub(super) struct ScoredView<'a> {
    pub(super) token: &'a str,
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub(super) score: Number,
    /// How much less it is than the best score.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub(super) behind: Number,
}

impl<'a> View<'a> {
    pub(super) fn of(
        explanation: &'a Explanation,
        names: Option<&'a Names>,
        vocabulary: &'a Vocabulary,
    ) -> View<'a> {
        let Explanation { position, token, layers, top, .. } = explanation;
        let namer = Namer { explanation, names, vocabulary };
        let best = top.first().map_or(0.0, |best| best.score);
        let scored = top.iter().map(|scored| ScoredView {
            token: vocabulary.name(scored.token),
            score: Number(scored.score),
            behind: Number(best - scored.score),
        });
        View {
            position: *position,
            token: vocabulary.name(*token),
            embedding: namer.stream(0),
            layers: (0..layers.len()).map(|layer| namer.layer(layer)).collect(),
            top: scored.collect(),
        }
    }
}

/// Gives names to the parts of an explanation.
struct Namer<'a> {
    explanation: &'a Explanation,
    names: Option<&'a Names>,
    vocabulary: &'a Vocabulary,
}

impl<'a> Namer<'a> {
    fn layer(&self, layer: usize) -> LayerView<'a> {
        let (after_attention, after_both) = (2 * layer + 1, 2 * layer + 2);
        let attention = &self.explanation.layers[layer].attention;
        let feed_forward = &self.explanation.layers[layer].feed_forward;
        let heads = attention.heads.iter().enumerate();
        let heads = heads.map(|(index, head)| self.head(layer, index, head)).collect();
        let active = feed_forward.active.iter().map(|neuron| self.neuron(layer, neuron)).collect();
        LayerView {
            attention: AttentionView { heads, stream: self.stream(after_attention) },
            feed_forward: FeedForwardView {
                neurons: feed_forward.neurons,
                active,
                stream: self.stream(after_both),
            },
        }
    }

    fn head(&self, layer: usize, index: usize, head: &'a HeadExplanation) -> HeadView<'a> {
        let member = self.names.and_then(|names| names.head(layer, index));
        HeadView {
            name: member.map_or_else(|| format!("head {index}"), |member| member.to_string()),
            kind: head.kind,
            has_key: head.has_key,
            query: head.query.map(Number),
            key: head.key.map(Number),
            attended: head.attended.map(|attended| AttendedView {
                position: attended.position,
                token: self.vocabulary.name(attended.token),
            }),
            fetched: head.fetched.map(Number),
            writes: self.writes(2 * layer + 1, &head.writes),
        }
    }

    fn neuron(&self, layer: usize, active: &ActiveNeuron) -> NeuronView {
        let neuron = active.neuron;
        let member = self.names.and_then(|names| names.neuron(layer, neuron));
        NeuronView {
            name: member.map_or_else(|| format!("neuron {neuron}"), |member| member.to_string()),
            neuron,
            run: member.map(|member| (neuron - member.index, member.name.to_string())),
            gate: Number(active.gate),
            value: Number(active.value),
            product: Number(active.product),
            writes: self.writes(2 * layer + 2, &active.writes),
        }
    }

    fn writes(&self, boundary: usize, writes: &[Write]) -> Vec<WriteView> {
        let named = writes.iter().map(|&Write { slot, amount }| {
            let value = self.names.and_then(|names| names.value(slot, boundary));
            let to = value.map_or_else(|| format!("slot {slot}"), |value| value.name.clone());
            WriteView { to, slot, amount: Number(amount) }
        });
        named.collect()
    }

    fn stream(&self, boundary: usize) -> Stream {
        let residual = |boundary| self.explanation.residual(boundary).unwrap_or_default();
        let now = residual(boundary);
        let before = boundary.checked_sub(1).map(residual);
        let mut stream = Stream {
            values: Vec::new(),
            left_over: 0,
            residual: now.iter().map(|&number| Number(number)).collect(),
        };
        for (slot, &number) in now.iter().enumerate() {
            let changed = before.is_none_or(|before| before[slot] != number);
            let named = self.names.map(|names| names.value(slot, boundary));
            let (name, bias, is_new) = match named {
                None => (format!("slot {slot}"), 0, false),
                Some(Some(value)) => (value.name.clone(), value.bias, value.first == boundary),
                Some(None) => {
                    stream.left_over += usize::from(number != 0.0);
                    continue;
                }
            };
            let value = Number(number - bias as f64);
            stream.values.push(ValueView { name, slot, value, bias, written: changed || is_new });
        }
        stream
    }
}

/// The types of an explanation, as declarations of TypeScript.
#[cfg(feature = "typescript")]
pub(crate) fn declarations(config: &ts_rs::Config) -> Vec<String> {
    use ts_rs::TS;
    vec![
        View::decl(config),
        LayerView::decl(config),
        AttentionView::decl(config),
        FeedForwardView::decl(config),
        Stream::decl(config),
        ValueView::decl(config),
        HeadView::decl(config),
        AttendedView::decl(config),
        NeuronView::decl(config),
        WriteView::decl(config),
        ScoredView::decl(config),
    ]
}
